package main

import (
	"context"
	"fmt"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/notify"
	"cosmicctl/engine/watch"
)

// channels are those that the configuration of a watch names, with their secrets.
// What is wrong with one is said at the start, not when it is first needed.
func (s *session) channels(ctx context.Context, f watchFlags, link string) ([]watch.Channel, error) {
	if f.config == "" {
		return nil, nil
	}
	config, diags, err := s.schema.LoadWatch(f.config)
	if err != nil {
		return nil, err
	}
	if len(diags) > 0 {
		report.Diagnostics(s.err, style(s.err), s.words, diags)
		return nil, coded(exitInvalid, errReported)
	}
	sender, err := notify.New(notify.Options{Phrase: s.words.Phrase, Agent: "cosmicctl/" + version()})
	if err != nil {
		return nil, err
	}
	if f.link != "" {
		link = f.link
	}
	var out []watch.Channel
	for _, c := range config.Notify {
		h := &herald{sender: sender, words: s.words, from: c, link: link}
		if h.to, err = s.addressOf(ctx, c); err == nil {
			err = sender.Check(h.to)
		}
		if err != nil {
			return nil, coded(exitInvalid, report.Fault("channel-of", "place", c.Origin.String(), "channel", c.Name, "error", err))
		}
		out = append(out, watch.Channel{Name: c.Name, Notifier: h, Gap: f.gap})
	}
	return out, nil
}

// addressOf resolves the secrets of a channel, with a sandbox too: a robot is no tenant.
func (s *session) addressOf(ctx context.Context, c engine.Channel) (notify.Channel, error) {
	out := notify.Channel{Name: c.Name, Type: c.Type}
	var err error
	if out.URL, err = s.resolveReal(ctx, c.URL); err == nil && c.Secret != nil {
		out.Secret, err = s.resolveReal(ctx, *c.Secret)
	}
	return out, err
}

// herald tells one channel.
type herald struct {
	sender *notify.Sender
	words  report.Words
	from   engine.Channel
	to     notify.Channel
	link   string
}

// Notify implements [watch.Notifier]. What the channel does not want is told by being
// left out.
func (h *herald) Notify(ctx context.Context, m watch.Message) error {
	out := notify.Message{ID: m.ID, At: m.At, Link: h.link}
	for _, e := range m.Events {
		if told, ok := h.event(e); ok {
			out.Events = append(out.Events, told)
		}
	}
	if len(out.Events) == 0 {
		return nil
	}
	return h.sender.Send(ctx, h.to, out)
}

// event puts an event as a channel is told it; false for one that it does not want.
func (h *herald) event(e watch.Event) (notify.Event, bool) {
	what, told := whatOf(e)
	if !told {
		return notify.Event{}, false
	}
	out := notify.Event{Tenant: e.Tenant, What: what, Since: e.Since}
	if f := e.Finding; f != nil {
		out.Kind, out.Title, out.Key, out.Class, out.Risks, out.By, out.When = f.Kind, h.words.Text(f.Title), f.Key, string(f.Class), f.Risks, f.By, f.When
		for _, l := range f.Lines {
			out.Lines = append(out.Lines, fmt.Sprintf("%s: %s → %s", l.Field, l.Wanted, l.Live))
		}
		if f.Note != "" {
			out.Lines = append(out.Lines, f.Note)
		}
	}
	return out, h.from.Wants(out.Risks, out.Closing())
}

// whatOf names what happened as messages do; false for what is not told.
func whatOf(e watch.Event) (string, bool) {
	unread := e.Finding != nil && e.Finding.Class == watch.Unreadable
	switch e.What {
	case watch.WasOpened:
		if unread {
			return notify.Unreadable, true
		}
		return notify.Opened, true
	case watch.WasClosed:
		if unread {
			return notify.Readable, true
		}
		return notify.Closed, true
	case watch.WasChanged:
		return notify.Changed, true
	case watch.WasExpired:
		return notify.Expired, true
	}
	return "", false
}
