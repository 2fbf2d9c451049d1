package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"
	"cosmicctl/engine/cosmic/sandbox"
	"cosmicctl/schema"
)

// A readFault is what goes wrong with a read.
type readFault struct {
	kind string
	more string // further fields of the fault
	// harmless faults keep nothing from being read in the end.
	harmless bool
	// silent faults leave no trace: what the caller has no permission for looks
	// as if it were not there. A delete cannot come of that.
	silent bool
	// paged faults are harmless to what apply reads again, which is one page.
	paged bool
}

// readFaults are all faults of the sandbox but those of writes alone.
func readFaults() []readFault {
	return []readFault{
		{kind: "latency", more: `,"ms":5`, harmless: true}, {kind: "hang"}, {kind: "reset"}, {kind: "reset", more: `,"when":"after"`},
		{kind: "unreachable"}, {kind: "truncate"}, {kind: "401"}, {kind: "429"}, {kind: "500"}, {kind: "500", more: `,"status":200`},
		{kind: "502"}, {kind: "expire", more: `,"times":1`, harmless: true}, {kind: "expire"}, {kind: "hide", silent: true}, {kind: "shift", more: `,"by":1`, paged: true}, {kind: "shift", more: `,"by":-1`, paged: true},
	}
}

// Whatever goes wrong with a read, when the plan is made or when apply reads again
// before it writes, it neither creates nor deletes: what cannot be read is not
// absent. The manifest holds an object that is there, one that is not, and a
// tombstone; two more objects are to be pruned.
func TestUnreadableIsNeverAbsent(t *testing.T) {
	for _, f := range readFaults() {
		for _, op := range []string{"query", "getToken"} {
			if op == "getToken" && (f.silent || f.paged || f.kind == "expire") {
				continue
			}
			for _, moment := range []string{"plan", "apply"} {
				t.Run(strings.Join([]string{f.kind + f.more, op, moment}, " "), func(t *testing.T) {
					t.Parallel()
					s := newReadSide(t)
					before := s.keys(t)
					s.run(t, f, op, moment)
					s.check(t, f, f.harmless || f.paged && moment == "apply", before)
				})
			}
		}
	}
}

// The table above leaves no fault out.
func TestEveryReadFaultIsTried(t *testing.T) {
	for _, kind := range sandboxFaults(t) {
		tried := slices.ContainsFunc(readFaults(), func(f readFault) bool { return f.kind == kind })
		if ofWrites := kind == "row" || kind == "drop"; tried == ofWrites {
			t.Errorf("%s: tried %t", kind, tried)
		}
	}
}

// sandboxFaults are the kinds of faults, as the sandbox itself lists them.
func sandboxFaults(t *testing.T) []string {
	t.Helper()
	answer := newReadSide(t).admin(t, http.MethodPost, "/faults", `{"kind":"none"}`)
	listed := regexp.MustCompile(`is none of \[(.*?)\]`).FindSubmatch(answer)
	if listed == nil {
		t.Fatalf("%s", answer)
	}
	return strings.Fields(string(listed[1]))
}

// readSide is a sandbox with 30 parameters, read ten at a time.
type readSide struct {
	url, adminURL string
	kinds         engine.Catalog
	tenant        *engine.Tenant
	live          *cosmic.Tenant
}

func newReadSide(t *testing.T) *readSide {
	t.Helper()
	box, err := sandbox.Open(sandbox.Options{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for i := range 30 {
		rows = append(rows, fmt.Sprintf(`{"config_type":"t","config_key":"k%02d","config_value":"0"}`, i))
	}
	seed := `{"formatVersion": 1, "tenants": {"/ierp": {"accountId": "1", "version": "6.0.14", "keepAllowAll": true,
		"limits": {"perMinute": -1, "perSecond": -1, "tokensPerMinute": -1}, "users": ["ops"],
		"rows": {"third_app": [{"number": "cosmicctl", "name": "cosmicctl", "syspwd": "Standing-secret.1", "enable": "1", "isenhancetoken": "1",
			"allowallapi": "1", "allowip": "1"}], "invsm_param_configuration": [` + strings.Join(rows, ",") + `]}}}}`
	if err := box.Seed([]byte(seed)); err != nil {
		t.Fatal(err)
	}
	served, admin := httptest.NewServer(box.Handler()), httptest.NewServer(box.Admin())
	t.Cleanup(func() {
		admin.Close()
		served.CloseClientConnections()
		served.Close()
		_ = box.Close()
	})
	s := &readSide{url: served.URL, adminURL: admin.URL, kinds: schemaOf(t).Kinds}
	s.tenant = &engine.Tenant{Name: "demo", Environment: engine.Environment{BaseURL: s.url + "/ierp", Version: "6.0.14", AccountID: "1",
		Auth: engine.Auth{AppID: "cosmicctl", User: "ops", UserType: "UserName"}}}
	for _, key := range []string{"k00", "k25", "new"} {
		s.tenant.Resources = append(s.tenant.Resources, parameter(key, map[string]any{"value": "0"}))
	}
	gone := parameter("k01", nil)
	gone.Absent = true
	s.tenant.Resources = append(s.tenant.Resources, gone)
	return s
}

func schemaOf(t *testing.T) *schema.Schema {
	t.Helper()
	s, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// schemasOf are to be taken and put back: one is for one run at a time.
func schemasOf(t *testing.T) chan *schema.Schema {
	t.Helper()
	schemas := make(chan *schema.Schema, 2*runtime.GOMAXPROCS(0))
	for range cap(schemas) {
		schemas <- schemaOf(t)
	}
	return schemas
}

func parameter(key string, fields map[string]any) engine.Resource {
	r := engine.Resource{Ref: engine.Ref{Kind: "Parameter", Key: "t/" + key}, Fields: map[string]any{"type": "t", "name": key}}
	for name, v := range fields {
		r.Fields[name] = v
	}
	return r
}

// connect makes a client that has logged in nowhere yet.
func (s *readSide) connect(t *testing.T) {
	t.Helper()
	var err error
	s.live, err = cosmic.New(cosmic.Options{Tenant: "demo", Environment: s.tenant.Environment, Limit: cosmic.Limit{PerMinute: -1, PerSecond: -1},
		Timeout: 300 * time.Millisecond, PageSize: 10, Sleep: func(context.Context, time.Duration) error { return nil },
		Secret: func(context.Context, engine.SecretRef) (engine.Secret, error) {
			return engine.NewSecret("Standing-secret.1"), nil
		}})
	if err != nil {
		t.Fatal(err)
	}
}

// run plans and applies, with the fault standing during one of the two.
func (s *readSide) run(t *testing.T, f readFault, op, moment string) {
	t.Helper()
	s.connect(t)
	fault := fmt.Sprintf(`{"kind":%q,"op":%q%s}`, f.kind, op, f.more)
	if moment == "plan" {
		s.admin(t, http.MethodPost, "/faults", fault)
	}
	prune := engine.Prune{Named: []engine.Ref{{Kind: "Parameter", Key: "t/k02"}}, Created: map[string]map[string]bool{"Parameter": {s.id(t, "k03"): true}}}
	seen := engine.Observe(t.Context(), s.live, s.kinds, s.tenant, nil, prune.Kinds()...)
	p := engine.NewPlan(s.kinds, s.tenant, seen, engine.PlanOptions{Prune: prune})
	switch moment {
	case "plan":
		if !f.harmless && !f.silent && (p.Count(engine.Create)+p.Count(engine.Delete) > 0 || len(p.Problems) == 0) {
			t.Errorf("planned: %+v, problems: %+v", p.Changes(), p.Problems)
		}
		s.admin(t, http.MethodDelete, "/faults", "")
	case "apply":
		if p.Count(engine.Create) != 1 || p.Count(engine.Delete) != 3 || len(p.Problems) > 0 {
			t.Fatalf("%+v %+v", p.Changes(), p.Problems)
		}
		s.connect(t) // another run, with a token of its own
		s.admin(t, http.MethodPost, "/faults", fault)
	}
	if _, err := engine.Apply(t.Context(), s.kinds, p, target{s.live, s.live.Writer()}, engine.ApplyOptions{}); err != nil {
		t.Fatal(err)
	}
}

// check compares what is there with what was.
func (s *readSide) check(t *testing.T, f readFault, read bool, before []string) {
	t.Helper()
	after := s.keys(t)
	gone := slices.DeleteFunc(slices.Clone(before), func(key string) bool { return slices.Contains(after, key) })
	switch {
	case read:
		if want := []string{"k01", "k02", "k03"}; !slices.Equal(gone, want) || !slices.Contains(after, "new") || len(after) != 28 {
			t.Errorf("it was read all the same, and then gone are %v, there are %v", gone, after)
		}
	case f.silent:
		if len(gone) > 0 {
			t.Errorf("deleted: %v", gone)
		}
	case !slices.Equal(before, after):
		t.Errorf("there were %v, there are %v", before, after)
	}
}

func (s *readSide) rows(t *testing.T) []map[string]any {
	t.Helper()
	var list struct{ Rows []map[string]any }
	if err := json.Unmarshal(s.admin(t, http.MethodGet, "/tenants/%2Fierp/forms/invsm_param_configuration/rows", ""), &list); err != nil {
		t.Fatal(err)
	}
	return list.Rows
}

func (s *readSide) keys(t *testing.T) []string {
	t.Helper()
	var keys []string
	for _, row := range s.rows(t) {
		keys = append(keys, fmt.Sprint(row["config_key"]))
	}
	slices.Sort(keys)
	return keys
}

func (s *readSide) id(t *testing.T, key string) string {
	t.Helper()
	for _, row := range s.rows(t) {
		if row["config_key"] == key {
			return fmt.Sprint(row["id"])
		}
	}
	t.Fatalf("no %s", key)
	return ""
}

func (s *readSide) admin(t *testing.T, method, path, body string) []byte {
	t.Helper()
	r, err := http.NewRequest(method, s.adminURL+path, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
