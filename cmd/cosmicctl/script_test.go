package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts in testdata/script run the real program, in a process of its own
// and over real HTTP. Each has a working directory, a home and a sandbox of its
// own, and an environment with nothing from outside in it. Beside testscript's
// own verbs there are
//
//	exit N cmd args…       run a command that must exit with exactly N
//	converged [flags] PATH a plan must be clean: exit 0, no change, no problem
//	exited N               the background command of `struck` or `interrupt` exited with N
//	secret NAME VALUE      set a variable whose value no output may ever hold
//	edit FILE OLD NEW [N]  replace a text in a file, by NEW N times over
//	put FILE OLD FROM      replace a text in a file by what another one holds
//	make FILE N TEXT       write a file of a text N times over; \xNN is a byte
//	key [-rsa|-locked|-age] FILE
//	                       make a pair of keys of OpenSSH, or of age, FILE and FILE.pub
//
// and those of a sandbox, in scriptsandbox_test.go, of a watch, in scriptwatch_test.go,
// of an outside system, in scriptcallback_test.go,
// and of continuous integration, in scriptci_test.go. go test -run TestScripts -update
// writes golden files anew.
//
// Twice as many tests as there are processors run at once, unless -parallel says
// otherwise: most wait for a process, a server or the disk.
func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the golden files of the scripts anew")
	_ = flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0)))
	if strings.Contains(filepath.Base(os.Args[0]), ".test") { // not the command itself: what tests read is English
		for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
			_ = os.Unsetenv(name)
		}
	}
	testscript.Main(m, map[string]func(){"cosmicctl": main})
}

func TestScripts(t *testing.T) {
	files, err := filepath.Glob(filepath.FromSlash("../../testdata/script/*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	update := flag.Lookup("update").Value.String() == "true"
	testscript.Run(t, testscript.Params{
		Files: files, Setup: setupScript, UpdateScripts: update,
		RequireExplicitExec: true, RequireUniqueNames: true,
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Geteuid() == 0, nil
			}
			if tool, ok := strings.CutPrefix(name, "tool:"); ok {
				return present(tool)
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit": exitVerb, "converged": convergedVerb, "exited": exitedVerb,
			"secret": secretVerb, "edit": editVerb, "put": putVerb, "make": makeVerb, "key": keyVerb,
			"sandbox": sandboxVerb, "sandbox-stop": sandboxStopVerb, "struck": struckVerb, "interrupt": interruptVerb,
			"http": httpVerb, "rows": rowsVerb, "fault": faultVerb, "settings": settingsVerb, "requests": requestsVerb,
			"journal": journalVerb, "forge": forgeVerb, "precommit": precommitVerb, "action": actionVerb,
			"gitlab": gitlabVerb, "jenkins": jenkinsVerb,
			"watch": watchVerb, "watch-end": watchEndVerb, "await": awaitVerb, "capture": captureVerb, "later": laterVerb, "receiver": receiverVerb, "told": toldVerb,
			"erp": erpVerb, "called": calledVerb,
		},
	})
}

// world is what a script has beside its files.
type world struct {
	secrets  []string
	box      *box // nil without a sandbox
	listen   string
	admin    string
	stopped  *exec.Cmd
	forge    *forge
	watched  *watched // nil while none runs
	receiver *receiver
	erp      *erp
}

type worldKey struct{}

func worldOf(ts *testscript.TestScript) *world { return ts.Value(worldKey{}).(*world) }

func setupScript(e *testscript.Env) error {
	home := filepath.Join(e.WorkDir, ".home")
	examples, err := filepath.Abs(filepath.FromSlash("../../examples"))
	if err != nil {
		return err
	}
	for _, name := range []string{"HOME", "USERPROFILE", "XDG_CONFIG_HOME", "AppData"} {
		e.Setenv(name, home)
	}
	for _, name := range []string{"XDG_STATE_HOME", "LocalAppData"} { // never beside the key of fingerprints
		e.Setenv(name, filepath.Join(home, "state"))
	}
	e.Setenv("EXAMPLES", examples)
	if os.Getenv("GORACE") == "" {
		e.Setenv("GORACE", "atexit_sleep_ms=10") // in place of a second for each command
	}
	e.Values[worldKey{}] = &world{listen: "127.0.0.1:0", admin: "127.0.0.1:0"}
	return os.MkdirAll(home, 0o700)
}

func exitVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit N cmd args…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	args = unlimited(ts, args[1:])
	got := 0
	if err := ts.Exec(args[0], args[1:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	noSecrets(ts)
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// unlimited takes the client's own limits off where a sandbox is meant, or a
// script would wait; the script about them gives its own.
func unlimited(ts *testscript.TestScript, args []string) []string {
	plans := len(args) > 1 && args[0] == "cosmicctl" && slices.Contains([]string{"plan", "apply", "drift", "compare", "doctor", "pull", "publish", "verify"}, args[1])
	if !plans || worldOf(ts).box == nil || strings.Contains(strings.Join(args, " "), "--rate-") {
		return args
	}
	return slices.Insert(slices.Clone(args), 2, "--rate-second=-1", "--rate-minute=-1")
}

// noSecrets looks for secrets in what was just written.
func noSecrets(ts *testscript.TestScript) {
	for _, stream := range []string{"stdout", "stderr"} {
		text := ts.ReadFile(stream)
		for _, s := range worldOf(ts).secrets {
			if strings.Contains(text, s) {
				ts.Fatalf("%s holds the secret %q", stream, s)
			}
		}
	}
}

func convergedVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: converged [flags] PATH…")
	}
	exitVerb(ts, false, append([]string{"0", "cosmicctl", "plan"}, args...))
	out := ts.ReadFile("stdout")
	tenants, clean := strings.Count(out, "Tenant "), strings.Count(out, "\nNo changes.")
	if tenants == 0 || tenants != clean || strings.Contains(out, "problem") {
		ts.Fatalf("%d of %d tenants have converged", clean, tenants)
	}
}

func exitedVerb(ts *testscript.TestScript, neg bool, args []string) {
	stopped := worldOf(ts).stopped
	if neg || len(args) != 1 || stopped == nil || stopped.ProcessState == nil {
		ts.Fatalf("usage: interrupt …; wait; exited N")
	}
	if got := stopped.ProcessState.ExitCode(); strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
	noSecrets(ts)
}

func secretVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: secret NAME VALUE")
	}
	ts.Setenv(args[0], args[1])
	w := worldOf(ts)
	w.secrets = append(w.secrets, args[1])
}

func editVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args) > 4 {
		ts.Fatalf("usage: edit FILE OLD NEW [N]")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	text = strings.ReplaceAll(text, args[1], repeated(ts, args[2], append(args[3:], "1")[0]))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

func putVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: put FILE OLD FROM")
	}
	editVerb(ts, neg, []string{args[0], args[1], strings.TrimSuffix(ts.ReadFile(args[2]), "\n")})
}

func makeVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: make FILE N TEXT")
	}
	file := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(file), 0o700))
	ts.Check(os.WriteFile(file, []byte(repeated(ts, args[2], args[1])), 0o600))
}

// repeated reads the escapes of a Go string and repeats it.
func repeated(ts *testscript.TestScript, text, count string) string {
	n, err := strconv.Atoi(count)
	ts.Check(err)
	out, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
	if err != nil {
		ts.Fatalf("%q: %v", text, err)
	}
	return strings.Repeat(out, n)
}
