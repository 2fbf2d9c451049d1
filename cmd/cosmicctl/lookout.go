package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"cosmicctl/engine"
	"cosmicctl/engine/baseline"
	"cosmicctl/engine/cosmic"
	"cosmicctl/engine/watch"
	"cosmicctl/schema"
)

// lookout looks at the tenants of a watch. It keeps a client for each, with its
// token, and what it looked up, so that a look at a tenant where nothing happens
// asks for each kind and nothing else.
type lookout struct {
	s        *session
	args     []string
	baseline string
	now      func() time.Time

	mu    sync.Mutex
	stamp stamp
	bases []string // the files beside args that its manifests stand on
	known *baseline.Baseline
	posts map[string]*post // by name
}

// post is one tenant that is watched.
type post struct {
	tenant *engine.Declared // guarded by the lookout; a look goes on with the one it began with
	kinds  engine.Catalog
	digest engine.Digest

	mu    sync.Mutex // one look at a time, which may take long; it guards what follows
	live  *cosmic.Tenant
	seen  *engine.Observation
	asked time.Time // when names were last looked up
}

// lookUpEvery is how old what was looked up may be: after that a name that means
// another object now, such as a phone number, is noticed.
const lookUpEvery = 24 * time.Hour

func newLookout(s *session, args []string, file string, now func() time.Time) (*lookout, error) {
	l := &lookout{s: s, args: args, baseline: file, now: now, posts: map[string]*post{}}
	var err error
	l.bases = s.loaded.Bases
	if l.stamp, err = stampOf(l.files()); err != nil {
		return nil, err
	}
	return l, l.take(s.loaded)
}

// files are those whose change makes it read anew.
func (l *lookout) files() []string { return slices.Concat(l.args, []string{l.baseline}, l.bases) }

// Targets implements [watch.Looker]. Manifests are read anew when a file changed. With
// a mistake in any of them, those that were read before are watched on: a tenant must
// not silently drop out because of a slip.
func (l *lookout) Targets(ctx context.Context) ([]watch.Target, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, err := stampOf(l.files())
	if err != nil {
		return nil, err
	}
	if now != l.stamp {
		loaded, err := l.s.load(ctx, l.args, l.s.flags.choiceFlags, l.s.flags.policyFlags, schema.Options{Keep: true})
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(loaded.Diagnostics, func(d engine.Diagnostic) bool { return d.Severity == engine.Error }); i >= 0 {
			d := loaded.Diagnostics[i]
			return nil, fmt.Errorf("%s: %s", d.Pos, l.s.words.Message(d))
		}
		if err := l.take(loaded); err != nil {
			return nil, err
		}
		if l.stamp = now; !slices.Equal(l.bases, loaded.Bases) {
			l.bases, l.stamp = loaded.Bases, stamp{} // of other files: looked at once more
		}
		l.s.log.Info("the manifests were read anew", "tenants", len(l.posts))
	}
	var out []watch.Target
	for _, name := range slices.Sorted(maps.Keys(l.posts)) {
		t := l.posts[name].tenant
		out = append(out, watch.Target{Name: name, Live: t.Environment.LiveDigest(), Labels: t.Labels})
	}
	return out, nil
}

// take watches the tenants of what was loaded, and keeps what is known of those that
// want the same as before.
func (l *lookout) take(loaded *schema.Result) error {
	known, err := baseline.Read(l.baseline)
	if err != nil {
		return coded(exitInvalid, about("--baseline", err))
	}
	posts := make(map[string]*post, len(loaded.Tenants))
	for i := range loaded.Tenants {
		t := &loaded.Tenants[i]
		digest := engine.DigestManifests(loaded.Tenants[i : i+1])
		p := l.posts[t.Name]
		if p == nil || p.digest != digest {
			p = &post{kinds: l.s.schema.Kinds.WithProperties(t.Environment.Properties), digest: digest}
		}
		p.tenant = t // it may stand elsewhere
		posts[t.Name] = p
	}
	l.posts, l.known = posts, known
	return nil
}

// Look implements [watch.Looker].
func (l *lookout) Look(ctx context.Context, target watch.Target) watch.Look {
	l.mu.Lock()
	p, known := l.posts[target.Name], l.known
	var t *engine.Tenant
	if p != nil {
		t = p.tenant.Whole()
	}
	l.mu.Unlock()
	if t == nil {
		return watch.Look{Err: "no manifest declares it any more"}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	d, requests := l.look(ctx, p, t, known.Of(t))
	if err := l.failure(d); err != "" {
		return watch.Look{Requests: requests, Err: err}
	}
	return watch.Look{Requests: requests, Kinds: l.kinds(p, d), Findings: l.findings(p, d)}
}

func (l *lookout) look(ctx context.Context, p *post, t *engine.Tenant, known map[string]map[string]bool) (*engine.Drift, int) {
	if p.live == nil {
		live, err := l.s.connect(ctx, t)
		if err != nil {
			return notCompared(t, refusal(t, err)), 0
		}
		p.live = live
	}
	defer p.live.Rest()
	before := p.live.Requests()
	now := l.now()
	if p.seen == nil || now.Sub(p.asked) >= lookUpEvery {
		p.seen, p.asked = nil, now
	}
	seen := engine.ObserveAgain(ctx, readOnly{p.live, p.live}, p.kinds, t, p.seen, slices.Sorted(maps.Keys(known))...)
	d := engine.NewDrift(p.kinds, t, seen, engine.DriftOptions{Baseline: known})
	requests := int(p.live.Requests() - before)
	p.seen = &engine.Observation{Lookups: seen.Lookups}
	if slices.ContainsFunc(d.Problems, func(problem engine.Diagnostic) bool { return cosmic.RefusedLogin(problem.Hint) }) {
		p.live, p.seen = nil, nil // the secret may have been rotated, and is resolved anew
		l.s.forget()
	}
	return d, requests
}

// kinds tell what was read.
func (l *lookout) kinds(p *post, d *engine.Drift) []watch.KindLook {
	var out []watch.KindLook
	for _, c := range d.Coverage {
		k := p.kinds.Kind(c.Kind)
		look := watch.KindLook{Kind: c.Kind, Title: k.Title, Objects: c.Declared, Read: watch.Read(c.Read)}
		for _, problem := range d.Problems {
			if problem.Class == engine.ClassUnreadable && problem.Path == k.Section {
				look.Err = l.message(problem)
			}
		}
		out = append(out, look)
	}
	return out
}

// failure says why nothing of a tenant could be read; "" if something could. It is
// one finding then, not one for each kind.
func (l *lookout) failure(d *engine.Drift) string {
	some := func(c engine.Coverage) bool { return c.Read == engine.ReadWhole || c.Read == engine.ReadPartly }
	if len(d.Problems) == 0 || slices.ContainsFunc(d.Coverage, some) {
		return ""
	}
	return l.message(d.Problems[0])
}

// findings are the drift, and what of single objects could not be told.
func (l *lookout) findings(p *post, d *engine.Drift) []watch.Finding {
	var out []watch.Finding
	for _, c := range d.Changes() {
		f := watch.Finding{Kind: c.Ref.Kind, Title: p.kinds.Kind(c.Ref.Kind).Title, Key: c.Ref.Key, Class: watch.Class(c.Action),
			Risks: c.Risks, By: c.By, When: c.When, File: c.Origin.File, Line: c.Origin.Line}
		for _, line := range l.s.words.Departures(&c) {
			f.Lines = append(f.Lines, watch.Line(line))
		}
		out = append(out, f)
	}
	for _, problem := range d.Problems {
		kind, key, _ := strings.Cut(problem.Path, "/")
		k := p.kinds.Kind(kind)
		if problem.Severity != engine.Error || k == nil {
			continue
		}
		out = append(out, watch.Finding{Kind: kind, Title: k.Title, Key: key, Class: watch.Unreadable, Note: l.message(problem),
			File: problem.Pos.File, Line: problem.Pos.Line})
	}
	return out
}

func (l *lookout) message(d engine.Diagnostic) string { return l.s.words.MessageAndHint(d) }
