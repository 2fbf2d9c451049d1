package notify

import (
	"strings"
	"time"
)

// The robot of a group of 企业微信 (WeCom), as documented at
// https://developer.work.weixin.qq.com/document/path/91770: 20 messages a minute, a
// text of at most 2048 bytes, the key in the address and no signature; codes at
// https://developer.work.weixin.qq.com/document/path/90455.
//
// The message is a text and not markdown, which takes twice as much: the vendor
// documents no way to escape its markup. In a text only <@userid> means something,
// and a backslash could pass for the \u escapes that the vendor refuses (40033).
const wecomMost = 2048

func wecomRequest(a *attempt) *Error {
	return a.write(func(d *draft) []byte {
		text := strings.NewReplacer("<", "＜", `\`, "＼").Replace(d.text())
		if len(text) > wecomMost {
			return nil
		}
		return encode(map[string]any{"msgtype": "text", "text": map[string]string{"content": text}})
	})
}

func wecomVerdict(a *attempt, status int, body []byte) *Error {
	return a.errcode(status, body, map[int64]meaning{
		-1:    {reason: "the robot is busy", temporary: true},
		40058: {reason: "the robot says that the message is too long"},
		45009: {reason: "the robot says that messages come too fast", temporary: true, after: time.Minute},
		45033: {reason: "the robot is busy", temporary: true},
		93000: {reason: gone},
	})
}
