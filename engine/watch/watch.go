package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Clock is what a watch waits on.
type Clock interface {
	Now() time.Time
	// After returns a channel that the time is sent on once d has gone by.
	After(d time.Duration) <-chan time.Time
}

// Options of a watch. Those of the first block are required.
type Options struct {
	Store    *Store
	Looker   Looker
	Schedule Schedule
	Clock    Clock
	// Random returns a number in [0, 1).
	Random func() float64
	Log    *slog.Logger

	Channels []Channel
	// Jitter is the most by which a look comes later than scheduled.
	Jitter time.Duration
	// AtOnce is how many tenants are looked at at once; 0 means 8.
	AtOnce int
	// Deadline is how long a look may take; 0 means 10 minutes.
	Deadline time.Duration
	// Reload is the time after which the manifests are asked for anew; 0 means a minute.
	Reload time.Duration
	// Keep is how long what ended is kept; 0 means 90 days.
	Keep time.Duration
	// Version is the program's, for the metrics.
	Version string
}

func (o *Options) defaults() error {
	if o.Store == nil || o.Looker == nil || o.Schedule == nil || o.Clock == nil || o.Random == nil || o.Log == nil {
		return errors.New("a watch needs a store, a looker, a schedule, a clock, random numbers and a log")
	}
	if o.AtOnce <= 0 {
		o.AtOnce = 8
	}
	for d, usual := range map[*time.Duration]time.Duration{&o.Deadline: 10 * time.Minute, &o.Reload: time.Minute, &o.Keep: 90 * 24 * time.Hour} {
		if *d <= 0 {
			*d = usual
		}
	}
	names := map[string]bool{}
	for _, c := range o.Channels {
		if c.Name == "" || names[c.Name] {
			return fmt.Errorf("the channel %q has no name of its own", c.Name)
		}
		names[c.Name] = true
	}
	return nil
}

// Watch looks at tenants, records what it finds, and tells what changed. Its
// methods [Watch.Run] and [Watch.Step] are one goroutine's at a time.
type Watch struct {
	Options
	agenda  agenda
	metrics *metrics
	status  status

	looks    chan outcome
	told     chan delivery
	looking  int // looks that hold a place
	sending  map[string]bool
	reloaded time.Time
	retained time.Time
	work     sync.WaitGroup
}

// New prepares a watch. Its error is that of the manifests or the store.
func New(ctx context.Context, o Options) (*Watch, error) {
	if err := o.defaults(); err != nil {
		return nil, err
	}
	w := &Watch{Options: o, looks: make(chan outcome), told: make(chan delivery, len(o.Channels)), sending: map[string]bool{}}
	w.agenda = agenda{schedule: o.Schedule, jitter: func() time.Duration { return time.Duration(o.Random() * float64(o.Jitter)) }}
	w.metrics = newMetrics(w)
	var names []string
	for _, c := range o.Channels {
		names = append(names, c.Name)
	}
	if err := o.Store.channels(ctx, names); err != nil {
		return nil, err
	}
	now := o.Clock.Now()
	if err := w.reload(ctx, now); err != nil {
		return nil, err
	}
	w.status.begin(w.agenda.overdue(now))
	return w, nil
}

// grace is how long a watch waits at its end for what is under way.
const grace = 10 * time.Second

// Run watches until the context ends. What is then being told is waited for, for a
// while; looks end at once, and are not recorded.
func (w *Watch) Run(ctx context.Context) {
	for ctx.Err() == nil {
		next := w.turn(ctx)
		select {
		case <-ctx.Done():
		case o := <-w.looks:
			w.finish(ctx, o)
		case d := <-w.told:
			w.delivered(ctx, d)
		case <-w.status.wake:
		case <-w.Clock.After(max(0, next.Sub(w.Clock.Now()))):
		}
	}
	w.end(context.WithoutCancel(ctx))
}

func (w *Watch) end(ctx context.Context) {
	over := make(chan struct{})
	go func() {
		w.work.Wait()
		close(over)
	}()
	late := w.Clock.After(grace)
	for {
		select {
		case <-w.looks: // of no use: it was cut off
		case d := <-w.told:
			w.delivered(ctx, d)
		case <-late:
			w.Log.Warn("ended with looks or messages under way")
			return
		case <-over:
			for len(w.told) > 0 {
				w.delivered(ctx, <-w.told)
			}
			return
		}
	}
}

// Step does all that is due now, waits until it is done, and returns when something
// is due again.
func (w *Watch) Step(ctx context.Context) time.Time {
	for {
		next := w.turn(ctx)
		if w.looking == 0 && len(w.sending) == 0 && next.After(w.Clock.Now()) {
			return next
		}
		if w.looking == 0 && len(w.sending) == 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return next
		case o := <-w.looks:
			w.finish(ctx, o)
		case d := <-w.told:
			w.delivered(ctx, d)
		}
	}
}
