package sandbox

import (
	"fmt"
	"strconv"
	"strings"
)

// column is one line of the dictionary.
type column struct {
	name     string // without the leading f
	title    string
	kind     kind
	length   int
	fallback string // value of a new row; "" means NULL
	values   []string
	ref      string // form referred to
	secret   bool   // never given back
	server   bool   // set by the server alone
}

// kind is how a column's text is read and shown.
type kind int

const (
	text kind = iota
	integer
	long
	moment
	reference
)

func parseColumn(form string, cells []string) (*column, error) {
	name, found := strings.CutPrefix(cells[2], "f")
	if !found {
		return nil, fmt.Errorf("column %q does not begin with f", cells[2])
	}
	c := &column{name: name, title: cells[3], secret: secretColumn(form, name)}
	if err := c.setType(cells[4]); err != nil {
		return nil, err
	}
	for value := range strings.SplitSeq(cells[6], ", ") {
		if code, _, _ := strings.Cut(value, " "); code != "" {
			c.values = append(c.values, code)
		}
	}
	if fallback := cells[5]; fallback != "null" && fallback != "now" && c.kind != reference {
		c.fallback = fallback
	}
	c.server = serverColumn(form, c)
	return c, nil
}

func (c *column) setType(declared string) error {
	base, ref, _ := strings.Cut(declared, " → ")
	size, sized := strings.CutSuffix(base, ")")
	name, digits, _ := strings.Cut(size, "(")
	switch {
	case ref != "":
		c.kind, c.ref = reference, ref
	case base == "int8":
		c.kind = long
	case base == "int4":
		c.kind = integer
	case base == "timestamp":
		c.kind = moment
	case sized && (name == "varchar" || name == "char"):
		n, err := strconv.Atoi(digits)
		if err != nil {
			return fmt.Errorf("length of %q: %w", declared, err)
		}
		c.kind, c.length = text, n
	default:
		return fmt.Errorf("type %q is not known", declared)
	}
	return nil
}
