package notify

import (
	"encoding/json"
	"strconv"
)

// The custom robot of 飞书 (Feishu, Lark), as documented at
// https://open.feishu.cn/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN: 100 messages a
// minute and 5 a second, a body of at most 20 KB, the signature in the body, codes
// in the answer.
//
// The message is a card, since texts parse <at user_id="all">; its parts are
// plain_text, in which nothing is markup
// (https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-structure).
const feishuMost = 20_000

func feishuRequest(a *attempt) *Error {
	return a.write(func(d *draft) []byte {
		doc := map[string]any{"msg_type": "interactive", "card": feishuCard(a.message, d)}
		if a.key != "" {
			stamp := strconv.FormatInt(a.now.Unix(), 10)
			doc["timestamp"], doc["sign"] = stamp, sign([]byte(stamp+"\n"+a.key), "")
		}
		if b := encode(doc); len(b) <= feishuMost {
			return b
		}
		return nil
	})
}

func feishuCard(m *Message, d *draft) map[string]any {
	plain := func(s string) map[string]any { return map[string]any{"tag": "plain_text", "content": s} }
	elements := []any{map[string]any{"tag": "div", "text": plain(d.body())}}
	if d.link != "" {
		button := map[string]any{"tag": "button", "type": "default", "text": plain(d.page), "url": d.link}
		elements = append(elements, map[string]any{"tag": "action", "actions": []any{button}})
	}
	return map[string]any{
		"config":   map[string]any{"wide_screen_mode": true},
		"header":   map[string]any{"title": plain(d.title), "template": feishuColour(m)},
		"elements": elements,
	}
}

// feishuColour is green if everything ended.
func feishuColour(m *Message) string {
	for i := range m.Events {
		if !m.Events[i].Closing() {
			return "red"
		}
	}
	return "green"
}

func feishuVerdict(a *attempt, status int, body []byte) *Error {
	var answer struct {
		Code *int64 `json:"code"`
	}
	_ = json.Unmarshal(body, &answer)
	return a.coded(status, answer.Code, map[int64]meaning{
		9499:  {reason: "the robot does not understand the message"},
		11232: {reason: "the robot says that messages come too fast", temporary: true},
		19001: {reason: gone},
		19021: {reason: "the robot refuses the signature: check the secret (签名校验) and this machine's clock"},
		19022: {reason: "the robot does not take messages from here: add this machine's address to its IP 白名单"},
		19024: {reason: "the robot misses its keyword: set 自定义关键词 to cosmicctl, which is in every message"},
	})
}
