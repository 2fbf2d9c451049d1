package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/cosmic"
	"cosmicctl/engine/cosmic/sandbox"
	"cosmicctl/schema"
)

const matrixSecret = "Matrix-Secret.1234"

// matrixSeed has the tool's own app, a preset one, one that no manifest names, and one
// for each change.
const matrixSeed = `{"formatVersion": 1, "tenants": {"/ierp": {
	"accountId": "1", "version": "6.0.14", "overrideEntry": true,
	"limits": {"perMinute": -1, "perSecond": -1, "tokensPerMinute": -1}, "users": ["ops"], "apis": ["sim_openApi"],
	"rows": {"third_app": [
		{"number": "cosmicctl", "name": "cosmicctl", "syspwd": "` + matrixSecret + `", "enable": "1", "isenhancetoken": "1", "allowallapi": "1", "allowip": "1"},
		{"number": "PRESET", "name": "preset", "is_preset": "1", "enable": "1"},
		{"number": "OTHER", "name": "other", "enable": "1"},
		{"number": "UPDATE", "name": "before", "enable": "1"},
		{"number": "ENABLE", "name": "off", "enable": "0"},
		{"number": "DISABLE", "name": "on", "enable": "1"},
		{"number": "DELETE", "name": "gone", "enable": "1"}]}}}}`

// matrixChange is what an apply of the matrix is to do, by one write.
type matrixChange struct {
	name, op, code string
	manifest       string // the app wanted
	made           func(row map[string]any) bool
}

func matrixChanges() []matrixChange {
	return []matrixChange{
		{"create", "save", "CREATE", "code: CREATE, name: new, secret: {env: MATRIX_SECRET}, apis: [sim_openApi], ipRules: [{policy: allow, cidr: 10.0.0.0/8}]",
			func(row map[string]any) bool { return row["name"] == "new" }},
		{"update", "save", "UPDATE", "code: UPDATE, name: after, secret: {env: MATRIX_SECRET}, allowAllAPIs: true, allowAllIPs: true",
			func(row map[string]any) bool { return row["name"] == "after" }},
		{"enable", "enable", "ENABLE", "code: ENABLE, enabled: true, secret: {env: MATRIX_SECRET}, allowAllAPIs: true, allowAllIPs: true",
			func(row map[string]any) bool { return row["enable"] == "1" }},
		{"disable", "disable", "DISABLE", "code: DISABLE, enabled: false, secret: {env: MATRIX_SECRET}, allowAllAPIs: true, allowAllIPs: true",
			func(row map[string]any) bool { return row["enable"] == "0" }},
		{"delete", "delete", "DELETE", "code: DELETE, state: absent",
			func(row map[string]any) bool { return row == nil }},
	}
}

// matrixSide is one tenant with one manifest.
type matrixSide struct {
	*liveSide
	change        matrixChange
	box           *sandbox.Sandbox
	schema        *schema.Schema
	dir, manifest string
	timeout       time.Duration
	settle        time.Duration
	late          chan struct{} // closed, it lets go what is late
}

const matrixTimeout = 20 * time.Second

func newMatrixSide(t *testing.T, kinds *schema.Schema, change matrixChange) *matrixSide {
	t.Helper()
	s := &matrixSide{change: change, schema: kinds, dir: t.TempDir(), late: make(chan struct{}), timeout: matrixTimeout, settle: 3 * time.Second}
	var err error
	if s.box, err = sandbox.Open(sandbox.Options{Now: time.Now, Rand: rand.Reader, Sleep: s.sleep}); err != nil {
		t.Fatal(err)
	}
	served, admin := httptest.NewServer(s.box.Handler()), httptest.NewServer(s.box.Admin())
	t.Cleanup(func() {
		_ = s.box.Close() // before what hangs in it is waited for
		served.Close()
		admin.Close()
	})
	s.liveSide = &liveSide{url: served.URL, admin: admin.URL}
	if err := s.box.Seed([]byte(matrixSeed)); err != nil {
		t.Fatal(err)
	}
	s.manifest = filepath.Join(s.dir, "tenant.yaml")
	text := fmt.Sprintf("apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: demo}\nenvironment:\n  baseURL: %s/ierp\n  version: \"6.0.14\"\n"+
		"  accountId: \"1\"\n  auth: {appId: cosmicctl, appSecret: {env: MATRIX_SECRET}, user: ops, userType: UserName}\nthirdPartyApps:\n  - {%s}\n",
		s.url, change.manifest)
	if err := os.WriteFile(s.manifest, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// sleep of the sandbox: what is late waits to be let go, and what hangs for its
// caller to leave.
func (s *matrixSide) sleep(ctx context.Context, d time.Duration) {
	if d < time.Second {
		return
	}
	late := s.late
	if d > time.Hour {
		late = nil
	}
	select {
	case <-ctx.Done():
	case <-late:
	}
}

// run runs a command in this process, which pauses nowhere.
func (s *matrixSide) run(args ...string) (exitCode, string) {
	var out bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &out, err: &out, words: report.English(), schema: s.schema}
	a.client = cosmic.Options{Timeout: s.timeout, PageSize: 3, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
	args = append(args, "--allow-host", "127.0.0.1", "--rate-second=-1", "--rate-minute=-1", "--journal", filepath.Join(s.dir, "journal"), s.manifest)
	code := a.run(context.Background(), args)
	return code, out.String()
}

func (s *matrixSide) apply() (exitCode, string) {
	return s.run("apply", "--auto-approve", "--settle-time="+s.settle.String())
}

// apps are the rows by code, and how often each is there.
func (s *matrixSide) apps(t *testing.T) (map[string]map[string]any, map[string]int) {
	t.Helper()
	var list struct{ Rows []map[string]any }
	if err := json.Unmarshal(s.ask(t, "GET", "/tenants/%2Fierp/forms/third_app/rows", ""), &list); err != nil {
		t.Fatal(err)
	}
	rows, times := map[string]map[string]any{}, map[string]int{}
	for _, row := range list.Rows {
		code := fmt.Sprint(row["number"])
		rows[code] = row
		times[code]++
	}
	return rows, times
}

// try runs an apply with the faults, then the advice, and tells what came of it.
func (c *matrixCase) try(t *testing.T, s *matrixSide) matrixOutcome {
	t.Helper()
	rows, _ := s.apps(t)
	before := bystanders(rows)
	for _, f := range c.faults {
		s.ask(t, "POST", "/faults", f)
	}
	s.timeout = c.timeout
	code, said := s.apply()
	s.timeout = matrixTimeout
	c.checkFired(t, s, said)
	rows, _ = s.apps(t)
	o := matrixOutcome{said: saidShort(said), code: code, made: s.change.made(rows[s.change.code]), late: c.late()}
	s.ask(t, "DELETE", "/faults", "")
	time.AfterFunc(50*time.Millisecond, func() { close(s.late) })
	if strings.HasPrefix(c.fault, "hang") {
		s.settle = time.Second // nothing is late
	}
	o.check(t, said, c.when == "after" && (c.fault == "401" || c.fault == "429"))
	s.converge(t, !o.made)
	if code, out := s.run("plan"); code != exitClean {
		t.Errorf("plan afterwards: exit %d: %s", code, out)
	}
	s.checkLoss(t, before)
	return o
}

// converge applies again. While an earlier request may still take effect, that may
// fail; once it cannot, it may not.
func (s *matrixSide) converge(t *testing.T, needed bool) {
	t.Helper()
	if !needed {
		return
	}
	code, _ := s.apply()
	<-s.late
	if code == exitClean {
		return
	}
	if code, out := s.apply(); code != exitClean {
		t.Errorf("apply again: exit %d: %s", code, out)
	}
}

func (c *matrixCase) checkFired(t *testing.T, s *matrixSide, said string) {
	t.Helper()
	var standing struct{ Faults []sandbox.Fault }
	if err := json.Unmarshal(s.ask(t, "GET", "/faults", ""), &standing); err != nil {
		t.Fatal(err)
	}
	for _, f := range standing.Faults {
		if f.Fired == 0 {
			t.Errorf("nothing met the fault %+v: %s", f, said)
		}
	}
}

// check holds what apply said against what is there. A tenant that answers for good
// that it did not do what it did is believed.
func (o matrixOutcome) check(t *testing.T, said string, lied bool) {
	t.Helper()
	if o.said == "" {
		t.Errorf("no word for: %s", said)
	}
	if o.said == saidDone && !o.made {
		t.Errorf("it says done, and it is not: %s", said)
	}
	if o.made && (o.said == saidFailed || o.said == saidSkipped && !lied) {
		t.Errorf("it says %q, and it is done: %s", o.said, said)
	}
}

// bystanders are the rows that no manifest names.
func bystanders(rows map[string]map[string]any) []string {
	var out []string
	for _, code := range []string{"cosmicctl", "PRESET", "OTHER"} {
		data, _ := json.Marshal(rows[code])
		out = append(out, string(data))
	}
	return out
}

// checkLoss looks for what is lost, there twice, or written and not accounted for.
func (s *matrixSide) checkLoss(t *testing.T, before []string) {
	t.Helper()
	rows, times := s.apps(t)
	if !s.change.made(rows[s.change.code]) {
		t.Error("it is not made in the end")
	}
	if after := bystanders(rows); !slices.Equal(before, after) {
		t.Errorf("nobody meant these: %s, before: %s", after, before)
	}
	for _, code := range []string{"UPDATE", "ENABLE", "DISABLE", "DELETE"} {
		if times[code] == 0 && code != s.change.code {
			t.Errorf("%s is lost", code)
		}
	}
	for code, n := range times {
		if n > 1 {
			t.Errorf("%s is there %d times", code, n)
		}
	}
	s.checkLog(t)
}

// checkLog holds the sandbox's own log against the journal.
func (s *matrixSide) checkLog(t *testing.T) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(s.dir, "journal", "*", "journal.jsonl"))
	known := map[string]bool{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range requestKey.FindAllSubmatch(data, -1) {
			known[string(m[1])] = true
		}
	}
	effects := map[string]int{}
	for _, e := range s.box.Log() {
		if len(e.Preset) > 0 {
			t.Errorf("preset rows were written: %+v", e)
		}
		if e.Effect && e.Op != "getToken" {
			effects[e.IdempotencyKey]++
		}
	}
	for key, n := range effects {
		if n != 1 || !known[key] {
			t.Errorf("the request %q took effect %d times, and the journal knows of it: %v", key, n, known[key])
		}
	}
}
