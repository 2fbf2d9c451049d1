package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	cryptorand "crypto/rand"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/cosmic"
	"cosmicctl/engine/cosmic/sandbox"
	"cosmicctl/schema"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// fleet is tenants of a sandbox that drift and fail by chance, the manifests that
// declare them, and a webhook that is told of it.
type fleet struct {
	dir      string // with m, baseline.json and watch.yaml
	tenants  []string
	served   *httptest.Server
	admin    *httptest.Server
	hook     *receiver
	env      []string // that commands need
	apart    bool     // commands have a process of their own, and this one none of env
	draw     *rand.Rand
	drifts   int
	failing  map[string]string // tenants, and their kind that cannot be read; "" is all
	mu       sync.Mutex
	onceIn   int    // requests until strike is called; 0 is never
	strike   func() // what a request then causes
	requests int
}

const fleetManifest = `apiVersion: cosmicctl/v1
kind: Tenant
metadata: {name: %[1]s, labels: {env: prod}}
environment:
  baseURL: %[2]s/%[1]s
  version: "6.0.14"
  accountId: "1"
  auth: {appId: cosmicctl, appSecret: {env: FLEET_SECRET}, user: u, userType: UserName}
thirdPartyApps:
  - {code: A1, secret: {env: FLEET_SECRET}, allowAllAPIs: true, allowAllIPs: true, rateLimit: 10}
  - {code: A2, secret: {env: FLEET_SECRET}, allowAllAPIs: true, allowAllIPs: true, rateLimit: 20}
businessSystems:
  - {code: A1, callbacks: [https://erp.example.com/cb]}
  - {code: A2, callbacks: [https://oa.example.com/cb]}
`

// newFleet makes a fleet whose commands run in this process.
func newFleet(t *testing.T, n int, seed uint64) *fleet {
	t.Helper()
	return makeFleet(t, &fleet{}, n, seed)
}

// newFleetApart makes a fleet whose commands have processes of their own, so that its
// test may run beside others.
func newFleetApart(t *testing.T, n int, seed uint64) *fleet {
	t.Helper()
	return makeFleet(t, &fleet{apart: true}, n, seed)
}

func makeFleet(t *testing.T, f *fleet, n int, seed uint64) *fleet {
	t.Helper()
	box, err := sandbox.Open(sandbox.Options{Now: time.Now, Rand: cryptorand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	verify, err := standardwebhooks.NewWebhook(receiverKey)
	if err != nil {
		t.Fatal(err)
	}
	f.dir, f.hook, f.draw, f.failing = t.TempDir(), &receiver{verify: verify}, rand.New(rand.NewPCG(seed, 1)), map[string]string{}
	f.served, f.admin = httptest.NewServer(f.counted(box.Handler())), httptest.NewServer(box.Admin())
	hook := httptest.NewServer(f.hook)
	t.Cleanup(func() {
		f.served.Close()
		f.admin.Close()
		hook.Close()
		_ = box.Close()
	})
	f.env = []string{"FLEET_SECRET=" + appSecret, "RECEIVER=" + hook.URL + "/hook", "RECEIVER_SECRET=" + receiverKey,
		"COSMICCTL_ALLOW_HOST=127.0.0.1", "XDG_STATE_HOME=" + filepath.Join(f.dir, "state")}
	for _, pair := range f.env {
		if name, value, _ := strings.Cut(pair, "="); !f.apart {
			t.Setenv(name, value)
		}
	}
	f.write(t, "watch.yaml", "apiVersion: cosmicctl/v1\nkind: Watch\nnotify:\n  - {name: hook, type: webhook, url: {env: RECEIVER}, secret: {env: RECEIVER_SECRET}}\n")
	for i := range n {
		name := fmt.Sprintf("t%03d", i)
		f.tenants = append(f.tenants, name)
		if err := box.Ensure(sandbox.Tenant{Path: "/" + name, AccountID: "1", Version: "6.0.14", AppID: "cosmicctl", AppSecret: appSecret, Enhanced: true, User: "u"}); err != nil {
			t.Fatal(err)
		}
		f.write(t, "m/"+name+".yaml", fmt.Sprintf(fleetManifest, name, f.served.URL))
	}
	f.run(t, exitClean, "apply", "--auto-approve", "--rate-second=-1", "--rate-minute=-1", "--tenants=16", f.path("m"))
	f.run(t, exitClean, "drift", "--record", "--baseline", f.path("baseline.json"), "--rate-second=-1", "--rate-minute=-1", f.path("m"))
	return f
}

func (f *fleet) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

func (f *fleet) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(f.path(name)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.path(name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs a command, which must exit with a code; -1 is any.
func (f *fleet) run(t *testing.T, want exitCode, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	code := exitCode(0)
	if f.apart {
		cmd := f.command(args...)
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); cmd.ProcessState == nil {
			t.Fatal(err)
		}
		code = exitCode(cmd.ProcessState.ExitCode())
	} else {
		code = f.within(t, args, &out, &errs)
	}
	if code != want && want >= 0 {
		t.Fatalf("%v: exit %d, want %d\n%.2000s%.2000s", args, code, want, &out, &errs)
	}
	return out.String()
}

// command is the real program.
func (f *fleet) command(args ...string) *exec.Cmd {
	cmd := exec.Command("cosmicctl", args...)
	cmd.Env = append(os.Environ(), f.env...)
	return cmd
}

func (f *fleet) within(t *testing.T, args []string, out, errs io.Writer) exitCode {
	t.Helper()
	kinds, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	a := &app{in: strings.NewReader(""), out: out, err: errs, words: report.English(), schema: kinds, client: unhurried()}
	return a.run(t.Context(), args)
}

// unhurried clients repeat at once what failed.
func unhurried() cosmic.Options {
	return cosmic.Options{Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
}

// counted counts requests, and strikes at one of them.
func (f *fleet) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.requests++
		strike := func() {}
		if f.onceIn > 0 {
			if f.onceIn--; f.onceIn == 0 {
				strike = f.strike
			}
		}
		f.mu.Unlock()
		strike()
		next.ServeHTTP(w, r)
	})
}

// strikeIn has something happen at a request to come.
func (f *fleet) strikeIn(requests int, strike func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onceIn, f.strike = requests, strike
}

func (f *fleet) ask(t *testing.T, method, path, body string) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, f.admin.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s %s %s: %d %v %s", method, path, body, answer.StatusCode, err, data)
	}
	return data
}

func (f *fleet) rows(t *testing.T, method, tenant, form, query, body string) {
	t.Helper()
	f.ask(t, method, "/tenants/"+url.PathEscape("/"+tenant)+"/forms/"+form+"/rows?"+query, body)
}

// drift has a person change something at the console of a tenant, or mend it.
func (f *fleet) drift(t *testing.T) {
	t.Helper()
	tenant := f.tenants[f.draw.IntN(len(f.tenants))]
	f.drifts++
	app, system := "third_app", "invsm_app_access_config"
	switch f.draw.IntN(9) {
	case 0:
		f.rows(t, "PUT", tenant, app, "", fmt.Sprintf(`[{"number":"A1","culimittac":%d}]`, 11+f.draw.IntN(5)))
	case 1:
		f.rows(t, "PUT", tenant, app, "", `[{"number":"A2","culimittac":99}]`)
	case 2:
		f.rows(t, "PUT", tenant, system, "", fmt.Sprintf(`[{"code":"A1","callbackurl":"https://x%d.example.com/cb"}]`, f.draw.IntN(3)))
	case 3:
		f.rows(t, "DELETE", tenant, system, "code=A2", "")
	case 4:
		f.rows(t, "PUT", tenant, system, "", fmt.Sprintf(`[{"code":"NEW%d","name":"new","isvalid":"1"}]`, f.draw.IntN(3)))
	case 5:
		f.rows(t, "DELETE", tenant, system, fmt.Sprintf("code=NEW%d", f.draw.IntN(3)), "")
	case 6:
		f.rows(t, "PUT", tenant, app, "", `[{"number":"A1","culimittac":10},{"number":"A2","culimittac":20}]`)
	default:
		f.rows(t, "PUT", tenant, system, "", `[{"code":"A1","callbackurl":"https://erp.example.com/cb"},{"code":"A2","name":"A2","isvalid":"1","callbackurl":"https://oa.example.com/cb"}]`)
	}
}

// fail has something go wrong with a tenant, or all well again.
func (f *fleet) fail(t *testing.T) {
	t.Helper()
	tenant := f.tenants[f.draw.IntN(len(f.tenants))]
	switch n := f.draw.IntN(6); n {
	case 0, 1:
		f.failing[tenant] = ""
		f.ask(t, "POST", "/faults", fmt.Sprintf(`{"kind":%q,"tenant":%q}`, []string{"unreachable", "500"}[n], "/"+tenant))
	case 2:
		if _, all := f.failing[tenant]; !all {
			f.failing[tenant] = "ThirdPartyApp"
		}
		f.ask(t, "POST", "/faults", fmt.Sprintf(`{"kind":"500","tenant":%q,"form":"third_app"}`, "/"+tenant))
	case 3:
		f.ask(t, "POST", "/faults", fmt.Sprintf(`{"kind":"latency","ms":20,"tenant":%q}`, "/"+tenant))
	default:
		f.recover(t)
	}
}

// kept holds that what could not be read ended nothing; it returns how much was at stake.
func (f *fleet) kept(t *testing.T, when string, before, after shown) int {
	t.Helper()
	stake := 0
	for name := range before.open {
		tenant, rest, _ := strings.Cut(name, " ")
		kind, failing := f.failing[tenant]
		if !failing || strings.HasSuffix(name, " unreadable") || !strings.HasPrefix(rest, kind) {
			continue
		}
		stake++
		if _, open := after.open[name]; !open {
			t.Errorf("%s: %s ended while it could not be read", when, name)
		}
	}
	return stake
}

func (f *fleet) recover(t *testing.T) {
	t.Helper()
	f.ask(t, "DELETE", "/faults", "")
	clear(f.failing)
}

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
