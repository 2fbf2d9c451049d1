package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/cosmic/sandbox"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// canaryStories run every command with every flag, each story on a sandbox of its
// own. A line is the exit code and the command; WORK and VAULT are folders, DIGEST
// is what the last plan ended with, RUN the first run of WORK/journal. A command of documents is run in every format.
func canaryStories() map[string][]string {
	return map[string][]string{
		"help": {"0", "0 --version", "0 help", "0 help secrets", "0 plan --help", "0 policy", "0 completion",
			"0 completion bash --no-descriptions", "0 completion zsh --no-descriptions", "0 completion fish --no-descriptions", "0 completion powershell --no-descriptions", "0 __complete plan --", "3 plann"},
		"validate": {"0 validate WORK/m", "3 validate --policy WORK/rules --policy baseline --policy-timeout 20s WORK/m",
			"3 validate --policy hardened WORK/m", "3 validate --budget 5000 WORK/wrong", "3 validate --output nothing WORK/m"},
		"policy": {"3 policy test --policy hardened --policy-timeout 20s WORK", "0 policy show WORK/rules hardened"},
		"plan": {"2 plan WORK/m", "2 plan --unmanaged --set-secrets --tenants 1 WORK/m", "2 plan --probe-secrets WORK/m", "2 plan --base WORK/base WORK/m", "2 plan --base main --budget 5000 WORK/m",
			"2 plan --policy WORK/rules --policy-timeout 20s WORK/m", "3 plan WORK/wrong WORK/m", "2 plan --sandbox --sandbox-state WORK/box.json WORK/m"},
		"apply": {"5 apply WORK/m", "5 apply --auto-approve --allow-exec=false WORK/m", "0 apply --auto-approve --unmanaged --tenants 1 --base WORK/base WORK/m",
			"0 plan WORK/m", "0 apply --auto-approve --probe-secrets WORK/m", "0 apply --auto-approve --set-secrets --policy WORK/rules --policy-timeout 20s WORK/m",
			"0 verify --integration LIVE:ops:LIVE WORK/m"},
		"guards": {"2 plan --max-change 1% --max-delete 0 --max-risk routine --allow-self ThirdPartyApp/OTHER --prune-foreign ThirdPartyApp/OTHER WORK/m", "5 plan --prune ThirdPartyApp WORK/m",
			"5 apply --auto-approve --prune ThirdPartyApp WORK/m", "5 apply --auto-approve --max-change 1% --max-delete 0 --max-risk routine WORK/m",
			"0 apply --auto-approve --max-risk routine --override DIGEST --allow-self ThirdPartyApp/OTHER --prune-foreign ThirdPartyApp/OTHER WORK/m"},
		"apply in a sandbox": {"0 apply --sandbox --sandbox-state WORK/box.json --auto-approve WORK/m"},
		"saved plan": {"2 plan --save WORK/plan.cosmic --sign VAULT/signer --set-secrets WORK/m",
			"2 show --unmanaged --signed-by VAULT/trusted --budget 5000 WORK/plan.cosmic", "0 apply --signed-by VAULT/trusted WORK/plan.cosmic WORK/m",
			"7 apply --signed-by VAULT/trusted --allow-partial WORK/plan.cosmic WORK/m", "3 show VAULT/signer", "3 plan --save WORK/x --sign VAULT/app WORK/m"},
		"secret": {"0 secret", "0 secret encrypt --recipients-file VAULT/age.pub", "3 secret encrypt --recipient VAULT/age", "3 secret encrypt --recipients-file VAULT/age",
			"3 secret decrypt", "3 secret decrypt WORK/m/tenants.yaml 1", "3 secret decrypt WORK/wrong/tenant.yaml 1", "3 secret rekey --recipient VAULT/age WORK/m",
			"3 secret rekey --recipients-file VAULT/age.pub --age-identity VAULT/signer WORK/m", "0 secret rekey --recipients-file VAULT/age.pub WORK/m"},
		"journal": {"0 history --journal WORK/journal", "0 apply --auto-approve --journal WORK/journal --lock-wait 1s --settle-time 1s WORK/m", "0 history --journal WORK/journal WORK/m",
			"0 history verify --journal WORK/journal", "0 history show --journal WORK/journal --budget 5000 RUN", "0 apply --resume --auto-approve --journal WORK/journal",
			"3 rollback --expect nothing RUN WORK/m", "3 rollback --ca-file VAULT/ca.pem --set-secrets --auto-approve RUN WORK/m", "3 rollback --sandbox --sandbox-state WORK/box/box.json --auto-approve RUN WORK/m",
			"3 rollback --override nothing --auto-approve RUN WORK/m", "0 plan --journal WORK/journal WORK/m",
			"0 rollback --auto-approve --max-change 100% --max-delete 99 --max-risk redirects-data --allow-self ThirdPartyApp/OTHER --probe-secrets --journal WORK/journal --settle-time 1s --lock-wait 1s --allow-partial --policy WORK/rules --policy-timeout 20s --tenants 1 RUN WORK/m", "0 unlock --journal WORK/journal WORK/m",
			"0 history --sandbox --sandbox-state WORK/box/box.json", "0 history verify --sandbox --sandbox-state WORK/box/box.json", "3 history show --sandbox --sandbox-state WORK/box/box.json RUN",
			"0 unlock --sandbox --sandbox-state WORK/box/box.json WORK/m", "5 rollback WORK/m WORK/m"},
		"drift": {"2 drift WORK/m", "2 drift --unmanaged --coverage --plan --tenants 1 --budget 5000 WORK/m", "0 drift --record --baseline WORK/known.json WORK/m",
			"2 drift --suggest --baseline WORK/known.json --output json=WORK/suggested.json WORK/m", "2 drift --policy WORK/rules --policy-timeout 20s --tenant * --selector !none WORK/m",
			"3 drift --ca-file VAULT/none.pem WORK/m", "2 drift --sandbox --sandbox-state WORK/box.json WORK/m"},
		"compare": {"2 compare cage elder WORK/m", "2 compare --live --tenants 1 --kind ThirdPartyApp --ignore ThirdPartyApp.name --budget 5000 cage elder WORK/m",
			"3 compare --live --ca-file VAULT/none.pem cage elder WORK/m", "2 compare --live --sandbox --sandbox-state WORK/box.json cage elder WORK/m"},
		"pull": {"0 pull WORK/m", "0 pull --diff WORK/m", "0 pull --kind Parameter --plain Parameter.value --tenants 1 --tenant * --selector !none --out WORK/pulled/ WORK/m",
			"0 pull --write WORK/m", "3 pull --ca-file VAULT/none.pem WORK/m", "0 pull --sandbox --sandbox-state WORK/box.json WORK/m"},
		"doctor": {"0 doctor --budget 5000 --journal WORK/journal --tenants 1 --tenant * --selector !none WORK/m", "0 doctor --lang zh WORK/m", "3 doctor --ca-file VAULT/none.pem WORK/m", "0 doctor --sandbox --sandbox-state WORK/box.json WORK/m"},
		"verify": {"5 verify --call-callbacks --tenants 1 --tenant * --selector !none --budget 5000 WORK/m", "2 verify --integration LIVE:ops:LIVE WORK/m", "3 verify --integration A:B:C WORK/m", "3 verify --ca-file VAULT/none.pem WORK/m",
			"2 verify --sandbox --sandbox-state WORK/box.json WORK/m"},
		"connect": {"0 connect --version 6.0.14 --app cosmicctl --user ops --user-type UserName --secret-env CANARY --tenant-id t --name n ADDRESS/ierp/index.html",
			"0 connect --version 6.0.14 --secret-file app --data-centre 1355633519610561531 --force --output WORK/connected.yaml ADDRESS/ierp/index.html", "3 connect --user-language VAULT/app ADDRESS/ierp/index.html",
			"3 connect --ca-file VAULT/none.pem ADDRESS/ierp/index.html"},
		"publish": {"4 publish --dry-run --tenants 1 --tenant cage --selector !none --budget 5000 WORK/m", "4 publish --auto-approve --tenant cage WORK/m", "4 publish --renew --auto-approve --tenant cage WORK/m",
			"4 publish --remove --auto-approve --tenant cage WORK/m", "3 publish --ca-file VAULT/none.pem WORK/m", "4 publish --dry-run --sandbox --sandbox-state WORK/box.json --tenant cage WORK/m"},
		"explain": {"0 explain", "0 explain ThirdPartyApp.secret", "0 explain --output json secret", "3 explain nothing", "0 schema --format jsonschema --output WORK/schema.json", "0 schema",
			"0 init --name n --console-url ADDRESS/ierp/index.html --version 6.0.14 --account-id 1 --app cosmicctl --user ops --kinds thirdPartyApps WORK"},
		"fmt": {"0 fmt --check WORK/m", "0 fmt --diff WORK/m", "0 fmt WORK/m", "0 fmt WORK/wrong"},
		"choice": {"2 plan --tenant cage --selector !none WORK/m", "0 validate --tenant cage --selector !none WORK/m", "0 apply --auto-approve --tenant cage --selector !none --journal WORK/journal WORK/m",
			"0 history --tenant cage --selector !none --journal WORK/journal WORK/m", "5 rollback --tenant cage --selector !none --journal WORK/journal none WORK/m",
			"0 unlock --tenant cage --selector !none --journal WORK/journal WORK/m"},
		"watch": {"0 watch --every 1s --listen 127.0.0.1:0 --database WORK/watch.db --jitter 1s --deadline 1m --keep 24h --message-gap 1m --link http://127.0.0.1/ --baseline WORK/known.json --tenants 1 --tenant * --selector !none WORK/m",
			"0 watch --every 1s --listen= --database WORK/watch.db --policy WORK/rules --policy-timeout 20s WORK/m", "3 watch --cron @nothing --zone UTC WORK/m",
			"3 watch --config WORK/m/tenants.yaml --listen= --database WORK/watch.db WORK/m", "3 watch --token-file VAULT/none WORK/m", "3 watch --ca-file VAULT/none.pem WORK/m",
			"0 watch --sandbox --sandbox-state WORK/box.json --every 1s --listen= WORK/m"},
		"digest":  {"2 plan WORK/m", "0 apply --expect DIGEST WORK/m", "6 apply --expect DIGEST WORK/m"},
		"sandbox": {"0 sandbox --seed VAULT/seed.json --state VAULT/state.json --tls --listen 127.0.0.1:0 --admin 127.0.0.1:0", "2 plan --ca-file VAULT/state.json.ca.pem WORK/m", "0 apply --ca-file VAULT/state.json.ca.pem --auto-approve WORK/m"},
	}
}

// canaryFlags are given to every command that has them, before its own.
var canaryFlags = []string{"--log-level=debug", "--rate-second=-1", "--rate-minute=-1", "--allow-host=127.0.0.1", "--allow-exec=true", "--secrets-dir=VAULT", "--age-identity=VAULT/age"}

// No command, in no format and in no trouble, shows a secret of a tenant, sends it
// elsewhere than to the one place of the one request that is for it, or leaves it
// in a file.
func TestCanary(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "USERPROFILE", "XDG_CONFIG_HOME", "AppData", "TMPDIR", "TMP"} {
		t.Setenv(name, home)
	}
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	c := newCage(t)
	c.write(t, filepath.Join(c.vault, "seed.json"), string(c.seed(t, "")))
	stories := canaryStories()
	for _, name := range slices.Sorted(maps.Keys(stories)) {
		t.Run(name, func(t *testing.T) {
			w := newCanaryWorld(t, c, c.seed(t, ""), trouble{})
			commit(t, w.work, "m")
			t.Chdir(w.work)
			for _, line := range stories[name] {
				want, line, _ := strings.Cut(line, " ")
				w.told(t, want, line)
			}
			if name == "apply" {
				w.everyPlace(t)
			}
		})
	}
	t.Run("trouble", func(t *testing.T) { c.inTrouble(t) })
	(&canaryWorld{cage: c, work: home, looked: map[string]bool{}, proxy: &canaryProxy{canaries: c.canaries}}).look(t, "all commands")
}

// inTrouble runs plans and applies while the server fails, refuses, or says again
// what it was sent.
func (c *cage) inTrouble(t *testing.T) {
	c.troubled(t, "refused login", c.seed(t, "Another-secret.1"), trouble{})
	for _, op := range []string{"getToken", "query", "save"} {
		for _, kind := range []string{"reset", "truncate", "500", "401", "expire", "unreachable"} {
			fault := map[string]any{"kind": kind, "op": op, "times": 1, "when": "after"}
			c.troubled(t, kind+" at "+op, c.seed(t, "", fault), trouble{})
		}
	}
	for _, fault := range []map[string]any{{"kind": "row"}, {"kind": "drop", "property": "config_value"}, {"kind": "hide"}, {"kind": "shift", "by": 1}} {
		c.troubled(t, fmt.Sprint(fault["kind"]), c.seed(t, "", fault), trouble{})
	}
	for _, e := range encodings() {
		for _, shape := range slices.Sorted(maps.Keys(shapes())) {
			for _, op := range []string{"getToken", "getAppToken.do", "login.do", "query", "save"} {
				usual := shape == map[string]string{"getToken": "page", "query": "HTTP 500", "save": "row"}[op]
				if !usual && e.name != "in clear" {
					continue
				}
				c.troubled(t, fmt.Sprintf("%s to %s, %s", shape, op, e.name), c.seed(t, ""), trouble{op, func(w http.ResponseWriter, held []string) {
					shapes()[shape](w, e.encode(strings.Join(held, " "))+" "+e.encode(strings.Join(held, `","`)))
				}})
			}
		}
	}
}

func (c *cage) troubled(t *testing.T, name string, seed []byte, with trouble) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		w := newCanaryWorld(t, c, seed, with)
		if with.op != "save" {
			w.line(t, "", "plan --save WORK/plan.cosmic --set-secrets WORK/m", true)
		}
		if with.op == "save" || with.op == "" {
			w.line(t, "", "apply --auto-approve --set-secrets WORK/m", true)
		}
		if with.op != "" && !w.proxy.saidAgain() {
			t.Error("no answer said a secret again")
		}
	})
}

// Every command has a line, and every flag too: what is new must be looked at.
func TestCanaryStoriesAreComplete(t *testing.T) {
	var lines []string
	for _, story := range canaryStories() {
		for _, line := range story {
			_, line, _ = strings.Cut(line, " ")
			lines = append(lines, line+" ")
		}
	}
	root := (&app{}).root()
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	commands := 0
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		commands++
		path := strings.TrimPrefix(cmd.CommandPath()+" ", "cosmicctl ")
		own := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !strings.HasPrefix(line, path) })
		if cmd.Runnable() && len(own) == 0 {
			t.Errorf("no story runs %q", cmd.CommandPath())
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			given := func(text string) bool {
				return strings.Contains(text, "--"+f.Name+"=") || strings.Contains(text, "--"+f.Name+" ")
			}
			if f.Name != "help" && f.Name != "output" && !slices.ContainsFunc(canaryFlags, given) && !slices.ContainsFunc(own, given) {
				t.Errorf("no story runs %q with --%s", cmd.CommandPath(), f.Name)
			}
		})
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
	}
	visit(root)
	if commands < 15 {
		t.Errorf("only %d commands", commands)
	}
}

// canaryWorld is a sandbox behind a proxy, and a folder to work in.
type canaryWorld struct {
	*cage
	work   string
	url    string // of the server
	proxy  *canaryProxy
	looked map[string]bool // texts that were looked at
	digest string
}

func newCanaryWorld(t *testing.T, c *cage, seed []byte, with trouble) *canaryWorld {
	t.Helper()
	box, err := sandbox.Open(sandbox.Options{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	if err := box.Seed(seed); err != nil {
		t.Fatal(err)
	}
	w := &canaryWorld{cage: c, work: t.TempDir(), looked: map[string]bool{}, proxy: &canaryProxy{to: box.Handler(), kinds: c.kinds, trouble: with,
		canaries: slices.Clone(c.canaries), placed: map[string]bool{}}}
	server := httptest.NewServer(w.proxy)
	t.Cleanup(func() {
		server.Close()
		_ = box.Close()
	})
	w.url = server.URL
	c.files(t, w.work, server.URL)
	w.look(t, "") // what is there is no leak
	return w
}

// told runs a line in every format that its command has.
func (w *canaryWorld) told(t *testing.T, want, line string) {
	t.Helper()
	if cmd, _, err := (&app{}).root().Find(strings.Fields(line)); err == nil && cmd.Flags().Lookup("budget") != nil {
		for _, format := range report.Formats() {
			if !strings.Contains(line, "--output") {
				w.line(t, want, line+" -o "+format, false)
			}
		}
	}
	w.line(t, want, line, true)
}

// line runs a line, with all documents in files if asked to, and looks at all that
// it left.
func (w *canaryWorld) line(t *testing.T, want, line string, files bool) {
	t.Helper()
	args := strings.Fields(line)
	root := (&app{}).root()
	if cmd, rest, err := root.Find(args); err == nil && cmd.HasParent() {
		var given []string
		for _, f := range canaryFlags {
			name, _, _ := strings.Cut(strings.TrimPrefix(f, "--"), "=")
			if cmd.Flags().Lookup(name) != nil {
				given = append(given, f)
			}
		}
		if files && cmd.Flags().Lookup("budget") != nil {
			for _, format := range report.Formats() {
				if format != report.Text {
					given = append(given, "--output="+format+"=WORK/out."+format)
				}
			}
		}
		args = slices.Concat(args[:len(args)-len(rest)], given, rest)
	}
	for i := range args {
		args[i] = strings.NewReplacer("WORK", w.work, "VAULT", w.vault, "DIGEST", w.digest, "ADDRESS", w.url, "RUN", w.run(t)).Replace(args[i])
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, errs := &heard{until: "admin  ", then: cancel}, &heard{until: "msg=looked ", then: cancel}
	kinds := <-w.schemas
	a := &app{in: strings.NewReader(w.value("a secret on stdin")), out: out, err: errs, words: report.English(), schema: kinds}
	code := a.run(ctx, args)
	w.schemas <- kinds
	if want != "" && strconv.Itoa(int(code)) != want {
		t.Errorf("%s: exit %d, want %s\n%s%s", line, code, want, out, errs)
	}
	if _, digest, found := strings.Cut(out.String(), "\nDigest "); found {
		w.digest = strings.Fields(digest)[0]
	}
	w.search(t, line+": stdout", out.String())
	w.search(t, line+": stderr", errs.String())
	w.look(t, line)
	for _, r := range w.proxy.passed() {
		w.search(t, line+": a request", r)
	}
}

// look searches the files of the work folder that are new or changed; with no line,
// it takes them for what was there before.
func (w *canaryWorld) look(t *testing.T, line string) {
	t.Helper()
	err := filepath.WalkDir(w.work, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && line == "" {
			w.looked[string(data)] = true
		}
		w.search(t, line+": "+path, string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// run is the first run of a journal in the world's folder.
func (w *canaryWorld) run(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(w.work, "journal", "*", "journal.jsonl"))
	if err != nil || len(files) == 0 {
		return "none"
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(begun.FindSubmatch(data)[1])
}

func (w *canaryWorld) search(t *testing.T, where, text string) {
	t.Helper()
	if w.looked[text] {
		return
	}
	w.looked[text] = true
	if found := sought(text, w.proxy.known()); len(found) > 0 {
		t.Errorf("%s holds %q:\n%.2000s", where, found, text)
	}
}

// everyPlace fails if a secret was not where it belongs: then nothing was at stake.
func (w *canaryWorld) everyPlace(t *testing.T) {
	t.Helper()
	for _, c := range w.proxy.known() {
		if c.place != "" && !w.proxy.placed[c.place] {
			t.Errorf("%s was not sent as %s", c.name, c.place)
		}
	}
}

// heard keeps what is written, and does something when it holds a text.
type heard struct {
	mu    sync.Mutex
	text  bytes.Buffer
	until string
	then  func()
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n, err := h.text.Write(p)
	if h.until != "" && strings.Contains(h.text.String(), h.until) {
		h.then()
	}
	return n, err
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}
