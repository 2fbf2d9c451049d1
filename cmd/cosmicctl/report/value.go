package report

import (
	"strconv"
	"strings"

	"cosmicctl/engine"
)

// value writes a value in normal form for a person, in one line.
func (w Words) value(v any) string {
	switch v := v.(type) {
	case nil:
		return w["no-value"]
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case engine.SecretRef:
		return w.Say("secret-from", "reference", Clean(v.String()))
	case engine.Set:
		return "[" + cleanJoin(v) + "]"
	case engine.List:
		return "[" + cleanJoin(v) + "]"
	case engine.Rows:
		items := make([]string, len(v))
		for i, r := range v {
			items[i] = r.String()
		}
		return "[" + cleanJoin(items) + "]"
	case string:
		return `"` + Clean(v) + `"`
	}
	return w["secret"]
}

func cleanJoin(items []string) string {
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = Clean(item)
	}
	return strings.Join(out, ", ")
}
