package notify

import (
	"net/http"
	"strings"
	"unicode/utf8"
)

// Incoming webhooks of Slack, as documented at
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: the
// answer to what was taken is "ok", to what was not a status and a word
// (https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks).
// One message a second, Retry-After beyond
// (https://docs.slack.dev/apis/web-api/rate-limits). A text object has at most 3000
// characters (https://docs.slack.dev/reference/block-kit/composition-objects/text-object),
// a message 50 blocks (https://docs.slack.dev/reference/block-kit/blocks).
//
// Its parts are plain_text, in which nothing is markup but &, < and >, which every
// text object escapes (https://docs.slack.dev/messaging/formatting-message-text).
const (
	slackMostText   = 3000
	slackMostBlocks = 50
)

func slackRequest(a *attempt) *Error {
	return a.write(func(d *draft) []byte {
		blocks := []any{slackSection("plain_text", slackEscape(d.title))}
		for _, e := range d.events {
			text := slackEscape(strings.Join(e, "\n"))
			if utf8.RuneCountInString(text) > slackMostText {
				return nil
			}
			blocks = append(blocks, slackSection("plain_text", text))
		}
		if d.more != "" {
			blocks = append(blocks, slackSection("plain_text", slackEscape(d.more)))
		}
		if d.link != "" {
			blocks = append(blocks, slackSection("mrkdwn", "<"+slackLink(d.link)+"|"+slackEscape(d.page)+">"))
		}
		if len(blocks) > slackMostBlocks {
			return nil
		}
		// What a notification shows; it counts, and names nothing from outside.
		return encode(map[string]any{"text": slackEscape(d.title), "blocks": blocks, "unfurl_links": false})
	})
}

func slackSection(kind, text string) map[string]any {
	object := map[string]any{"type": kind, "text": text}
	if kind == "plain_text" {
		object["emoji"] = false
	}
	return map[string]any{"type": "section", "text": object}
}

func slackEscape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// slackLink keeps an address from ending its own markup.
func slackLink(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "%3C", ">", "%3E", "|", "%7C").Replace(s)
}

func slackVerdict(a *attempt, status int, body []byte) *Error {
	word := strings.TrimSpace(string(body))
	if status == http.StatusOK && word == "ok" {
		return nil
	}
	reasons := map[string]string{
		"invalid_payload":     "Slack does not understand the message",
		"invalid_blocks":      "Slack does not understand the message",
		"action_prohibited":   "an administrator forbids messages there",
		"channel_not_found":   "its channel does not exist any more",
		"channel_is_archived": "its channel is archived",
		"no_service":          "the webhook is disabled or removed; make it anew and give the new address",
		"no_active_hooks":     "the webhook is disabled; enable it",
	}
	if reason, known := reasons[word]; known && status != http.StatusTooManyRequests {
		e := a.fault(reason)
		e.Code = word
		return e
	}
	if e := a.refused(status); e != nil {
		return e
	}
	return a.fault("what answers at its address is not Slack; check the address, and proxies on the way")
}
