package engine

import (
	"context"
	"errors"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// BatchSize is how many objects one request writes at most.
const BatchSize = 50

// Status is what became of a change.
type Status string

// The statuses.
const (
	Done   Status = "done"
	Failed Status = "failed" // tried, and not as wanted afterwards
	Stale  Status = "stale"  // not tried: the object moved since the plan
	// LeftByHand is for a change that needs an operation which the tenant does not
	// publish, so that all or a part of it is left to a person.
	LeftByHand Status = "by-hand"
	Skipped    Status = "skipped" // not tried: something it needs failed, or the run was stopped
)

// Outcome of a change.
type ChangeResult struct {
	Change *Change     `json:"-"`
	Status Status      `json:"status"`
	Why    *Diagnostic `json:"why,omitempty"`
	// Tried tells whether a write was sent for it.
	Tried bool `json:"tried"`
	// InDoubt tells of a create that was sent, whose answer was lost and whose
	// object was not there afterwards: it may still come.
	InDoubt bool `json:"inDoubt,omitempty"`
	// Repeated tells of a request that was refused because an earlier one had its
	// key: only that earlier one may still come.
	Repeated bool `json:"repeated,omitempty"`
	// Left is what is left to a person; nil unless the status says so.
	Left *ByHand `json:"-"`
	// Live is the object as it was read back; nil if there was none.
	Live *Resource `json:"-"`
}

// Result is what an apply did, in the order of the plan.
type Result struct {
	Changes []ChangeResult
}

// Count returns how many changes with an action have a status; an empty action
// stands for all.
func (r *Result) Count(s Status, a Action) int {
	n := 0
	for _, c := range r.Changes {
		if c.Status == s && (a == "" || c.Change.Action == a) {
			n++
		}
	}
	return n
}

// Event tells of an apply as it goes. Result is nil before the write.
type Event struct {
	Change *Change
	Result *ChangeResult
}

// ApplyOptions of [Apply].
type ApplyOptions struct {
	// Secrets resolves what the changes refer to, before the first write.
	Secrets func(context.Context, SecretRef) (Secret, error)
	// On is told of each change before and after its write; an error before
	// it forbids the write. Calls never overlap.
	On func(Event) error
	// Journal keeps what is done; nil keeps nothing.
	Journal Journal
	// InDoubt holds the keys of earlier requests to create these objects whose
	// end nobody knows. They are sent again with the same key, which the live
	// side executes at most once.
	InDoubt map[Ref]string
	// Wait pauses before a request that is in doubt is looked for again; false
	// means that it has surely come to its end. nil never looks again.
	Wait func(context.Context) bool
	// Parallel is how many batches of a stage are written at once; 0 means 4.
	Parallel int
}

// Live side of an apply.
type Target interface {
	Reader
	Writer
}

// Apply makes the changes of a plan, stage by stage. Each batch is re-read,
// written only where nothing moved since the plan, and read back: what the live
// side says of a write proves nothing (facts page §10). A failure does not stop
// independent changes. When ctx ends, the writes in flight are finished and
// nothing else is begun.
//
// The error is that of a secret, and then nothing was written.
func Apply(ctx context.Context, kinds Catalog, p *Plan, target Target, opts ApplyOptions) (*Result, error) {
	a := &applier{kinds: kinds, target: target, opts: opts, witnesses: p.Witnesses,
		failed: map[Ref]bool{}, references: map[Ref][]Ref{}, byHand: map[Ref]bool{}, lacking: map[string]bool{}}
	if err := a.resolveSecrets(ctx, p); err != nil {
		return nil, err
	}
	for _, stage := range p.Stages {
		a.stage(ctx, stage)
		a.keep()
	}
	return a.inOrder(p), nil
}

// CheckSecrets resolves and checks every secret that an apply of the plan would
// write, so that several plans can be checked before the first write of any.
func CheckSecrets(ctx context.Context, kinds Catalog, p *Plan, resolve func(context.Context, SecretRef) (Secret, error)) error {
	a := &applier{kinds: kinds, opts: ApplyOptions{Secrets: resolve}}
	return a.resolveSecrets(ctx, p)
}

type applier struct {
	kinds   Catalog
	target  Target
	opts    ApplyOptions
	secrets map[string]Secret
	// witnesses are the plan's.
	witnesses map[string]map[string]any

	mu         sync.Mutex
	results    []ChangeResult
	kept       int   // how many of them the journal has
	broken     error // of the journal: nothing more may be sent
	failed     map[Ref]bool
	byHand     map[Ref]bool    // which of these are left to a person
	lacking    map[string]bool // the operations that are not published, by form
	references map[Ref][]Ref   // which failed objects refer to it
}

// SecretError says why a secret cannot be written.
type SecretError struct {
	Diagnostic Diagnostic
	Err        error
}

func (e *SecretError) Error() string {
	if e.Err != nil {
		return e.Diagnostic.Path + ": " + e.Err.Error()
	}
	return e.Diagnostic.Path + ": " + string(e.Diagnostic.Code)
}

func (e *SecretError) Unwrap() error { return e.Err }

// resolveSecrets resolves and checks every secret that will be written.
func (a *applier) resolveSecrets(ctx context.Context, p *Plan) error {
	a.secrets = map[string]Secret{}
	var all []error
	for _, u := range p.Secrets(a.kinds) {
		all = append(all, a.resolveSecret(ctx, u.Change, u.Field, u.From))
	}
	return errors.Join(all...)
}

func (a *applier) resolveSecret(ctx context.Context, c *Change, f *Field, ref SecretRef) error {
	d := Diagnostic{Severity: Error, Pos: c.Origin, Path: c.Ref.String() + "." + f.Name, Args: f.Rule.args()}
	s, err := a.opts.Secrets(ctx, ref)
	if err != nil {
		d.Code, d.Args["error"] = CodeSecretUnresolved, err.Error()
		return &SecretError{d, err}
	}
	if d.Code = f.Rule.Check(s); d.Code != "" {
		return &SecretError{d, nil}
	}
	a.secrets[c.Ref.String()+"."+f.Name] = s
	return nil
}

// stage makes changes that do not depend on each other.
func (a *applier) stage(ctx context.Context, changes []Change) {
	var g errgroup.Group
	g.SetLimit(max(1, a.opts.parallel()))
	for _, batch := range a.batches(a.unblocked(changes)) {
		g.Go(func() error {
			a.batch(ctx, batch)
			a.keep()
			return nil
		})
	}
	_ = g.Wait()
}

func (o ApplyOptions) parallel() int {
	if o.Parallel == 0 {
		return 4
	}
	return o.Parallel
}

// unblocked leaves out changes that need an object whose change failed.
func (a *applier) unblocked(changes []Change) []*Change {
	var out []*Change
	for i := range changes {
		c := &changes[i]
		blocker, blocked := a.blocker(c)
		if blocked {
			code := CodeDependency
			if a.byHand[blocker] {
				code = CodeNeedsByHand
			}
			a.finish(c, Skipped, code, map[string]string{"needs": blocker.String()})
			continue
		}
		out = append(out, c)
	}
	return out
}

func (a *applier) blocker(c *Change) (Ref, bool) {
	if c.Action == Delete {
		if users := a.references[c.Ref]; len(users) > 0 {
			return users[0], true
		}
		return Ref{}, false
	}
	for _, ref := range a.kinds.Kind(c.Ref.Kind).needs(c.After) {
		if a.failed[ref] {
			return ref, true
		}
	}
	return Ref{}, false
}

// batches groups changes that the same requests can make.
func (a *applier) batches(changes []*Change) [][]*Change {
	groups := map[string][]*Change{}
	var order []string
	for _, c := range changes {
		id := c.Ref.Kind + " " + joinWords(c.Steps) + " " + a.doubt(c)
		if groups[id] == nil {
			order = append(order, id)
		}
		groups[id] = append(groups[id], c)
	}
	var out [][]*Change
	for _, id := range order {
		out = slices.AppendSeq(out, slices.Chunk(groups[id], BatchSize))
	}
	return out
}

// finish records a change that was not tried.
func (a *applier) finish(c *Change, s Status, code Code, args map[string]string) {
	a.finishWith(c, s, Diagnostic{Code: code, Args: args})
}

func (a *applier) finishWith(c *Change, s Status, why Diagnostic) {
	a.record(ChangeResult{Change: c, Status: s}, why)
}

// record keeps what became of a change, and why, and tells of it.
func (a *applier) record(r ChangeResult, why Diagnostic) {
	if why.Code != "" {
		why.Severity, why.Pos, why.Path = Error, r.Change.Origin, r.Change.Ref.String()
		r.Why = &why
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.results = append(a.results, r)
	if r.Status != Done {
		c := r.Change
		a.failed[c.Ref], a.byHand[c.Ref] = true, r.Status == LeftByHand
		for _, ref := range a.kinds.Kind(c.Ref.Kind).needs(c.Before) {
			a.references[ref] = append(a.references[ref], c.Ref)
		}
	}
	if a.opts.On != nil {
		_ = a.opts.On(Event{Change: r.Change, Result: &r})
	}
}

// doubt is the key of an earlier request to create the same object, or "".
func (a *applier) doubt(c *Change) string {
	if c.Action != Create {
		return ""
	}
	return a.opts.InDoubt[c.Ref]
}

// announce asks whether a change may be written.
func (a *applier) announce(c *Change) error {
	if a.opts.On == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.opts.On(Event{Change: c})
}

func (a *applier) inOrder(p *Plan) *Result {
	place := map[Ref]int{}
	for i, c := range p.Changes() {
		place[c.Ref] = i
	}
	slices.SortFunc(a.results, func(x, y ChangeResult) int { return place[x.Change.Ref] - place[y.Change.Ref] })
	return &Result{Changes: a.results}
}
