package watch

import (
	"cmp"
	"slices"
	"time"
)

// agenda is who is due when. It is pure: times and jitter are given to it.
type agenda struct {
	schedule Schedule
	jitter   func() time.Duration
	entries  map[string]*entry // by id of the tenant
}

type entry struct {
	Target
	due  time.Time
	busy bool // it is being looked at
}

// set takes over the targets as they now are. One that is new is due after its last
// look, or at once if there was none; due more than once meanwhile, it is looked at
// once.
func (a *agenda) set(targets []Target, last map[string]time.Time, now time.Time) {
	next := map[string]*entry{}
	for _, t := range targets {
		e := a.entries[t.ID()]
		if e == nil {
			e = &entry{due: now}
			if at := last[t.ID()]; !at.IsZero() && !at.After(now) {
				e.due = a.after(t, at)
			}
		}
		e.Target = t
		next[t.ID()] = e
	}
	a.entries = next
}

func (a *agenda) after(t Target, last time.Time) time.Time {
	return a.schedule.Next(t.Name, last).Add(a.jitter())
}

// next is when somebody is due who is not being looked at.
func (a *agenda) next() (time.Time, bool) {
	var first time.Time
	for _, e := range a.entries {
		if !e.busy && (first.IsZero() || e.due.Before(first)) {
			first = e.due
		}
	}
	return first, !first.IsZero()
}

// take marks up to n targets that are due as busy, those who wait longest first.
func (a *agenda) take(now time.Time, n int) []Target {
	var due []*entry
	for _, e := range a.entries {
		if !e.busy && !e.due.After(now) {
			due = append(due, e)
		}
	}
	slices.SortFunc(due, func(x, y *entry) int {
		return cmp.Or(x.due.Compare(y.due), cmp.Compare(x.Name, y.Name), cmp.Compare(x.Live, y.Live))
	})
	var out []Target
	for _, e := range due[:min(max(n, 0), len(due))] {
		e.busy = true
		out = append(out, e.Target)
	}
	return out
}

// looked sets when a target is due again after a look that began at the given time;
// release lets it be taken.
func (a *agenda) looked(t Target, began, now time.Time) {
	e := a.entries[t.ID()]
	if e == nil {
		return
	}
	if e.due = a.after(t, began); !e.due.After(now) {
		e.due = a.after(t, now)
	}
}

func (a *agenda) release(t Target) {
	if e := a.entries[t.ID()]; e != nil {
		e.busy = false
	}
}

// overdue are those whose time has come.
func (a *agenda) overdue(now time.Time) map[string]bool {
	out := map[string]bool{}
	for id, e := range a.entries {
		if !e.due.After(now) {
			out[id] = true
		}
	}
	return out
}
