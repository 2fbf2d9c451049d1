package cosmic

import (
	"cmp"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// notMentioned is the message of a row that the answer passes over.
const notMentioned = "the answer does not mention this row"

// outcomes reads what an answer says of each row. A request that failed as a
// whole still has outcomes if its answer lists any: with mixed results Cosmic
// says 操作失败 of the whole and the truth in the list (facts page §2.2). Not so
// when it refused the request before it came to the rows.
func (t *Tenant) outcomes(env *envelope, err error, change engine.Write) ([]engine.Outcome, bool) {
	if env == nil {
		return nil, false
	}
	data := object(env.data)
	list, listed := data["result"].([]any)
	if bare, ok := env.data.([]any); ok {
		list, listed = bare, true // a batchsave of API 1.0 (facts page §2.3)
	}
	if err != nil && (len(list) == 0 || refusedWhole(err)) {
		return nil, false
	}
	n := max(len(change.Rows), len(change.IDs))
	out := make([]engine.Outcome, n)
	if !listed && len(change.Rows) == 0 && allDone(data, n) {
		for i, id := range change.IDs {
			out[i] = engine.Outcome{OK: true, ID: id}
		}
		return out, true
	}
	for i, item := range place(list, change.IDs, n) {
		out[i] = t.outcome(item, env)
		if out[i].ID == "" && i < len(change.IDs) {
			out[i].ID = change.IDs[i]
		}
	}
	return out, true
}

// refusedWhole tells whether no row can have been touched, whatever a list in
// the answer says.
func refusedWhole(err error) bool {
	return slices.ContainsFunc([]string{codeUnauthorised, codeLimited, codeRepeated},
		func(code string) bool { return hasCode(err, code) })
}

// allDone tells whether an answer without a list reports success for all ids.
// The answers of delete, enable and the like are not public (facts page §12);
// a plain success is taken for what it says unless its counts contradict.
func allDone(data map[string]any, n int) bool {
	failed, _ := count(field(data, "failCount", "failcount"))
	done, counted := count(field(data, "successCount", "successcount"))
	return failed == 0 && (!counted || done == int64(n))
}

// place assigns the items of a result list to the n rows sent; a row without
// an item gets nil. By id if ids were sent and all items name one of them,
// else by billIndex if the indexes make sense, else by order.
func place(list []any, ids []string, n int) []map[string]any {
	out := make([]map[string]any, n)
	at, ok := positions(list, n, func(m map[string]any) int { return slices.Index(ids, text(m["id"])) })
	if !ok {
		at, ok = positions(list, n, func(m map[string]any) int {
			if i, ok := count(field(m, "billIndex", "dindex")); ok && i >= 0 && i < int64(n) {
				return int(i)
			}
			return -1
		})
	}
	for i, item := range list {
		switch {
		case ok:
			out[at[i]] = object(item)
		case len(list) == n:
			out[i] = object(item)
		}
	}
	return out
}

// positions locates every item; it fails if one has no place or two share one.
func positions(list []any, n int, locate func(map[string]any) int) ([]int, bool) {
	at := make([]int, len(list))
	taken := make([]bool, n)
	for i, item := range list {
		at[i] = locate(object(item))
		if at[i] < 0 || taken[at[i]] {
			return nil, false
		}
		taken[at[i]] = true
	}
	return at, true
}

func (t *Tenant) outcome(item map[string]any, env *envelope) engine.Outcome {
	if item == nil {
		return engine.Outcome{Message: notMentioned}
	}
	message := reasons(item["errors"])
	ok, said := flag(field(item, "billStatus", "billstatus", "success"))
	if !said {
		ok = env.ok && message == ""
	}
	if !ok {
		message = cmp.Or(message, text(field(item, "message", "errorMsg")), env.message, "failed without a reason")
	}
	return engine.Outcome{OK: ok, ID: t.censor.text(text(item["id"])), Message: t.censor.text(message)}
}

// reasons reads the errors of a row. The shape of an item is not public (facts
// page §8.3), so the likely ones are read and any other is shown as it came.
func reasons(v any) string {
	switch v := v.(type) {
	case []any:
		var parts []string
		for _, item := range v {
			if s := reasons(item); s != "" && !slices.Contains(parts, s) {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, "; ")
	case map[string]any:
		for _, name := range []string{"rowMsg", "message", "msg", "errorMsg", "error"} {
			if s := reasons(v[name]); s != "" {
				return s
			}
		}
		if len(v) == 0 {
			return ""
		}
	}
	return strings.TrimSpace(text(v))
}
