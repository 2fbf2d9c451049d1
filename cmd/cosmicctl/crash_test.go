package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/cosmic/sandbox"
	"cosmicctl/schema"

	"github.com/google/go-cmp/cmp"
)

// TestCrash kills an apply of 200 changes, with SIGKILL: after each record of its
// journal, and at moments that are drawn, half of them while the tenant is faulty.
// Then it is resumed. The tenant is to be as after an apply that nobody killed, each
// write is to stand in the journal, and no key is to have taken effect twice.
//
// COSMICCTL_CRASHES says how often.
func TestCrash(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGKILL")
	}
	n := 30
	if s := os.Getenv("COSMICCTL_CRASHES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("CRASH_SECRET", crashSecret)
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	base := newCrashBase(t)
	var mu sync.Mutex
	killed, ended := map[string]int{}, map[string]int{}
	faults := 0
	t.Run("kills", func(t *testing.T) {
		for i := range n {
			c := crash{seed: uint64(i), faulty: i%2 == 1}
			if round := i % (2 * base.records); round < base.records {
				c.record, c.faulty = round+1, false // each boundary comes before any moment
			}
			if c.faulty {
				faults += crashFaultsEach
			}
			t.Run(c.String(), func(t *testing.T) {
				t.Parallel()
				w := base.world(t)
				how := w.strike(t, c, base.took)
				mu.Lock()
				ended[how]++
				killed[c.when()+", "+how]++
				mu.Unlock()
				w.resume(t, c)
				w.check(t, base.want)
			})
		}
	})
	t.Logf("%d applies: %v, with %d faults; a run has %d records", n, killed, faults, base.records)
	if ended["killed"] < n/2 {
		t.Errorf("too few were killed before their end: %v", killed)
	}
}

// crash says when an apply is killed: when so many records stand in the journal, or
// else at a moment that is drawn.
type crash struct {
	seed   uint64
	record int
	faulty bool
}

func (c crash) String() string {
	if c.record > 0 {
		return fmt.Sprintf("%d after record %d", c.seed, c.record)
	}
	return fmt.Sprintf("%d %s", c.seed, c.when())
}

func (c crash) when() string {
	switch {
	case c.record > 0:
		return "after a record"
	case c.faulty:
		return "at a moment with faults"
	}
	return "at a moment"
}

// crashBase is a tenant before an apply, and as it is after it.
type crashBase struct {
	schema  *schema.Schema
	state   []byte // of the sandbox
	want    map[string][]string
	records int
	took    time.Duration
}

func newCrashBase(t *testing.T) *crashBase {
	t.Helper()
	b := &crashBase{schema: schemaOf(t)}
	w := b.world(t)
	w.write(t, crashManifest(0))
	w.run(t, exitClean, "apply", "--auto-approve", w.manifest)
	w.close()
	state, err := os.ReadFile(w.state)
	if err != nil {
		t.Fatal(err)
	}
	b.state = state
	w = b.world(t)
	w.write(t, crashManifest(1))
	start := time.Now()
	var out bytes.Buffer
	if err := w.command(&out, "apply", "--auto-approve", w.manifest).Run(); err != nil {
		t.Fatalf("%v: %s", err, &out)
	}
	if want := "Applied: 60 created, 100 changed, 40 deleted"; !strings.Contains(out.String(), want) {
		t.Fatalf("not %q: %s", want, &out)
	}
	b.took, b.want = time.Since(start), w.rows(t)
	b.records = bytes.Count(w.journal(t), []byte("\n"))
	w.check(t, b.want)
	return b
}

// crashManifest is what is wanted before, and after 200 changes.
func crashManifest(step int) string {
	var b strings.Builder
	b.WriteString("apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: crash}\nenvironment:\n  baseURL: ADDRESS/ierp\n" +
		"  version: \"6.0.14\"\n  accountId: \"1355633519610561531\"\n  auth: {appId: cosmicctl, appSecret: {env: CRASH_SECRET}, user: ops, userType: UserName}\n")
	list := func(section string, changed, gone, made int, line func(i, v int) string, tomb string) {
		fmt.Fprintf(&b, "%s:\n", section)
		for i := range changed + gone + made {
			switch {
			case i >= changed+gone && step == 0:
			case i >= changed && i < changed+gone && step == 1:
				fmt.Fprintf(&b, "  - {"+tomb+", state: absent}\n", i)
			default:
				fmt.Fprintf(&b, "  - {%s}\n", line(i, step))
			}
		}
	}
	list("parameters", 50, 25, 30, func(i, v int) string { return fmt.Sprintf("type: t, name: p%d, value: %d", i, v) }, "type: t, name: p%d")
	list("thirdPartyApps", 25, 5, 15, func(i, v int) string {
		return fmt.Sprintf("code: A%d, name: app %d, secret: {env: CRASH_SECRET}, apis: [sim_openApi], ipRules: [{policy: allow, cidr: 10.%d.0.0/16}]", i, v, i)
	}, "code: A%d")
	list("businessSystems", 25, 10, 15, func(i, v int) string { return fmt.Sprintf("code: B%d, name: system_%d", i, v) }, "code: B%d")
	return b.String()
}

// crashWorld is one sandbox with one user of it.
type crashWorld struct {
	*liveSide
	schema     *schema.Schema
	dir, state string
	manifest   string
	box        *sandbox.Sandbox
	close      func()
}

func (b *crashBase) world(t *testing.T) *crashWorld {
	t.Helper()
	w := &crashWorld{schema: b.schema, dir: t.TempDir()}
	w.manifest = filepath.Join(w.dir, "tenant.yaml")
	w.state = filepath.Join(w.dir, "sandbox.json")
	if b.state != nil {
		if err := os.WriteFile(w.state, b.state, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.liveSide, w.box, w.close = serveSandbox(t, w.state)
	if b.state == nil {
		if err := w.box.Seed([]byte(crashSeed)); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

const crashSecret = "Crash-Secret.1234"

const crashSeed = `{"formatVersion": 1, "tenants": {"/ierp": {
	"accountId": "1355633519610561531", "version": "6.0.14", "overrideEntry": true,
	"limits": {"perMinute": -1, "perSecond": -1, "tokensPerMinute": -1}, "users": ["ops"], "apis": ["sim_openApi"],
	"rows": {"third_app": [{"number": "cosmicctl", "name": "cosmicctl", "syspwd": "` + crashSecret + `", "enable": "1", "isenhancetoken": "1",
		"allowallapi": "1", "allowip": "1"}]}}}}`

func (w *crashWorld) write(t *testing.T, manifest string) {
	t.Helper()
	if err := os.WriteFile(w.manifest, []byte(strings.ReplaceAll(manifest, "ADDRESS", w.url)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// arguments are those of a command and what each needs here.
func (w *crashWorld) arguments(args []string) []string {
	args = append(args, "--journal", filepath.Join(w.dir, "cosmicctl"))
	if args[0] == "history" {
		return args
	}
	args = append(args, "--allow-host=127.0.0.1", "--rate-second=-1", "--rate-minute=-1")
	if args[0] == "apply" {
		args = append(args, "--settle-time=5s", "--max-change=100%", "--max-delete=1000")
	}
	return args
}

// command is the program itself, as a process of its own, which can be killed.
func (w *crashWorld) command(out *bytes.Buffer, args ...string) *exec.Cmd {
	return &exec.Cmd{Path: os.Args[0], Args: append([]string{"cosmicctl"}, w.arguments(args)...), Dir: w.dir, Stdout: out, Stderr: out,
		Env: append(os.Environ(), "GORACE=atexit_sleep_ms=10")}
}

func (w *crashWorld) run(t *testing.T, want exitCode, args ...string) string {
	t.Helper()
	code, out := w.try(t, args...)
	if code != want {
		t.Fatalf("%v: exit %d, want %d: %s", args, code, want, out)
	}
	return out
}

// try runs a command in this process: it has nothing of the one that was killed either.
func (w *crashWorld) try(t *testing.T, args ...string) (exitCode, string) {
	t.Helper()
	var out bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &out, err: &out, words: report.English(), schema: w.schema}
	return a.run(t.Context(), w.arguments(args)), out.String()
}

// strike applies and kills, and tells what came of it.
func (w *crashWorld) strike(t *testing.T, c crash, took time.Duration) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(c.seed, 4))
	w.fault(t, `{"kind":"latency","ms":5}`)
	if c.faulty {
		for range crashFaultsEach {
			w.fault(t, crashFaults[rng.IntN(len(crashFaults))], rng.IntN(8)+1)
		}
	}
	var out bytes.Buffer
	w.write(t, crashManifest(1))
	cmd := w.command(&out, "apply", "--auto-approve", w.manifest)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	due := time.After(time.Duration(rng.Int64N(int64(took))) + took/4)
	for {
		select {
		case err := <-ended:
			if err != nil && !c.faulty {
				t.Fatalf("%v: %s", err, &out)
			}
			return "ended"
		case <-due:
			if c.record == 0 {
				_ = cmd.Process.Kill()
				<-ended
				return "killed"
			}
		default:
			if c.record > 0 && bytes.Count(w.journal(t), []byte("\n")) >= c.record {
				_ = cmd.Process.Kill()
				<-ended
				return "killed"
			}
			time.Sleep(200 * time.Microsecond)
		}
	}
}

// crashFaultsEach is how many faults a faulty tenant has.
const crashFaultsEach = 4

var crashFaults = []string{
	`{"kind":"reset","op":"save","when":"after","nth":%d,"times":1}`,
	`{"kind":"reset","op":"save","when":"before","nth":%d,"times":1}`,
	`{"kind":"latency","ms":300,"op":"save","when":"between","detached":true,"nth":%d,"times":1}`,
	`{"kind":"500","op":"save","when":"after","nth":%d,"times":1}`,
	`{"kind":"502","op":"delete","when":"after","nth":%d,"times":1}`,
	`{"kind":"truncate","op":"save","nth":%d,"times":1}`,
	`{"kind":"truncate","op":"query","nth":%d,"times":1}`,
	`{"kind":"expire","nth":%d,"times":1}`,
	`{"kind":"401","op":"save","nth":%d,"times":1}`,
	`{"kind":"502","op":"query","nth":%d,"times":1}`,
}

func (w *crashWorld) fault(t *testing.T, format string, nth ...int) {
	t.Helper()
	text := format
	if len(nth) > 0 {
		text = fmt.Sprintf(format, nth[0])
	}
	w.ask(t, "POST", "/faults", text)
}

// resume finishes what was killed. A faulty run may leave failures, which the next
// apply makes good once the faults are over.
func (w *crashWorld) resume(t *testing.T, c crash) {
	t.Helper()
	code, out := w.try(t, "apply", "--resume", "--auto-approve", w.manifest)
	if !c.faulty && code != exitClean {
		t.Fatalf("resume: exit %d: %s", code, out)
	}
	w.ask(t, "DELETE", "/faults", "")
	for range 3 {
		if code == exitClean {
			break
		}
		code, _ = w.try(t, "apply", "--resume", "--auto-approve", w.manifest)
	}
	if c.faulty || c.record > 0 && c.record <= 1 || strings.Contains(out, nothingToResume) {
		w.run(t, exitClean, "apply", "--auto-approve", w.manifest)
	}
	w.run(t, exitClean, "plan", w.manifest)
	w.run(t, exitClean, "history", "verify")
	if out := w.run(t, exitClean, "apply", "--resume", "--auto-approve"); !strings.Contains(out, nothingToResume) {
		t.Errorf("a run is still interrupted: %s", out)
	}
}

// check holds the tenant against what it should be, and the sandbox's own log
// against the journal.
func (w *crashWorld) check(t *testing.T, want map[string][]string) {
	t.Helper()
	if diff := cmp.Diff(want, w.rows(t)); diff != "" {
		t.Error(diff)
	}
	known := map[string]bool{}
	for _, m := range requestKey.FindAllSubmatch(w.journal(t), -1) {
		known[string(m[1])] = true
	}
	effects := map[string]int{}
	for _, e := range w.box.Log() {
		if e.Effect && e.IdempotencyKey != "" {
			effects[e.IdempotencyKey]++
		}
	}
	if len(effects) == 0 {
		t.Error("no write took effect")
	}
	for key, n := range effects {
		if n != 1 || !known[key] {
			t.Errorf("the request %s took effect %d times, and the journal knows of it: %v", key, n, known[key])
		}
	}
}

var requestKey = regexp.MustCompile(`"type":"request","body":\{"run":"[^"]*","key":"([^"]*)"`)

// journal is the only journal, as far as it is written.
func (w *crashWorld) journal(t *testing.T) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(w.dir, "cosmicctl", "*", "journal.jsonl"))
	if err != nil || len(files) > 1 {
		t.Fatal(files, err)
	}
	if len(files) == 0 {
		return nil
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// rows are those of all forms that the manifests are about, without what the server
// gives them.
func (w *crashWorld) rows(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, form := range []string{"invsm_param_configuration", "third_app", "invsm_app_access_config"} {
		var list struct{ Rows []map[string]any }
		if err := json.Unmarshal(w.ask(t, "GET", "/tenants/%2Fierp/forms/"+form+"/rows", ""), &list); err != nil {
			t.Fatal(err)
		}
		for _, row := range list.Rows {
			out[form] = append(out[form], rowText(row))
		}
		slices.Sort(out[form])
	}
	return out
}

func rowText(row map[string]any) string {
	strip(row)
	data, err := json.Marshal(row)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// strip takes ids and times off a row and its entries.
func strip(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			if name == "id" || strings.HasSuffix(name, "time") || strings.HasSuffix(name, "_id") {
				delete(v, name)
			}
			strip(x)
		}
	case []any:
		for _, x := range v {
			strip(x)
		}
	}
}
