package engine

import (
	"errors"
	"slices"
	"strings"
)

// The operations that the engine itself knows of; others come from kind files.
const (
	OpQuery  = "query"
	OpSave   = "save"
	OpDelete = "delete"
)

// steps are the operations that make an update: a switch that goes off goes
// first, one that goes on goes last, and where the version asks for it an
// enabled object is disabled for the save. The second result says that callers
// are cut off in between.
func (k *Kind) steps(c *Change, v Version) (steps []string, cutsOff bool) {
	save := false
	var first, last []string
	for _, change := range c.Fields {
		f := k.Field(change.Field)
		switch {
		case f.On == "":
			save = true
		case change.After == true:
			last = append(last, f.On)
		default:
			first = append(first, f.Off)
		}
	}
	if save {
		if off, on := k.disabling(c, v); off != "" && !slices.Contains(first, off) {
			first, last, cutsOff = append(first, off), append(last, on), true
		}
		steps = append([]string{OpSave}, k.After...)
	}
	return slices.Concat(first, steps, last), cutsOff
}

// disabling returns the operations that must surround a save of an object that
// is enabled, if the version asks for that.
func (k *Kind) disabling(c *Change, v Version) (off, on string) {
	e := k.EditDisabled
	if e == nil || !e.Holds(v) || c.Before[e.Field] != true {
		return "", ""
	}
	f := k.Field(e.Field)
	return f.Off, f.On
}

// shows tells whether reading back shows that a step of a change took place: a
// secret that alone was saved does not show, nor does a submit or an audit.
func (k *Kind) shows(c *Change, op string) bool {
	switch {
	case op == OpDelete:
		return true
	case op == OpSave:
		return c.Action == Create || slices.ContainsFunc(c.Fields, func(f FieldChange) bool {
			return !f.Secret && k.Field(f.Field).On == ""
		})
	}
	return !slices.Contains(k.After, op)
}

// saved returns the fields that the save of a change sends: all of a create,
// the changed ones of an update.
func (k *Kind) saved(c *Change) map[string]any {
	if c.Action == Create {
		return c.After
	}
	out := map[string]any{}
	for _, change := range c.Fields {
		if k.Field(change.Field).On == "" {
			out[change.Field] = c.After[change.Field]
		}
	}
	for _, name := range k.Key {
		out[name] = c.After[name]
	}
	return out
}

// stages puts changes in an order in which nothing refers to what is not there
// yet, or not there any more: kinds in the order of their references, then
// deletes in the opposite one. What writes a secret anew comes after the other
// changes of its kinds: whoever has the old one is cut off last. Each of those that
// must be last is a stage of its own.
func stages(kinds Catalog, changes []Change, last map[Ref]bool) [][]Change {
	order := dependencyOrder(kinds)
	var out [][]Change
	add := func(level int, deletes, rotates bool) {
		var stage []Change
		for _, c := range changes {
			if order[c.Ref.Kind] == level && (c.Action == Delete) == deletes && c.rotates() == rotates && !last[c.Ref] {
				stage = append(stage, c)
			}
		}
		if len(stage) > 0 {
			slices.SortFunc(stage, func(a, b Change) int { return compareRefs(a.Ref, b.Ref) })
			out = append(out, stage)
		}
	}
	for level := range len(kinds) {
		add(level, false, false)
		add(level, false, true)
	}
	for level := len(kinds) - 1; level >= 0; level-- {
		add(level, true, false)
	}
	for _, c := range changes {
		if last[c.Ref] {
			out = append(out, []Change{c})
		}
	}
	return out
}

// dependencyOrder gives each kind a level above those that it refers to, below
// the number of kinds even if their references went round in a circle.
func dependencyOrder(kinds Catalog) map[string]int {
	level := map[string]int{}
	for range kinds {
		for _, k := range kinds {
			for _, f := range k.Fields {
				if f.Ref != "" && f.Ref != k.Name {
					level[k.Name] = min(max(level[k.Name], level[f.Ref]+1), len(kinds)-1)
				}
			}
		}
	}
	return level
}

// needs lists the managed objects that fields refer to.
func (k *Kind) needs(fields map[string]any) []Ref {
	var out []Ref
	for _, f := range k.Fields {
		if f.Ref == "" {
			continue
		}
		for _, key := range namesIn(fields[f.Name]) {
			out = append(out, Ref{f.Ref, key})
		}
	}
	return out
}

func hintOf(err error) Code {
	var h interface{ Hint() Code }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

func joinWords(words []string) string { return strings.Join(words, ", ") }
