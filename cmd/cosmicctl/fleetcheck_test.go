package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// truth is what drifted, as a plain look says it: tenant, kind, key and class; and
// which tenants could not be read wholly.
func (f *fleet) truth(t *testing.T) (drifted []string, unread map[string]bool) {
	t.Helper()
	text := f.run(t, -1, "drift", "-o", "json", "--baseline", f.path("baseline.json"), "--rate-second=-1", "--rate-minute=-1", "--tenants=16", f.path("m"))
	var doc struct {
		Tenants []struct {
			Tenant   string
			Changes  []struct{ Action, Kind, Key string }
			Coverage []struct{ Read string }
		}
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil || len(doc.Tenants) != len(f.tenants) {
		t.Fatalf("%v: %.500s", err, text)
	}
	unread = map[string]bool{}
	for _, d := range doc.Tenants {
		for _, c := range d.Coverage {
			if c.Read != "complete" && c.Read != "not-read" {
				unread[d.Tenant] = true
			}
		}
		for _, c := range d.Changes {
			drifted = append(drifted, strings.Join([]string{d.Tenant, c.Kind, c.Key, c.Action}, " "))
		}
	}
	slices.Sort(drifted)
	return drifted, unread
}

// shown is what a watch shows: open findings by their names, and of these, with
// those that ended, which were ever acknowledged.
type shown struct {
	open         map[string]bool // acknowledged
	ids          map[string]string
	acknowledged map[string]bool
	unread       map[string]bool
	states       map[string]int
}

type apiFindingsDoc struct {
	Total    int
	Findings []struct {
		ID, Tenant, Kind, Key, Class string
		Closed                       time.Time
		Acknowledged                 *struct{ By string }
	}
}

// showing reads the API of a watch.
func showing(t *testing.T, get func(string) string) shown {
	t.Helper()
	s := shown{open: map[string]bool{}, ids: map[string]string{}, acknowledged: map[string]bool{}, unread: map[string]bool{}, states: map[string]int{}}
	var tenants struct {
		Tenants []struct{ Name, State string }
	}
	fromText(t, get("/api/v1/tenants"), &tenants)
	for _, v := range tenants.Tenants {
		s.states[v.State]++
	}
	for after := 0; ; after += 1000 {
		var page apiFindingsDoc
		fromText(t, get("/api/v1/findings?state=all&after="+strconv.Itoa(after)), &page)
		for _, f := range page.Findings {
			name := strings.Join([]string{f.Tenant, f.Kind, f.Key, f.Class}, " ")
			if strings.Contains(get("/api/v1/findings/"+f.ID), `"what": "acknowledged"`) {
				s.acknowledged[name] = true
			}
			if !f.Closed.IsZero() {
				continue
			}
			s.open[name], s.ids[name] = f.Acknowledged != nil, f.ID
			if f.Class == "unreadable" {
				s.unread[f.Tenant] = true
			}
		}
		if after+1000 >= page.Total {
			return s
		}
	}
}

func fromText(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v: %.300s", err, text)
	}
}

// check holds what a watch shows, measures and told to the truth.
func (f *fleet) check(t *testing.T, when string, get func(string) string) shown {
	t.Helper()
	drifted, unread := f.truth(t)
	s := showing(t, get)
	of := func(all []string) []string { // a tenant that is not read wholly keeps what it had
		return slices.DeleteFunc(all, func(name string) bool { return unread[strings.Fields(name)[0]] })
	}
	open := slices.Sorted(maps.Keys(s.open))
	if diff := cmp.Diff(of(drifted), of(slices.Clone(open))); diff != "" {
		t.Errorf("%s: findings differ from the truth (-truth +watch):\n%s", when, diff)
	}
	if diff := cmp.Diff(unread, s.unread); diff != "" {
		t.Errorf("%s: tenants that cannot be read (-truth +watch):\n%s", when, diff)
	}
	f.checkMetrics(t, when, s, get("/metrics"))
	f.checkPage(t, when, s, get("/"))
	f.checkTold(t, when, s)
	return s
}

var sample = regexp.MustCompile(`(?m)^(\w+)(?:\{(.*)\})? (\S+)$`)

// sum adds the samples of a metric whose labels match.
func sumOf(t *testing.T, metrics, name, labels string) int {
	t.Helper()
	total, found := 0.0, false
	for _, m := range sample.FindAllStringSubmatch(metrics, -1) {
		if m[1] != name || !strings.Contains(m[2], labels) {
			continue
		}
		v, err := strconv.ParseFloat(m[3], 64)
		if err != nil {
			t.Fatal(err)
		}
		total, found = total+v, true
	}
	if !found && name != "cosmicctl_drifted_objects" {
		t.Errorf("no metric %s{%s}", name, labels)
	}
	return int(total)
}

func (f *fleet) checkMetrics(t *testing.T, when string, s shown, text string) {
	t.Helper()
	want, got := map[string]int{}, map[string]int{}
	for name, acknowledged := range s.open {
		kind := "cosmicctl_drifted_objects"
		if strings.HasSuffix(name, " unreadable") {
			kind = "cosmicctl_unreadable"
		}
		want[kind+fmt.Sprint(acknowledged)]++
		if !acknowledged {
			want["open"]++
		}
	}
	for _, kind := range []string{"cosmicctl_drifted_objects", "cosmicctl_unreadable"} {
		for _, acknowledged := range []string{"true", "false"} {
			if n := sumOf(t, text, kind, `acknowledged="`+acknowledged+`"`); n > 0 {
				got[kind+acknowledged] = n
			}
		}
	}
	if n := sumOf(t, text, "cosmicctl_tenant_open_findings", ""); n > 0 {
		got["open"] = n
	}
	want["risks"], got["risks"] = got["cosmicctl_drifted_objectsfalse"], sumOf(t, text, "cosmicctl_drifted_risks", "")
	for state, n := range s.states {
		want["tenants "+state], got["tenants "+state] = n, sumOf(t, text, "cosmicctl_tenants", `state="`+state+`"`)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: metrics (-findings +metrics):\n%s", when, diff)
	}
}

var tile = regexp.MustCompile(`class="tile ([a-z]+)[^>]*><b>(\d+)</b>`)

func (f *fleet) checkPage(t *testing.T, when string, s shown, page string) {
	t.Helper()
	got := map[string]int{}
	for _, m := range tile.FindAllStringSubmatch(page, -1) {
		if n, _ := strconv.Atoi(m[2]); n > 0 && m[1] != "stale" {
			got[m[1]] = n
		}
	}
	if diff := cmp.Diff(s.states, got); diff != "" {
		t.Errorf("%s: the page's tiles (-API +page):\n%s", when, diff)
	}
	unacknowledged := 0
	for _, acknowledged := range s.open {
		if !acknowledged {
			unacknowledged++
		}
	}
	if want := fmt.Sprintf("All %d open", unacknowledged); unacknowledged > 0 && !strings.Contains(page, want) {
		t.Errorf("%s: the page does not say %q", when, want)
	}
}

// checkTold folds what was told up, and holds it to what is open. What was
// acknowledged may have ended, or come again, without a word.
func (f *fleet) checkTold(t *testing.T, when string, s shown) {
	t.Helper()
	told, wrong := f.hook.open(t)
	for _, err := range wrong {
		t.Errorf("%s: a message was not signed: %v", when, err)
	}
	known := func(name string) bool { return s.acknowledged[name] }
	got := slices.DeleteFunc(slices.Sorted(maps.Keys(told)), known)
	want := slices.DeleteFunc(slices.Sorted(maps.Keys(s.open)), known)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: what was told (-open +told):\n%s", when, diff)
	}
}

// open folds all messages up: what began and did not end.
func (r *receiver) open(t *testing.T) (map[string]bool, []error) {
	t.Helper()
	messages, wrong := r.matching(regexp.MustCompile(""))
	out := map[string]bool{}
	for _, m := range messages {
		var doc struct {
			Omitted int
			Events  []struct{ What, Tenant, Kind, Key, Class string }
		}
		fromText(t, m, &doc)
		if doc.Omitted > 0 {
			t.Errorf("%d events found no room", doc.Omitted)
		}
		for _, e := range doc.Events {
			name := strings.Join([]string{e.Tenant, e.Kind, e.Key, e.Class}, " ")
			switch e.What {
			case "opened", "unreadable":
				if out[name] && e.What == "opened" {
					t.Logf("opened twice: %s", name)
				}
				out[name] = true
			case "closed", "readable":
				delete(out, name)
			}
		}
	}
	return out, wrong
}

// reading reads pages through its handler, or over the network.
func reading(t *testing.T, do func(*http.Request) (int, string)) func(string) string {
	return func(path string) string {
		t.Helper()
		r := httptest.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, "http://localhost"+path, nil)
		status, body := do(r)
		if status != http.StatusOK {
			t.Fatalf("%s: %d %.300s", path, status, body)
		}
		return body
	}
}
