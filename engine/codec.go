package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Decode brings a live row to normal form. A property that the row leaves out is
// null there, except for a flag: it always has a value, so a flag that is
// missing cannot be read, and stays out of the fields.
//
// Rows of entries and references are read in every shape that the flattened
// names of the API may take (facts page §2.2, §12).
func (k *Kind) Decode(row map[string]any) Resource {
	r := Resource{Fields: make(map[string]any, len(k.Fields))}
	for _, f := range k.Fields {
		if v, ok := f.decode(row); ok {
			r.Fields[f.Name] = v
		}
	}
	r.ID = textOf(row["id"])
	r.By, r.When = textOf(row[k.Attribution.By]), textOf(row[k.Attribution.At])
	r.Ref = Ref{Kind: k.Name, Key: k.KeyFrom(r.Fields)}
	for _, p := range k.Protected {
		r.Protected = r.Protected || matches(row, p)
	}
	for _, f := range k.Frozen {
		if matches(row, f.While) {
			r.Frozen = append(r.Frozen, f)
		}
	}
	return r
}

func matches(row map[string]any, pattern map[string]string) bool {
	for name, want := range pattern {
		if got := textOf(row[name]); got != want && !(want == "1" && got == "true") {
			return false
		}
	}
	return true
}

func (f *Field) decode(row map[string]any) (any, bool) {
	v := row[f.Property]
	if v == nil && f.Entry != "" {
		v = firstOf(row[f.Entry], f.Property)
	}
	switch f.Type {
	case TypeVirtual, TypeSecret:
		return nil, false
	case TypeFlag:
		return flagOf(v)
	case TypeInt:
		return intOf(v), true
	case TypeEnum:
		return f.wordOf(textOf(v)), true
	case TypeRefs:
		return f.refsOf(v), true
	case TypeList:
		return f.listOf(row), true
	case TypeRanges:
		return f.rangesOf(v), true
	}
	return textOf(v), true
}

func firstOf(entry any, property string) any {
	rows, _ := entry.([]any)
	if len(rows) == 0 {
		return nil
	}
	first, _ := rows[0].(map[string]any)
	return first[property]
}

// textOf is the text of a scalar; a text in several languages is its Chinese one.
func textOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	case map[string]any:
		return textOf(v["zh_CN"])
	}
	return ""
}

func flagOf(v any) (any, bool) {
	switch strings.ToLower(textOf(v)) {
	case "1", "true":
		return true, true
	case "0", "false":
		return false, true
	}
	return nil, false
}

func intOf(v any) int64 {
	i, err := json.Number(textOf(v)).Int64()
	if err != nil {
		return 0
	}
	return i
}

// wordOf translates a live code; an unknown one stays as it is, so that it
// shows in a diff.
func (f *Field) wordOf(code string) string {
	for word, c := range f.Enum {
		if c == code {
			return word
		}
	}
	return code
}

func (f *Field) refsOf(v any) Set {
	items, _ := v.([]any)
	keys := make([]string, 0, len(items))
	for _, item := range items {
		if key := refOf(item, f.Columns["column"]); key != "" {
			keys = append(keys, key)
		}
	}
	return NewSet(keys...)
}

// refOf finds the number of a base data reference.
func refOf(item any, column string) string {
	row, ok := item.(map[string]any)
	if !ok {
		return textOf(item)
	}
	for _, name := range []string{column + "_number", column + ".number", "number"} {
		if s := textOf(row[name]); s != "" {
			return s
		}
	}
	if inner, ok := row[column].(map[string]any); ok {
		return textOf(inner["number"])
	}
	return textOf(row[column])
}

func (f *Field) listOf(row map[string]any) List {
	out := List{}
	for _, p := range append([]string{f.Property}, f.More...) {
		if s := textOf(row[p]); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (f *Field) rangesOf(v any) Rows {
	items, _ := v.([]any)
	var out []Range
	for _, item := range items {
		row, _ := item.(map[string]any)
		policy := f.policyOf(textOf(row[f.Columns["policy"]]))
		start, end := textOf(row[f.Columns["start"]]), textOf(row[f.Columns["end"]])
		if end == "" {
			end = start
		}
		r, code := NewRange(policy, "", start, end)
		if code != "" {
			r = Range{policy, start, end}
		}
		out = append(out, r)
	}
	return NewRows(out...)
}

// policyOf translates a live code; like that of an enum, an unknown one stays as
// it is.
func (f *Field) policyOf(code string) string {
	switch code {
	case f.Columns["deny"]:
		return "deny"
	case f.Columns["allow"], "":
		return "allow"
	}
	return code
}

// Encode writes fields in normal form as the properties of a save. Secrets must
// have been resolved.
func (k *Kind) Encode(fields map[string]any) map[string]any {
	row := make(map[string]any, len(fields))
	for _, f := range k.Fields {
		if v, ok := fields[f.Name]; ok && f.Type != TypeVirtual {
			f.encode(row, v)
		}
	}
	return row
}

func (f *Field) encode(row map[string]any, v any) {
	switch v := v.(type) {
	case Secret:
		row[f.Property] = v // revealed by the client alone
	case bool:
		row[f.Property] = "0"
		if v {
			row[f.Property] = "1"
		}
	case int64:
		row[f.Property] = v
	case Set:
		rows, _ := row[f.Property].([]any) // of a field that shares the entry
		for _, key := range v {
			rows = append(rows, map[string]any{f.Columns["column"] + "_number": key})
		}
		row[f.Property] = slices.Concat([]any{}, rows)
	case List:
		for i, p := range append([]string{f.Property}, f.More...) {
			row[p] = ""
			if i < len(v) {
				row[p] = v[i]
			}
		}
	case Rows:
		row[f.Property] = f.encodeRanges(v)
	case string:
		if code, ok := f.Enum[v]; ok {
			v = code
		}
		row[f.Property] = v
	}
}

func (f *Field) encodeRanges(ranges Rows) []any {
	rows := make([]any, len(ranges))
	for i, r := range ranges {
		rows[i] = map[string]any{
			f.Columns["policy"]: f.Columns[r.Policy],
			f.Columns["family"]: f.Columns[r.family()],
			f.Columns["start"]:  r.Start,
			f.Columns["end"]:    r.End,
		}
	}
	return rows
}
