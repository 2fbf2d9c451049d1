package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// fill puts an object's values into a row and lists what is wrong. Properties the API does not know, and those the
// server sets itself, are dropped without a word (facts §10).
func (x *tx) fill(c *call, r *row, it *item) []string {
	before := r.clone()
	var wrong []string
	for _, f := range c.api.view.main {
		if f.server || c.dropped(f.live) {
			continue
		}
		value, null, err := x.given(f, it.given)
		if err == errAbsent {
			continue
		}
		if err != nil {
			wrong = append(wrong, err.Error())
			continue
		}
		set(r.values, f.name, value, null)
	}
	for _, p := range c.api.view.parts {
		if lines, is := it.given[p.live]; is && lines != nil && !c.dropped(p.live) {
			wrong = append(wrong, x.fillPart(c, r, p, lines)...)
		}
	}
	return append(wrong, x.forbidden(c, before, r, it)...)
}

func set(values map[string]string, name, value string, null bool) {
	if null {
		delete(values, name)
		return
	}
	values[name] = value
}

// fillPart merges lines into those that are there, or replaces them where the API says OverrideEntry (facts §2.2).
// A line that is there already, to the letter, is not added again.
func (x *tx) fillPart(c *call, r *row, p partView, v any) []string {
	list, is := v.([]any)
	if !is {
		return []string{fmt.Sprintf(rowNotList, p.live)}
	}
	var wrong []string
	lines := r.entries[p.table]
	if *c.api.def.OverrideEntry {
		lines = nil
	}
	for i, one := range list {
		e, err := x.line(p, one)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%s[%d].%s", p.live, i, err))
			continue
		}
		if !slices.ContainsFunc(lines, func(other entry) bool { return maps.Equal(other, e) }) {
			lines = append(lines, e)
		}
	}
	r.entries[p.table] = lines
	return wrong
}

func (x *tx) line(p partView, v any) (entry, error) {
	given, is := v.(map[string]any)
	if !is {
		return nil, fmt.Errorf("%s", rowNotObject)
	}
	e := newEntry(p.part)
	for _, f := range p.fields {
		value, null, err := x.given(f, given)
		if err == errAbsent {
			continue
		}
		if err != nil {
			return nil, err
		}
		set(e, f.name, value, null)
	}
	return e, nil
}

var errAbsent = fmt.Errorf("the object does not speak of the column")

// given reads the value of a column out of an object, in the form the row holds it.
func (t *tenant) given(f field, object map[string]any) (value string, null bool, err error) {
	if f.kind == reference {
		return t.referenced(f, object)
	}
	v, is := object[f.live]
	if !is {
		return "", false, errAbsent
	}
	if value, null, err = f.textOf(v); err != nil {
		return "", false, err
	}
	if err := f.check(value); err != nil {
		return "", false, fmt.Errorf("%s：%w", f.live, err)
	}
	return value, null, nil
}

// referenced reads base data by _id or _number. An empty one takes the reference away; one that is not there is an error.
func (t *tenant) referenced(f field, object map[string]any) (id string, null bool, err error) {
	byID, hasID := object[f.live+"_id"]
	byNumber, hasNumber := object[f.live+"_number"]
	if !hasID && !hasNumber {
		return "", false, errAbsent
	}
	given, column := byNumber, "number"
	if hasID {
		given, column = byID, "id"
	}
	value, is := scalarText(given)
	switch {
	case given == nil || is && (value == "" || value == "0" && column == "id"):
		return "", true, nil
	case !is:
		return "", false, fmt.Errorf("%s: the value is not a text or a number", f.live+"_"+column)
	}
	found := t.tables[f.ref].having(column, value)
	if len(found) == 0 {
		return "", false, fmt.Errorf(rowBadReference, f.live+"_"+column, value)
	}
	return formatID(found[0]), false, nil
}

// forbidden are the rules a version or a form has about a save as a whole.
func (x *tx) forbidden(c *call, before, after *row, it *item) []string {
	var wrong []string
	name := c.api.form.name
	if editLocked(name) && it.target != 0 && before.values["enable"] == "1" && x.version.editNeedsDisable() {
		wrong = append(wrong, rowDisableFirst)
	}
	if it.target == 0 && x.binned(c.api.form, after) {
		wrong = append(wrong, rowRecycled)
	}
	if name != "third_app" {
		return wrong
	}
	if x.version.allowAllWithdrawn() && after.values["allowallapi"] == "1" && before.values["allowallapi"] != "1" {
		wrong = append(wrong, rowAllowAll)
	}
	secret, set := after.values["syspwd"]
	if old, had := before.values["syspwd"]; (set != had || secret != old) && !strongSecret(secret) {
		wrong = append(wrong, rowSecret)
	}
	return wrong
}

// strongSecret is the rule for an AccessToken认证密钥 (facts §1.6). The underscore is no special character.
func strongSecret(secret string) bool {
	if n := len([]rune(secret)); n < 16 || n > 50 {
		return false
	}
	special := func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsSpace(r)
	}
	for _, is := range []func(rune) bool{unicode.IsUpper, unicode.IsLower, unicode.IsDigit, special} {
		if !strings.ContainsFunc(secret, is) {
			return false
		}
	}
	return true
}
