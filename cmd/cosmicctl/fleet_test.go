package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	cryptorand "crypto/rand"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/cosmic"
	"cosmicctl/engine/cosmic/sandbox"
	"cosmicctl/schema"

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
