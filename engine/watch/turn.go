package watch

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// retryStore is when something is tried again that the store refused.
const retryStore = 10 * time.Second

// turn begins all that is due, and returns when something is due again. What fails
// is logged and counted, and tried again: a watch goes on.
func (w *Watch) turn(ctx context.Context) time.Time {
	now := w.Clock.Now()
	w.status.turned(now)
	if !now.Before(w.reloaded.Add(w.Reload)) {
		if err := w.reload(ctx, now); err != nil && ctx.Err() == nil {
			w.metrics.errors.WithLabelValues("manifests").Inc()
			w.Log.Error("the manifests cannot be read anew; the watch goes on with what it had", "error", err)
		}
	}
	next := w.reloaded.Add(w.Reload)
	for _, t := range w.agenda.take(now, w.AtOnce-w.looking) {
		w.look(ctx, t, now)
	}
	if due, some := w.agenda.next(); some && w.looking < w.AtOnce {
		next = earlier(next, due)
	}
	due, err := w.keep(ctx, now)
	if w.stored(ctx, err) {
		return earlier(next, due)
	}
	return earlier(w.reloaded.Add(w.Reload), now.Add(retryStore))
}

// keep does what the store has due: acknowledgements that end, messages to send,
// old things to forget.
func (w *Watch) keep(ctx context.Context, now time.Time) (time.Time, error) {
	if !now.Before(w.retained.Add(24 * time.Hour)) {
		if err := w.Store.retain(ctx, now.Add(-w.Keep)); err != nil {
			return now, err
		}
		w.retained = now
	}
	expiry, err := w.Store.nextExpiry(ctx)
	if err != nil {
		return now, err
	}
	if !expiry.IsZero() && !expiry.After(now) {
		if err := w.Store.expire(ctx, now); err != nil {
			return now, err
		}
		if expiry, err = w.Store.nextExpiry(ctx); err != nil {
			return now, err
		}
	}
	sending, err := w.tell(ctx, now)
	return earlier(sending, expiry), err
}

// tell begins to send what is pending, and returns when more may be sent.
func (w *Watch) tell(ctx context.Context, now time.Time) (time.Time, error) {
	var next time.Time
	boxes, err := w.Store.outboxes(ctx)
	if err != nil {
		return next, err
	}
	for _, b := range boxes {
		switch {
		case b.Pending == 0 || w.sending[b.Channel]:
		case b.Next.After(now):
			next = earlier(next, b.Next)
		default:
			m, err := w.Store.message(ctx, b.Channel, now)
			if err != nil {
				return next, err
			}
			if len(m.Events) > 0 {
				w.send(ctx, w.channel(b.Channel), m)
			}
		}
	}
	return next, nil
}

func (w *Watch) channel(name string) Channel {
	for _, c := range w.Channels {
		if c.Name == name {
			return c
		}
	}
	return Channel{}
}

// reload asks for the tenants.
func (w *Watch) reload(ctx context.Context, now time.Time) error {
	w.reloaded = now
	targets, err := w.Looker.Targets(ctx)
	if err == nil {
		err = CheckTargets(targets)
	}
	if err != nil {
		w.status.manifests(err)
		return err
	}
	looked, err := w.Store.watching(ctx, targets, now)
	if !w.stored(ctx, err) {
		return err
	}
	w.status.manifests(nil)
	w.agenda.set(targets, looked, now)
	w.status.watched(w.agenda.entries)
	return nil
}

// stored notes whether the store did what it was asked, and tells so. Its last
// failure stands until a look is recorded: to read proves nothing about writing.
func (w *Watch) stored(ctx context.Context, err error) bool {
	if err != nil && ctx.Err() == nil {
		w.status.store(err)
		w.metrics.errors.WithLabelValues("store").Inc()
		w.Log.Error("the watch's database failed", "error", err)
	}
	return err == nil
}

// outcome is what came of a look.
type outcome struct {
	target   Target
	began    time.Time
	took     time.Duration
	look     *Look // nil if its deadline was recorded before
	released bool  // the looker has returned
}

// look begins a look. One that does not end by its deadline gives its place back;
// its tenant is not looked at again before the looker has returned.
func (w *Watch) look(ctx context.Context, t Target, now time.Time) {
	w.looking++
	looking, cancel := context.WithCancelCause(ctx)
	done := make(chan Look, 1)
	w.work.Go(func() { done <- w.Looker.Look(looking, t) })
	w.work.Go(func() {
		defer cancel(nil)
		select {
		case l := <-done:
			w.report(ctx, outcome{t, now, w.Clock.Now().Sub(now), &l, true})
		case <-w.Clock.After(w.Deadline):
			late := fmt.Errorf("no answer within %s", w.Deadline)
			cancel(late)
			w.report(ctx, outcome{t, now, w.Deadline, &Look{Err: late.Error()}, false})
			<-done
			w.report(ctx, outcome{target: t, released: true})
		}
	})
}

func (w *Watch) report(ctx context.Context, o outcome) {
	select {
	case w.looks <- o:
	case <-ctx.Done():
	}
}

// finish records a look.
func (w *Watch) finish(ctx context.Context, o outcome) {
	if o.released {
		w.agenda.release(o.target)
	}
	if o.look == nil {
		return
	}
	w.looking--
	if ctx.Err() != nil {
		return // it was cut off
	}
	w.agenda.looked(o.target, o.began, w.Clock.Now())
	tally, err := w.Store.record(ctx, o.target, o.look, o.began, o.took)
	if w.stored(ctx, err) {
		w.status.store(nil)
	}
	w.metrics.looked(&o)
	w.status.looked(o.target.ID())
	log := w.Log.With("tenant", o.target.Name, "read", o.look.read(), "took", o.took, "requests", o.look.Requests)
	if o.look.Err != "" {
		log = log.With("error", o.look.Err)
	}
	log.Info("looked", "open", tally.Open, "opened", tally.Opened, "changed", tally.Changed, "closed", tally.Closed)
}

// delivery is what came of a message.
type delivery struct {
	channel Channel
	message Message
	err     error
}

// sendDeadline is how long a channel may take for a message.
const sendDeadline = time.Minute

// send begins to send a message. The end of the watch does not cut it off.
func (w *Watch) send(ctx context.Context, c Channel, m Message) {
	w.sending[c.Name] = true
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	w.work.Go(func() { done <- c.Notifier.Notify(ctx, m) })
	w.work.Go(func() {
		defer cancel(nil)
		select {
		case err := <-done:
			w.told <- delivery{c, m, err}
		case <-w.Clock.After(sendDeadline):
			cancel(errors.New("no answer in time"))
			w.told <- delivery{c, m, <-done}
		}
	})
}

// delivered marks a message as sent, or keeps it.
func (w *Watch) delivered(ctx context.Context, d delivery) {
	delete(w.sending, d.channel.Name)
	now := w.Clock.Now()
	if d.err != nil {
		w.metrics.failed.WithLabelValues(d.channel.Name).Inc()
		w.Log.Error("a message was not sent, and is tried again", "channel", d.channel.Name, "message", d.message.ID, "error", d.err)
		w.stored(ctx, w.Store.unsent(ctx, d.channel, now, d.err))
		return
	}
	w.metrics.sent.WithLabelValues(d.channel.Name).Inc()
	w.Log.Info("told", "channel", d.channel.Name, "message", d.message.ID, "events", len(d.message.Events))
	w.stored(ctx, w.Store.sent(ctx, d.channel, now))
}

// earlier returns the earlier of two times; zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
