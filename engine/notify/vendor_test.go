package notify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// What follows are the vendors' servers as their pages describe them, written apart
// from the senders: signatures as in the vendors' own examples, limits, answers, and
// what a client shows of a message: its lines, and whom it mentions.

// got is what a vendor took of a message.
type got struct {
	lines    []string
	mentions []string
	link     string
	raw      []byte
}

// vendor answers a request; taken is nil if it does not take the message.
type vendor interface {
	answer(r *http.Request, body []byte, now time.Time) (status int, answer string, taken *got)
}

func hmacBase64(key, text string) string {
	h := hmac.New(sha256.New, []byte(key))
	_, _ = io.WriteString(h, text)
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// feishuServer: 自定义机器人使用指南.
type feishuServer struct{ secret string }

func (f feishuServer) answer(r *http.Request, body []byte, now time.Time) (int, string, *got) {
	var m struct {
		Timestamp, Sign string
		MsgType         string `json:"msg_type"`
		Card            struct {
			Config   map[string]any
			Header   struct{ Title map[string]string }
			Elements []struct {
				Tag     string
				Text    map[string]string
				Actions []struct {
					Tag, URL string
					Text     map[string]string
				}
			}
		}
	}
	if len(body) > 20*1024 || json.Unmarshal(body, &m) != nil || m.MsgType != "interactive" || r.URL.Path != "/open-apis/bot/v2/hook/TOKEN-a1b2" {
		return 400, `{"code":9499,"msg":"Bad Request","data":{}}`, nil
	}
	seconds, err := strconv.ParseInt(m.Timestamp, 10, 64)
	age := now.Sub(time.Unix(seconds, 0)).Abs()
	// Its key is what others sign, and it signs nothing.
	if f.secret != "" && (err != nil || age > time.Hour || m.Sign != hmacBase64(m.Timestamp+"\n"+f.secret, "")) {
		return 200, `{"code":19021,"data":{},"msg":"sign match fail or timestamp is not within one hour from current time"}`, nil
	}
	g := &got{raw: body}
	show := func(text map[string]string) {
		if text["tag"] != "plain_text" { // lark_md and others parse markup
			g.mentions = append(g.mentions, "markup in "+text["tag"])
		}
		g.lines = append(g.lines, strings.Split(text["content"], "\n")...)
	}
	show(m.Card.Header.Title)
	for _, e := range m.Card.Elements {
		switch e.Tag {
		case "div":
			show(e.Text)
		case "action":
			g.link = e.Actions[0].URL
		default:
			return 400, `{"code":9499,"msg":"Bad Request","data":{}}`, nil
		}
	}
	return 200, `{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}`, g
}

// dingtalkServer: 自定义机器人接入, 安全设置.
type dingtalkServer struct {
	secret string
	sent   *[]time.Time
}

func (d dingtalkServer) answer(r *http.Request, body []byte, now time.Time) (int, string, *got) {
	q := r.URL.Query()
	if q.Get("access_token") != "TOKEN-a1b2" {
		return 200, `{"errcode":300001,"errmsg":"token is not exist"}`, nil
	}
	millis, err := strconv.ParseInt(q.Get("timestamp"), 10, 64)
	if d.secret != "" && (err != nil || now.Sub(time.UnixMilli(millis)).Abs() > time.Hour) {
		return 200, `{"errcode":310000,"errmsg":"invalid timestamp"}`, nil
	}
	// As in the vendor's example: quote_plus(base64(hmac(secret, timestamp\nsecret))).
	want := url.QueryEscape(hmacBase64(d.secret, q.Get("timestamp")+"\n"+d.secret))
	if d.secret != "" && !strings.Contains("&"+r.URL.RawQuery+"&", "&sign="+want+"&") {
		return 200, `{"errcode":310000,"errmsg":"sign not match"}`, nil
	}
	var m struct {
		MsgType string `json:"msgtype"`
		Text    struct{ Content string }
		At      struct {
			IsAtAll                bool
			AtMobiles, AtUserIds   []string
			AtDingtalkIDs, Mention []string
		}
	}
	if json.Unmarshal(body, &m) != nil || m.MsgType != "text" || utf8.RuneCountInString(m.Text.Content) > 5000 {
		return 200, `{"errcode":34016,"errmsg":"content too long"}`, nil
	}
	if tooMany(d.sent, now, 20) {
		return 200, `{"status":1111,"wait":5,"source":"x5","punish":"deny","errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}`, nil
	}
	g := &got{raw: body, lines: strings.Split(m.Text.Content, "\n"), mentions: append(m.At.AtMobiles, m.At.AtUserIds...)}
	if m.At.IsAtAll {
		g.mentions = append(g.mentions, "all")
	}
	return 200, `{"errcode":0,"errmsg":"ok"}`, g
}

// tooMany tells whether there are more than n in the minute that ends now.
func tooMany(sent *[]time.Time, now time.Time, n int) bool {
	*sent = append(*sent, now)
	recent := 0
	for _, t := range *sent {
		if now.Sub(t) < time.Minute {
			recent++
		}
	}
	return recent > n
}

// wecomServer: 消息推送配置说明, 全局错误码.
type wecomServer struct{ sent *[]time.Time }

var wecomMention = regexp.MustCompile(`<@[^>]*>`)

func (w wecomServer) answer(r *http.Request, body []byte, now time.Time) (int, string, *got) {
	var m struct {
		MsgType string `json:"msgtype"`
		Text    struct {
			Content             string
			MentionedList       []string `json:"mentioned_list"`
			MentionedMobileList []string `json:"mentioned_mobile_list"`
		}
	}
	switch {
	case r.URL.RawQuery != "key=TOKEN-a1b2":
		return 200, `{"errcode":93000,"errmsg":"invalid webhook url, hint: [1], from ip: 10.0.0.1"}`, nil
	case strings.Contains(string(body), `\u`):
		return 200, `{"errcode":40033,"errmsg":"invalid charset"}`, nil
	case json.Unmarshal(body, &m) != nil || m.MsgType != "text":
		return 200, `{"errcode":40008,"errmsg":"invalid message type"}`, nil
	case len(m.Text.Content) > 2048:
		return 200, `{"errcode":40058,"errmsg":"text.content exceed max length 2048. invalid Request Parameter"}`, nil
	case tooMany(w.sent, now, 20):
		return 200, `{"errcode":45009,"errmsg":"api freq out of limit"}`, nil
	}
	g := &got{raw: body, lines: strings.Split(m.Text.Content, "\n")}
	g.mentions = append(append(m.Text.MentionedList, m.Text.MentionedMobileList...), wecomMention.FindAllString(m.Text.Content, -1)...)
	return 200, `{"errcode":0,"errmsg":"ok"}`, g
}

// slackServer: incoming webhooks, text objects.
type slackServer struct{}

var slackSpecial = regexp.MustCompile(`<([^>]*)>`)

func (slackServer) answer(r *http.Request, body []byte, _ time.Time) (int, string, *got) {
	var m struct {
		Text   string
		Blocks []struct {
			Type string
			Text struct {
				Type, Text string
				Emoji      *bool
			}
		}
	}
	if r.URL.Path != "/services/T0/B0/TOKEN-a1b2" {
		return 404, "no_service", nil
	}
	if json.Unmarshal(body, &m) != nil || m.Text == "" || len(m.Blocks) == 0 || len(m.Blocks) > 50 {
		return 400, "invalid_payload", nil
	}
	g := &got{raw: body}
	unescape := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	for _, s := range slackSpecial.FindAllStringSubmatch(m.Text, -1) {
		g.mentions = append(g.mentions, s[1])
	}
	for _, b := range m.Blocks {
		n := utf8.RuneCountInString(b.Text.Text)
		if b.Type != "section" || n < 1 || n > 3000 {
			return 400, "invalid_blocks", nil
		}
		if b.Text.Type == "plain_text" {
			if b.Text.Emoji == nil || *b.Text.Emoji {
				g.mentions = append(g.mentions, "emoji")
			}
			if strings.ContainsAny(b.Text.Text, "<>") {
				g.mentions = append(g.mentions, b.Text.Text)
			}
			g.lines = append(g.lines, strings.Split(unescape.Replace(b.Text.Text), "\n")...)
			continue
		}
		for _, s := range slackSpecial.FindAllStringSubmatch(b.Text.Text, -1) {
			target, _, _ := strings.Cut(s[1], "|")
			if g.link != "" || !strings.HasPrefix(target, "https://") {
				g.mentions = append(g.mentions, s[1])
			}
			g.link = unescape.Replace(target)
		}
	}
	return 200, "ok", g
}

// webhookServer verifies with the library of the scheme's authors.
type webhookServer struct{ secret string }

func (w webhookServer) answer(r *http.Request, body []byte, now time.Time) (int, string, *got) {
	wh, err := standardwebhooks.NewWebhook(w.secret)
	if err != nil {
		return 500, err.Error(), nil
	}
	seconds, err := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return 401, "message timestamp too old", nil
	}
	if err := wh.VerifyIgnoringTimestamp(body, r.Header); err != nil {
		return 401, err.Error(), nil
	}
	var m struct {
		FormatVersion int
		Type, ID      string
		Link          string
		Omitted       int
		Events        []struct {
			What, Tenant, Kind, Key string
			Lines                   []string
		}
	}
	if json.Unmarshal(body, &m) != nil || m.FormatVersion != 1 || m.ID != r.Header.Get("webhook-id") {
		return 400, "", nil
	}
	g := &got{raw: body, link: m.Link, lines: []string{m.Type}}
	for _, e := range m.Events {
		g.lines = append(append(g.lines, strings.Join([]string{e.What, e.Tenant, e.Kind, e.Key}, " ")), e.Lines...)
	}
	return 204, "", g
}

// fault is what a server does in place of its answer.
type fault func(w http.ResponseWriter, r *http.Request)

func says(status int, body string, header ...string) fault {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}
