package engine

import "slices"

// leftOf is the step that is left of a change, of which an operation is not
// published, with the objects that were read back.
func (k *Kind) leftOf(c *Change, objects []Resource, op string) *ByHand {
	h := &ByHand{Action: c.Action, Ref: c.Ref, Op: op, Form: k.Form, Risks: c.Risks, Origin: c.Origin}
	live := c.Before
	if len(objects) == 1 {
		live = k.open(objects[0].Fields, c.After)
		if h.Action == Create {
			h.Action = Update
		}
	}
	if c.Action == Delete {
		h.Fields = k.keyFields(c.Before)
		return h
	}
	h.Fields = k.keyFields(c.After)
	if h.Action == Create {
		for i := range h.Fields {
			h.Fields[i].Before = nil
		}
	}
	for _, f := range k.Fields {
		i := slices.IndexFunc(c.Fields, func(x FieldChange) bool { return x.Field == f.Name })
		if i < 0 || slices.Contains(k.Key, f.Name) {
			continue
		}
		x := FieldChange{Field: f.Name, Before: live[f.Name], After: c.After[f.Name], Default: c.Fields[i].Default, Secret: c.Fields[i].Secret, At: c.Fields[i].At}
		saved := x.Secret && op != OpSave && f.On == ""
		if !saved && (x.Secret || !equalValues(x.Before, x.After)) {
			h.Fields = append(h.Fields, x)
		}
	}
	h.Reminders = k.reminders(h.Fields)
	if c.CutsOff {
		h.Reminders = append(h.Reminders, RemindDisable)
		if e := k.EditDisabled.Field; live[e] == false && c.Before[e] == true {
			h.Fields = append(h.Fields, FieldChange{Field: e, Before: false, After: true, At: c.Origin})
		}
	}
	return h
}

// keyFields say which object a step is about.
func (k *Kind) keyFields(fields map[string]any) []FieldChange {
	var out []FieldChange
	for _, name := range k.Key {
		out = append(out, FieldChange{Field: name, Before: fields[name], After: fields[name]})
	}
	return out
}

// lacks tells whether an operation turned out not to be published.
func (b *batch) lacks(op string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lacking[b.kind.Form+" "+op]
}

func (b *batch) lack(op string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lacking[b.kind.Form+" "+op] = true
}

// decline notes of changes that a step cannot be made, since it is not published.
func (b *batch) decline(op string, changes []*Change) {
	for _, c := range changes {
		b.said[c], b.unproven[c] = Diagnostic{Code: CodeUnpublished, Args: map[string]string{"op": op, "form": b.kind.Form}}, true
	}
}

// leave records a change of which something is left to a person, with the objects
// that were read back.
func (b *batch) leave(c *Change, objects []Resource) {
	why := b.said[c]
	r := ChangeResult{Change: c, Status: LeftByHand, Tried: b.tried[c], Left: b.kind.leftOf(c, objects, why.Args["op"])}
	r.keep(b.kind, objects)
	b.record(r, why)
}
