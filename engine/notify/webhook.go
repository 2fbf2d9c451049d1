package notify

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"cosmicctl/engine"
)

// FormatVersion is that of the document which a webhook gets.
const FormatVersion = 1

// Webhooks as https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
// has them: what is signed is id.timestamp.body, the key is what stands in base64
// behind whsec_, of 24 to 64 bytes; the id stays when a message is sent again.
const (
	webhookMost   = 256 << 10
	webhookPrefix = "whsec_"
)

// Document is what a webhook gets.
type Document struct {
	FormatVersion int             `json:"formatVersion"`
	Type          string          `json:"type"`
	ID            string          `json:"id"`
	Timestamp     string          `json:"timestamp"`
	Link          string          `json:"link,omitempty"`
	Events        []DocumentEvent `json:"events"`
	Omitted       int             `json:"omitted"`
}

// DocumentEvent is one event of it.
type DocumentEvent struct {
	What   string        `json:"what"`
	Tenant string        `json:"tenant"`
	Kind   string        `json:"kind,omitempty"`
	Key    string        `json:"key,omitempty"`
	Title  string        `json:"title,omitempty"`
	Class  string        `json:"class,omitempty"`
	Risks  []engine.Risk `json:"risks"`
	Lines  []string      `json:"lines"`
	By     string        `json:"by,omitempty"`
	When   string        `json:"when,omitempty"`
	Since  string        `json:"since,omitempty"`
}

func webhookRequest(a *attempt) *Error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(a.key, webhookPrefix))
	if err != nil || len(key) < 24 || len(key) > 64 {
		return a.fault("its secret is not whsec_ and the base64 of 24 to 64 bytes; make one with: echo whsec_$(openssl rand -base64 32)")
	}
	if a.body = webhookBody(a.message); a.body == nil {
		return a.fault(tooLarge)
	}
	stamp := strconv.FormatInt(a.now.Unix(), 10)
	a.header.Set("webhook-id", a.message.ID)
	a.header.Set("webhook-timestamp", stamp)
	a.header.Set("webhook-signature", "v1,"+sign(key, a.message.ID+"."+stamp+"."+string(a.body)))
	return nil
}

// webhookBody is the document with as many events as go into it.
func webhookBody(m *Message) []byte {
	doc := Document{FormatVersion: FormatVersion, Type: "drift.changed", ID: m.ID, Timestamp: m.At.UTC().Format(time.RFC3339), Link: m.Link, Events: []DocumentEvent{}}
	size := len(encode(doc)) + 32 // room for the count
	for _, e := range m.byWeight() {
		next := documentEvent(&e)
		if size += len(encode(next)) + 1; size > webhookMost {
			break
		}
		doc.Events = append(doc.Events, next)
	}
	if len(doc.Events) == 0 {
		return nil
	}
	doc.Omitted = m.Omitted + len(m.Events) - len(doc.Events)
	return encode(doc)
}

func documentEvent(e *Event) DocumentEvent {
	out := DocumentEvent{What: e.What, Tenant: e.Tenant, Kind: e.Kind, Key: e.Key, Title: e.Title, Class: e.Class,
		Risks: append([]engine.Risk{}, e.Risks...), Lines: append([]string{}, e.Lines...), By: e.By, When: e.When}
	if !e.Since.IsZero() {
		out.Since = e.Since.UTC().Format(time.RFC3339)
	}
	return out
}

func webhookVerdict(a *attempt, status int, _ []byte) *Error { return a.refused(status) }
