package cosmic

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"cosmicctl/engine"
)

const pathDataCentres = "/auth/getAllDatacenters.do"

// A DataCentre is 数据中心, also called 账套. The vendor holds its ID for sensitive
// (facts page §1.1).
type DataCentre struct{ ID, Number, Name string }

// Mask is an ID as it may be shown.
func Mask(id string) string {
	const shown = 4
	if r := []rune(id); len(r) > 2*shown {
		return "…" + string(r[len(r)-shown:])
	}
	return "…"
}

var errNoList = engine.Fail("centres-none")

// dataCentres lists the data centres: by POST, as the vendor's tooling does, or by
// GET, as others do (facts page §1.1).
func (x *Explorer) dataCentres(ctx context.Context, base string) ([]DataCentre, error) {
	var first error
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		list, err := x.listBy(ctx, method, base+pathDataCentres)
		if err == nil {
			return list, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

func (x *Explorer) listBy(ctx context.Context, method, address string) ([]DataCentre, error) {
	a, e := x.send(ctx, method, address)
	if e != nil {
		return nil, e
	}
	v, err := decodeAny(a.body)
	if items, ok := listOf(v); ok && err == nil && a.status < 300 {
		return x.read(items), nil
	}
	if _, e := a.judge(); e != nil {
		x.lead(e, a, address)
		e.Message, e.Code = x.censor.text(e.Message), x.censor.text(e.Code)
		return nil, e
	}
	return nil, errNoList
}

// listOf finds the list, bare or in an object, as clients in the wild tolerate it.
func listOf(v any) ([]any, bool) {
	if items, ok := v.([]any); ok {
		return items, true
	}
	for _, name := range []string{"data", "datacenters"} {
		if items, ok := object(v)[name].([]any); ok {
			return items, true
		}
	}
	return nil, false
}

// read keeps the items that have an ID, each once.
func (x *Explorer) read(items []any) []DataCentre {
	const most = 500
	var out []DataCentre
	seen := map[string]bool{}
	for _, item := range items[:min(most, len(items))] {
		m := object(item)
		id := text(m["accountId"])
		if !plainID.MatchString(id) || seen[id] {
			continue
		}
		seen[id] = true
		out = append(out, DataCentre{id, x.censor.text(text(m["accountNumber"])), x.censor.text(text(m["accountName"]))})
	}
	return out
}

var (
	plainID = regexp.MustCompile(`^[^\s_]{1,50}$`)
	userID  = regexp.MustCompile(`"userId"\s*:\s*"?([^"\s,}]*)`)
)

// The reasons why a body of getUserLanguage.do tells no data centre.
var (
	ErrNoUserID  = engine.Fail("user-id-none")
	ErrBadUserID = engine.Fail("user-id-form")
)

// AccountOf finds the ID of the data centre in what a person copied of the answer to
// getUserLanguage.do: {"userId":"<accountId>_<user>"}, or that value alone.
func AccountOf(pasted string) (string, error) {
	value := strings.Trim(strings.TrimSpace(pasted), `"'`)
	if m := userID.FindStringSubmatch(pasted); m != nil {
		value = m[1]
	} else if strings.ContainsAny(value, "{}: \n") || value == "" {
		return "", ErrNoUserID
	}
	id, user, ok := strings.Cut(value, "_")
	if !ok || user == "" || !plainID.MatchString(id) {
		return "", ErrBadUserID
	}
	return id, nil
}
