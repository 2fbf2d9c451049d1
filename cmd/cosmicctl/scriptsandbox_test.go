package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The verbs of a sandbox:
//
//	sandbox [--version V] [--seed FILE] [--tls]
//	                       run `cosmicctl sandbox` in the background; without a seed it
//	                       holds one tenant, and m/environment.yaml, the part of the
//	                       manifest that reaches it, is written too. TENANTS is its
//	                       address, also in all *.yaml files, and ADMIN that of its
//	                       admin endpoint. A second time it runs on the same state
//	sandbox-stop [kill]    stop it, or kill it in the middle of whatever it does
//	struck                 wait until a fault strikes the command that `exec … &`
//	                       started last
//	interrupt [TERM]       the same, and send it SIGINT or SIGTERM
//	http [-token=TOKEN] METHOD URL [BODY]
//	                       what curl would do
//	rows FORM[?column=value] [ROWS]
//	                       list rows, or enter some as a person at the console does
//	rows -many=N FORM ROW  enter a row N times, with its number for %d
//	rows -delete FORM?…    delete rows
//	fault JSON, fault -clear
//	settings JSON          change settings of the tenant
//	requests [-count=N] QUERY
//	                       list the requests that match, such as form=third_app&op=save;
//	requests -clear        forget them
//
// FORM may begin with the tenant's path and a colon; /ierp is the default.

// box is a running sandbox.
type box struct {
	cmd  *exec.Cmd
	out  bytes.Buffer
	errs bytes.Buffer
}

// appSecret is the secret of the app that the standing tenant is reached with.
const appSecret = "Standing-secret.1"

func sandboxVerb(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	if neg || w.box != nil {
		ts.Fatalf("usage: sandbox [--version V] [--seed FILE] [--tls]")
	}
	version := "6.0.14"
	if len(args) > 1 && args[0] == "--version" {
		version, args = args[1], args[2:]
	}
	if !slices.Contains(args, "--seed") {
		args = append(args, "--seed", standing(ts, version))
	}
	w.box = startBox(ts, append([]string{"sandbox", "--listen", w.listen, "--admin", w.admin,
		"--state", filepath.Join(ts.Getenv("WORK"), ".sandbox", "state.json")}, args...))
	tenants, admin := w.box.line(ts, "tenants"), w.box.line(ts, "admin")
	first := w.listen == "127.0.0.1:0"
	_, w.listen, _ = strings.Cut(tenants, "//")
	_, w.admin, _ = strings.Cut(admin, "//")
	ts.Setenv("TENANTS", tenants)
	ts.Setenv("ADMIN", admin)
	ts.Setenv("COSMICCTL_ALLOW_HOST", "127.0.0.1")
	if first {
		secretVerb(ts, false, []string{"COSMIC_APP_SECRET", appSecret})
		ts.Defer(func() { w.stop(os.Kill) })
		address(ts, tenants)
	}
}

// standing writes the seed of the standing tenant, and how to reach it.
func standing(ts *testscript.TestScript, version string) string {
	work := ts.Getenv("WORK")
	enhanced := "1"
	if strings.HasPrefix(version, "5.") {
		enhanced = "0"
	}
	seed := fmt.Sprintf(`{"formatVersion": 1, "tenants": {"/ierp": {
		"accountId": "1355633519610561531", "version": %q, "overrideEntry": true, "keepAllowAll": true,
		"limits": {"perMinute": -1, "perSecond": -1, "tokensPerMinute": -1},
		"users": ["ops",
			{"number": "U001", "username": "lisi", "truename": "李四", "phone": "13900000001"},
			{"number": "U002", "username": "wangwu", "truename": "王五", "phone": "13900000002"}],
		"apis": ["sim_openApi", "sim_queryInvoice", "rim_deduction"],
		"rows": {"third_app": [{"number": "cosmicctl", "name": "cosmicctl", "syspwd": %q, "enable": "1", "isenhancetoken": %q,
			"allowallapi": "1", "allowip": "1"}]}}}}`, version, appSecret, enhanced)
	file := filepath.Join(work, ".sandbox", "seed.json")
	ts.Check(os.MkdirAll(filepath.Dir(file), 0o700))
	ts.Check(os.WriteFile(file, []byte(seed), 0o600))
	part := filepath.Join(work, "m", "environment.yaml")
	if _, err := os.Stat(part); err != nil {
		ts.Check(os.MkdirAll(filepath.Dir(part), 0o700))
		ts.Check(os.WriteFile(part, fmt.Appendf(nil, `apiVersion: cosmicctl/v1
kind: Tenant
metadata: {name: demo}
environment:
  baseURL: TENANTS/ierp
  version: %q
  accountId: "1355633519610561531"
  auth: {appId: cosmicctl, appSecret: {env: COSMIC_APP_SECRET}, user: ops, userType: UserName}
`, version), 0o600))
	}
	return file
}

func startBox(ts *testscript.TestScript, args []string) *box {
	b := &box{cmd: exec.Command("cosmicctl", args...)}
	b.cmd.Dir = ts.MkAbs(".")
	b.cmd.Stderr = &b.errs
	for _, name := range []string{"PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "GOCOVERDIR", "GORACE"} {
		if v := cmp.Or(ts.Getenv(name), os.Getenv(name)); v != "" {
			b.cmd.Env = append(b.cmd.Env, name+"="+v)
		}
	}
	pipe, err := b.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(b.cmd.Start())
	for buf := make([]byte, 1); !strings.Contains(b.out.String(), "admin ") || !strings.HasSuffix(b.out.String(), "\n"); {
		n, err := pipe.Read(buf)
		b.out.Write(buf[:n])
		if err != nil {
			_ = b.cmd.Wait()
			ts.Fatalf("the sandbox did not start: %s%s", b.out.String(), b.errs.String())
		}
	}
	return b
}

// line reads what the sandbox says of itself.
func (b *box) line(ts *testscript.TestScript, name string) string {
	for l := range strings.Lines(b.out.String()) {
		if rest, ok := strings.CutPrefix(l, name+" "); ok {
			return strings.TrimSpace(rest)
		}
	}
	ts.Fatalf("the sandbox does not say %q: %s", name, b.out.String())
	return ""
}

// address replaces TENANTS in all manifests of the script.
func address(ts *testscript.TestScript, tenants string) {
	ts.Check(filepath.WalkDir(ts.Getenv("WORK"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Ext(path) != ".yaml" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, bytes.ReplaceAll(data, []byte("TENANTS"), []byte(tenants)), 0o600)
	}))
}

func (w *world) stop(s os.Signal) {
	if w.box == nil {
		return
	}
	_ = w.box.cmd.Process.Signal(s)
	_ = w.box.cmd.Wait()
	w.box = nil
}

func sandboxStopVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 || worldOf(ts).box == nil {
		ts.Fatalf("usage: sandbox-stop [kill]")
	}
	if len(args) == 1 {
		worldOf(ts).stop(os.Kill)
		return
	}
	worldOf(ts).stop(os.Interrupt)
}

func struckVerb(ts *testscript.TestScript, neg bool, args []string) {
	running := ts.BackgroundCmds()
	if neg || len(args) != 0 || len(running) == 0 {
		ts.Fatalf("usage: exec cmd args… &, then struck or interrupt")
	}
	deadline := time.Now().Add(20 * time.Second)
	for !bytes.Contains(admin(ts, http.MethodGet, "/faults", ""), []byte(`"fired"`)) {
		if time.Now().After(deadline) {
			ts.Fatalf("no fault has struck")
		}
		time.Sleep(10 * time.Millisecond)
	}
	worldOf(ts).stopped = running[len(running)-1]
}

func interruptVerb(ts *testscript.TestScript, neg bool, args []string) {
	var sent os.Signal = os.Interrupt
	if len(args) == 1 {
		sent = map[string]os.Signal{"TERM": syscall.SIGTERM, "KILL": os.Kill}[args[0]]
		args = nil
	}
	if sent == nil {
		ts.Fatalf("usage: interrupt [TERM|KILL]")
	}
	struckVerb(ts, neg, args)
	ts.Check(worldOf(ts).stopped.Process.Signal(sent))
}

// call sends a request and returns status and body.
func call(ts *testscript.TestScript, method, address, body string, header ...string) (int, []byte) {
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	ts.Check(err)
	r.Header.Set("Content-Type", "application/json")
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	ts.Check(err)
	return answer.StatusCode, data
}

// admin asks the admin endpoint, which must agree.
func admin(ts *testscript.TestScript, method, path, body string) []byte {
	status, data := call(ts, method, ts.Getenv("ADMIN")+path, body)
	if status != http.StatusOK {
		ts.Fatalf("%s %s: %d %s", method, path, status, data)
	}
	return data
}

func httpVerb(ts *testscript.TestScript, neg bool, args []string) {
	var header []string
	if token, ok := strings.CutPrefix(append(args, "")[0], "-token="); ok {
		header, args = append(header, "Authorization: Bearer "+token), args[1:]
	}
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: http [-token=TOKEN] METHOD URL [BODY]")
	}
	status, data := call(ts, args[0], args[1], strings.Join(args[2:], ""), header...)
	fmt.Fprintf(ts.Stdout(), "HTTP %d\n%s", status, data)
}

func rowsVerb(ts *testscript.TestScript, neg bool, args []string) {
	method, many := http.MethodGet, ""
	if len(args) > 0 && args[0] == "-delete" {
		method, args = http.MethodDelete, args[1:]
	} else if len(args) > 0 && strings.HasPrefix(args[0], "-many=") {
		many, args = strings.TrimPrefix(args[0], "-many="), args[1:]
	}
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: rows [-delete] FORM[?column=value] [ROWS]")
	}
	tenant, form, ok := strings.Cut(args[0], ":")
	if !ok {
		tenant, form = "/ierp", tenant
	}
	form, query, _ := strings.Cut(form, "?")
	path := "/tenants/" + url.PathEscape(tenant) + "/forms/" + form + "/rows?" + query
	if len(args) == 2 {
		admin(ts, http.MethodPut, path, numbered(ts, args[1], many))
		return
	}
	var list struct{ Rows []json.RawMessage }
	ts.Check(json.Unmarshal(admin(ts, method, path, ""), &list))
	out := ts.Stdout()
	for _, row := range list.Rows {
		fmt.Fprintf(out, "%s\n", row)
	}
}

// numbered makes many rows of one.
func numbered(ts *testscript.TestScript, row, many string) string {
	if many == "" {
		return row
	}
	n, err := strconv.Atoi(many)
	ts.Check(err)
	rows := make([]string, n)
	for i := range rows {
		rows[i] = strings.ReplaceAll(row, "%d", strconv.Itoa(i))
	}
	return "[" + strings.Join(rows, ",") + "]"
}

func faultVerb(ts *testscript.TestScript, neg bool, args []string) {
	switch {
	case neg || len(args) != 1:
		ts.Fatalf("usage: fault JSON, or fault -clear")
	case args[0] == "-clear":
		admin(ts, http.MethodDelete, "/faults", "")
	default:
		admin(ts, http.MethodPost, "/faults", args[0])
	}
}

func settingsVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: settings JSON")
	}
	admin(ts, http.MethodPut, "/tenants/%2Fierp/settings", args[0])
}

// logged lists the requests that match a query of the admin endpoint's log.
func logged(ts *testscript.TestScript, query string) []json.RawMessage {
	var list struct{ Entries []json.RawMessage }
	ts.Check(json.Unmarshal(admin(ts, http.MethodGet, "/log?"+query, ""), &list))
	return list.Entries
}

var countFlag = regexp.MustCompile(`^-count=(\d+)$`)

func requestsVerb(ts *testscript.TestScript, neg bool, args []string) {
	if !neg && len(args) == 1 && args[0] == "-clear" {
		admin(ts, http.MethodDelete, "/log", "")
		return
	}
	want := -1
	if len(args) > 0 && countFlag.MatchString(args[0]) {
		want, _ = strconv.Atoi(countFlag.FindStringSubmatch(args[0])[1])
		args = args[1:]
	}
	if len(args) != 1 {
		ts.Fatalf("usage: [!] requests [-count=N] QUERY, or requests -clear")
	}
	entries := logged(ts, args[0])
	out := ts.Stdout()
	for _, e := range entries {
		fmt.Fprintf(out, "%s\n", e)
	}
	if neg {
		want = 0
	}
	if want >= 0 && len(entries) != want {
		ts.Fatalf("%d requests match, want %d", len(entries), want)
	}
}
