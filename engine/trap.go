package engine

import "strings"

// A Trap is something that is known to go wrong with a live object of a kind, though
// nobody refuses it: a field that holds a certain value, or begins with it.
type Trap struct {
	Span
	Code   Code        `json:"code"`
	Field  string      `json:"field"`
	Is     any         `json:"is,omitempty"`
	Begins string      `json:"begins,omitempty"`
	Result CheckResult `json:"state"`
	Text   Text        `json:"text"`
	Way    Text        `json:"way"`
}

// caught tells whether an object with these fields is in the trap.
func (t *Trap) caught(fields map[string]any) bool {
	v, given := fields[t.Field]
	if !given {
		return false
	}
	if t.Begins != "" {
		s, _ := v.(string)
		return strings.HasPrefix(s, t.Begins)
	}
	return v == t.Is
}
