package engine

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Selector chooses tenants by their labels, as kubectl chooses objects: each of
// its requirements must hold. The zero value chooses all.
//
// The libraries that read this language bring the clients of Kubernetes with them.
type Selector []Requirement

// Requirement is what is asked of one label.
type Requirement struct {
	Key string
	// Values are those that the label may have; nil asks that it is there.
	Values []string
	// Not turns the requirement round. A label that is not there has none of the
	// values.
	Not bool
}

const labelText = `[\p{L}\p{N}](?:[\p{L}\p{N}._/-]{0,61}[\p{L}\p{N}])?`

// ParseSelector reads a selector: requirements with commas between, each of the
// form key=value, key==value, key!=value, key in (a,b), key notin (a,b), key or
// !key. An empty text chooses all.
func ParseSelector(text string) (Selector, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	forms := []*regexp.Regexp{
		regexp.MustCompile(`^\s*(` + labelText + `)\s*(==?|!=)\s*((?:` + labelText + `)?)\s*$`),
		regexp.MustCompile(`^\s*(` + labelText + `)\s+(in|notin)\s*\((.*)\)\s*$`),
		regexp.MustCompile(`^\s*(!?)\s*(` + labelText + `)\s*$`),
	}
	value := regexp.MustCompile(`^(?:` + labelText + `)?$`)
	var out Selector
	for _, term := range terms(text) {
		switch {
		case forms[0].MatchString(term):
			m := forms[0].FindStringSubmatch(term)
			out = append(out, Requirement{Key: m[1], Values: []string{m[3]}, Not: m[2] == "!="})
		case forms[1].MatchString(term):
			m := forms[1].FindStringSubmatch(term)
			r := Requirement{Key: m[1], Not: m[2] == "notin"}
			for v := range strings.SplitSeq(m[3], ",") {
				if v = strings.TrimSpace(v); !value.MatchString(v) {
					return nil, fmt.Errorf("%q is no value of a label", v)
				}
				r.Values = append(r.Values, v)
			}
			out = append(out, r)
		case forms[2].MatchString(term):
			m := forms[2].FindStringSubmatch(term)
			out = append(out, Requirement{Key: m[2], Not: m[1] == "!"})
		default:
			return nil, fmt.Errorf("%q says nothing of a label; write key=value, key!=value, key in (a,b), key notin (a,b), key or !key, with commas between",
				strings.TrimSpace(term))
		}
	}
	return out, nil
}

// terms splits a text at its commas outside of brackets.
func terms(text string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth <= 0:
			out, start = append(out, text[start:i]), i+1
		}
	}
	return append(out, text[start:])
}

// Matches tells whether labels meet every requirement.
func (s Selector) Matches(labels map[string]string) bool {
	for _, r := range s {
		value, there := labels[r.Key]
		if holds := there && (r.Values == nil || slices.Contains(r.Values, value)); holds == r.Not {
			return false
		}
	}
	return true
}
