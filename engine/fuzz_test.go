package engine_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"cosmicctl/engine"
)

// FuzzDiff holds that a diff is empty if and only if the wanted fields are as
// the live ones, that it names the fields that differ, and that writing fields
// and reading them again changes nothing.
func FuzzDiff(f *testing.F) {
	f.Add("a", "a", int64(1), int64(1), true, true, "x,y", "y,x", "10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9")
	f.Add("", "a", int64(0), int64(-1), false, true, "", "x", "", "10.0.0.0-10.0.0.255")
	f.Add("plain", "1", int64(9007199254740993), int64(9007199254740992), true, true, "x", "x,y", "any-any", "10.0.0.0/24-10.0.0.0/24")
	f.Add("{zh_CN}", "密码", int64(7), int64(7), false, false, ",,", "", "::1-::1;fe80::-fe80::1", "fe80::-fe80::1;::1-::1;::1-::1")
	f.Add("a–b", "a", int64(1), int64(2), true, false, "a b,a", "a,b,a", "10.0.0.0/24-10.0.0.0/24", "10.0.0.0-10.0.0.255")
	f.Fuzz(func(t *testing.T, nameA, nameB string, limitA, limitB int64, openA, openB bool, setA, setB, rangesA, rangesB string) {
		k := catalog().Kind("Gadget")
		a := k.Decode(fuzzedRow(nameA, limitA, openA, setA, rangesA)).Fields
		b := k.Decode(fuzzedRow(nameB, limitB, openB, setB, rangesB)).Fields
		changed := map[string]bool{}
		for _, c := range k.Diff(a, b) {
			changed[c.Field] = true
			if cmp.Equal(c.Before, c.After) {
				t.Errorf("%s changes from %v to itself", c.Field, c.Before)
			}
		}
		for _, field := range k.Fields {
			if equal := cmp.Equal(a[field.Name], b[field.Name], cmpopts.EquateEmpty()); equal == changed[field.Name] {
				t.Errorf("%s: %#v and %#v: equal %v, in the diff %v", field.Name, b[field.Name], a[field.Name], equal, changed[field.Name])
			}
		}
		if d := k.Diff(a, a); len(d) > 0 {
			t.Errorf("a value differs from itself: %v", d)
		}
		if d := cmp.Diff(a, reread(t, k, a), cmpopts.EquateEmpty()); d != "" && valid(a) {
			t.Errorf("written and read again:\n%s", d)
		}
	})
}

// fuzzedRow is a live row with the given values.
func fuzzedRow(name string, limit int64, open bool, items, ends string) row {
	refs, ranges := list(), list()
	for item := range strings.SplitSeq(items, ",") {
		refs = append(refs, row{"toolid_number": item})
	}
	for pair := range strings.SplitSeq(ends, ";") {
		start, end, _ := strings.Cut(pair, "-")
		ranges = append(ranges, row{"policy": map[bool]string{true: "1", false: "0"}[open], "startip": start, "endip": end})
	}
	return row{"number": name, "name": name, "mode": name, "maxrate": json.Number(int64Text(limit)), "allowall": open, "isfresh": "0", "enable": "1",
		"toolentry": refs, "url1": items, "url3": name, "ruleentry": ranges}
}

func int64Text(i int64) string {
	data, _ := json.Marshal(i)
	return string(data)
}

// reread is what the live side would give back of a save.
func reread(t *testing.T, k *engine.Kind, fields map[string]any) map[string]any {
	t.Helper()
	row := k.Encode(fields)
	if limit, ok := row["maxrate"].(int64); ok {
		row["maxrate"] = json.Number(int64Text(limit))
	}
	return k.Decode(row).Fields
}

// valid tells whether a manifest could hold the fields: what a live row may
// hold beyond that is shown, but never written.
func valid(fields map[string]any) bool {
	for _, r := range fields["rules"].(engine.Rows) {
		if _, code := engine.NewRange(r.Policy, "", r.Start, r.End); code != "" {
			return false
		}
	}
	return true
}
