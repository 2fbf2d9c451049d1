package notify

import (
	"encoding/json"
	"strconv"
	"time"
)

// The custom robot of 钉钉 (DingTalk), as documented at
// https://open.dingtalk.com/document/robots/custom-robot-access and
// https://open.dingtalk.com/document/robots/customize-robot-security-settings: 20
// messages a minute, beyond which it is shut for 10, the signature in the query with
// a time in milliseconds that is at most an hour off, codes in the answer. A content
// may have 5000 characters by the list of error codes (34016), 20000 bytes by what
// the robot answers to more (460101); these are bytes, to be on the safe side.
//
// The message is a text: nothing in it is markup, and it mentions whom `at` lists,
// which is nobody.
const dingtalkMost = 5000

func dingtalkRequest(a *attempt) *Error {
	if e := a.write(func(d *draft) []byte {
		text := d.text()
		if len(text) > dingtalkMost {
			return nil
		}
		return encode(map[string]any{
			"msgtype": "text", "text": map[string]string{"content": text}, "at": map[string]any{"isAtAll": false},
		})
	}); e != nil {
		return e
	}
	if a.key != "" {
		stamp := strconv.FormatInt(a.now.UnixMilli(), 10)
		q := a.url.Query()
		q.Set("timestamp", stamp)
		q.Set("sign", sign([]byte(a.key), stamp+"\n"+a.key))
		a.url.RawQuery = q.Encode()
	}
	return nil
}

func dingtalkVerdict(a *attempt, status int, body []byte) *Error {
	tooFast := meaning{reason: "the robot says that messages come too fast", temporary: true, after: 10 * time.Minute}
	tooLong := meaning{reason: "the robot says that the message is too long"}
	noRobot := meaning{reason: gone}
	return a.errcode(status, body, map[int64]meaning{
		-1:     {reason: "the robot is busy", temporary: true},
		34016:  tooLong,
		130101: tooFast,
		300001: noRobot,
		300005: noRobot,
		310000: {reason: "the robot's 安全设置 refuse the message: check the secret (加签), this machine's clock, " +
			"its IP 地址, and set 自定义关键词 to cosmicctl, which is in every message"},
		460101: tooLong,
		660026: tooFast,
	})
}

// errcode judges an answer of 钉钉 or 企业微信.
func (a *attempt) errcode(status int, body []byte, codes map[int64]meaning) *Error {
	var answer struct {
		Code *int64 `json:"errcode"`
	}
	_ = json.Unmarshal(body, &answer)
	return a.coded(status, answer.Code, codes)
}
