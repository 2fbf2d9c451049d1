package engine

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// A batch makes up to [BatchSize] changes of one kind that have the same steps:
// one request to re-read them, one for each step, one to read them back.
type batch struct {
	*applier
	kind    *Kind
	changes []*Change
	// said is what the live side said of a change that it did not accept.
	said map[*Change]Diagnostic
	// tried are the changes for which a write was sent.
	tried map[*Change]bool
	// unproven are the changes of which reading back cannot show that a step
	// took place: it was refused, or its answer was lost and it leaves no trace.
	unproven map[*Change]bool
	// lost are the creates whose answer was lost, or is that of a lost one.
	lost map[*Change]bool
	// repeated are those whose request was refused, since an earlier one had its key.
	repeated map[*Change]bool
	// ids are the ids of what was just created.
	ids map[*Change]string
}

func (a *applier) batch(ctx context.Context, changes []*Change) {
	b := &batch{applier: a, kind: a.kinds.Kind(changes[0].Ref.Kind), changes: changes,
		said: map[*Change]Diagnostic{}, tried: map[*Change]bool{},
		unproven: map[*Change]bool{}, lost: map[*Change]bool{}, repeated: map[*Change]bool{}, ids: map[*Change]string{}}
	if ctx.Err() != nil {
		b.drop(changes, Skipped, CodeInterrupted, nil)
		return
	}
	// What is begun is finished, or nobody could name the state it leaves.
	work := context.WithoutCancel(ctx)
	b.changes = b.unmoved(work)
	b.changes = b.allowed()
	if len(b.changes) == 0 {
		return
	}
	if ctx.Err() != nil {
		b.drop(b.changes, Skipped, CodeInterrupted, nil)
		return
	}
	b.write(work)
	b.readBack(work)
}

func (b *batch) drop(changes []*Change, s Status, code Code, args map[string]string) {
	for _, c := range changes {
		b.finish(c, s, code, args)
	}
}

// read reads the objects of changes, by key, and the kind's witness with them.
// Without the witness the answer is blind, and the whole kind is read in its
// place: an object that is not found might be created a second time.
func (b *batch) read(ctx context.Context, changes []*Change) (*Live, error) {
	keyed := make([]map[string]any, len(changes))
	for i, c := range changes {
		keyed[i] = c.After
		if c.Action == Delete {
			keyed[i] = c.Before
		}
	}
	witness := b.witnesses[b.kind.Name]
	if witness == nil {
		return read(ctx, b.target, b.kind, keyed)
	}
	live, err := read(ctx, b.target, b.kind, append(keyed, witness))
	if err == nil && len(live.Objects[b.kind.KeyFrom(witness)]) == 0 {
		live = readKind(ctx, b.target, b.kind)
		err = live.Err
	}
	return live, err
}

// unmoved re-reads the objects and returns the changes whose objects are still
// as the plan saw them.
func (b *batch) unmoved(ctx context.Context) []*Change {
	live, err := b.read(ctx, b.changes)
	if err != nil || live.Doubt != "" {
		reason := ""
		if err != nil {
			reason = err.Error()
		} else {
			reason = live.Doubt
		}
		b.drop(b.changes, Skipped, CodeNotReread, map[string]string{"reason": reason})
		return nil
	}
	var out []*Change
	for _, c := range b.changes {
		objects := live.Objects[c.Ref.Key]
		switch {
		case b.came(c, objects):
			b.end(c, objects, Done, Diagnostic{})
		case b.moved(c, objects):
			b.finish(c, Stale, CodeMoved, nil)
		default:
			out = append(out, c)
		}
	}
	return out
}

// came tells whether an object is there by now that a lost request was to create.
func (b *batch) came(c *Change, objects []Resource) bool {
	code, _ := b.kind.verify(c, objects)
	return b.doubt(c) != "" && code == ""
}

func (b *batch) moved(c *Change, objects []Resource) bool {
	if c.Action == Create {
		return len(objects) != 0
	}
	return len(objects) != 1 || objects[0].Protected || objects[0].freezes(c.Fields) || objects[0].ID != c.ID ||
		!maps.EqualFunc(objects[0].Fields, c.Live, equalValues)
}

// allowed asks whoever watches the run.
func (b *batch) allowed() []*Change {
	var out []*Change
	for _, c := range b.changes {
		if err := b.announce(c); err != nil {
			b.finish(c, Skipped, CodeForbidden, map[string]string{"reason": err.Error()})
			continue
		}
		out = append(out, c)
	}
	return out
}

// write sends the steps. A change whose step was not accepted takes no part in
// the next ones, except for the one that lets callers in again.
func (b *batch) write(ctx context.Context) {
	steps := b.changes[0].Steps
	if i := slices.IndexFunc(steps, b.lacks); i >= 0 && b.changes[0].CutsOff {
		b.decline(steps[i], b.changes) // callers would be cut off for nothing
		return
	}
	for i, op := range steps {
		changes := b.standing()
		if i == len(steps)-1 && b.changes[0].CutsOff {
			changes = b.begun()
		}
		if len(changes) > 0 {
			b.step(ctx, op, changes)
		}
	}
}

// standing are the changes that no step failed for.
func (b *batch) standing() []*Change {
	return slices.DeleteFunc(slices.Clone(b.changes), func(c *Change) bool {
		_, failed := b.said[c]
		return failed
	})
}

// begun are the changes for which a step was sent.
func (b *batch) begun() []*Change {
	return slices.DeleteFunc(slices.Clone(b.changes), func(c *Change) bool { return !b.tried[c] })
}

func (b *batch) step(ctx context.Context, op string, changes []*Change) {
	if b.lacks(op) {
		b.decline(op, changes)
		return
	}
	key, err := b.ask(b.kind.Name, op, changes)
	if err != nil && !b.restores(op) {
		b.refuse(changes, err)
		return
	}
	w := b.request(op, changes)
	w.Key = key
	outcomes, err := b.target.Write(ctx, b.kind, w)
	if Unpublished(err) {
		b.lack(op)
		b.decline(op, changes)
		return
	}
	for i, c := range changes {
		if why, complained := complaint(op, outcomes, i, err); complained {
			b.said[c] = why
			b.unproven[c] = b.unproven[c] || why.Code == CodeRefusedRow || !b.kind.shows(c, op)
		}
		if err == nil || !NotSent(err) {
			b.tried[c] = true
		}
		if err != nil && op == OpSave && c.Action == Create {
			b.repeated[c] = Repeated(err)
			b.lost[c] = !NotSent(err) && !Answered(err) || b.repeated[c]
		}
		if err == nil && i < len(outcomes) && outcomes[i].ID != "" {
			b.ids[c] = outcomes[i].ID
		}
	}
}

// restores tells whether an operation lets callers in again that an earlier one
// cut off. It is sent whatever happens.
func (b *batch) restores(op string) bool {
	c := b.changes[0]
	return c.CutsOff && op == c.Steps[len(c.Steps)-1]
}

// refuse notes that a step was not sent, because it could not be kept.
func (b *batch) refuse(changes []*Change, err error) {
	for _, c := range changes {
		b.said[c] = Diagnostic{Code: CodeNotJournaled, Args: map[string]string{"error": err.Error()}}
		b.unproven[c] = true
	}
}

// complaint is what an answer has against the ith object.
func complaint(op string, outcomes []Outcome, i int, err error) (Diagnostic, bool) {
	switch {
	case err != nil:
		return Diagnostic{Code: CodeRequest, Hint: hintOf(err), Args: map[string]string{"error": err.Error()}}, true
	case i >= len(outcomes):
		return Diagnostic{Code: CodeRequest, Args: map[string]string{"error": "no answer for this object"}}, true
	case !outcomes[i].OK:
		return Diagnostic{Code: CodeRefusedRow, Args: map[string]string{"op": op, "error": outcomes[i].Message}}, true
	}
	return Diagnostic{}, false
}

// request builds one request of a step.
func (b *batch) request(op string, changes []*Change) Write {
	w := Write{Op: op}
	for _, c := range changes {
		if op != OpSave {
			w.IDs = append(w.IDs, cmp.Or(c.ID, b.ids[c]))
			continue
		}
		fields := maps.Clone(b.kind.saved(c))
		for name, v := range fields {
			if _, ok := v.(SecretRef); ok {
				fields[name] = b.secrets[c.Ref.String()+"."+name]
			}
		}
		row := b.kind.Encode(fields)
		if c.Action == Update {
			row["id"] = c.ID
		}
		w.Rows = append(w.Rows, row)
	}
	return w
}

// readBack reads what was written and says what became of each change. A write
// whose answer was lost is settled here, never by writing again.
func (b *batch) readBack(ctx context.Context) {
	changes := b.begun()
	for _, c := range b.changes {
		switch {
		case b.tried[c]:
		case b.said[c].Code == CodeUnpublished:
			b.leave(c, nil)
		default:
			b.finishWith(c, Skipped, b.said[c])
		}
	}
	if len(changes) == 0 {
		return
	}
	live, err := b.awaited(ctx, changes)
	for _, c := range changes {
		if err != nil {
			b.end(c, nil, Failed, Diagnostic{Code: CodeNotReadBack, Args: map[string]string{"reason": err.Error(), "said": b.said[c].Args["error"]}})
			continue
		}
		b.settle(ctx, c, live)
	}
}

// awaited reads changes back, again and again while one may still be coming that
// was sent twice.
func (b *batch) awaited(ctx context.Context, changes []*Change) (*Live, error) {
	for {
		live, err := b.read(ctx, changes)
		coming := func(c *Change) bool {
			return b.lost[c] && b.doubt(c) != "" && (err != nil || len(live.Objects[c.Ref.Key]) == 0)
		}
		if b.opts.Wait == nil || !slices.ContainsFunc(changes, coming) || !b.opts.Wait(ctx) {
			return live, err
		}
	}
}

// settle says what became of a change from what was read back.
func (b *batch) settle(ctx context.Context, c *Change, live *Live) {
	objects := live.Objects[c.Ref.Key]
	code, args := b.kind.verify(c, objects)
	if live.Doubt != "" && len(objects) == 0 {
		code, args = CodeNotReadBack, map[string]string{"reason": live.Doubt, "said": b.said[c].Args["error"]}
	}
	said, complained := b.said[c]
	switch {
	case code == "" && !b.unproven[c] && b.refuses(ctx, c, objects):
		b.finish(c, Failed, CodeRotationRefused, nil)
	case code == "" && !b.unproven[c]:
		b.end(c, objects, Done, Diagnostic{})
	case said.Code == CodeUnpublished:
		b.leave(c, objects)
	case complained:
		b.end(c, objects, Failed, said)
	default:
		b.end(c, objects, Failed, Diagnostic{Code: code, Args: args})
	}
}

// end records a change that was tried, with the objects that were read back.
func (b *batch) end(c *Change, objects []Resource, s Status, why Diagnostic) {
	r := ChangeResult{Change: c, Status: s, Tried: true, InDoubt: b.lost[c] && len(objects) == 0, Repeated: b.repeated[c]}
	r.keep(b.kind, objects)
	b.record(r, why)
}
