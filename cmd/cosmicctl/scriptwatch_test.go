package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// The verbs of a watch:
//
//	watch [flags] PATH…    run `cosmicctl watch` in the background on a free port, until it
//	                       says where its page is: PAGE
//	watch-end [TERM|KILL]  end it by a signal, SIGINT unless another is named; exited N says
//	                       with which code, and stdout and stderr are what it wrote
//	await URL PATTERN      ask until the answer matches; it becomes stdout. ! await: until
//	                       it does not
//	capture NAME PATTERN [TEXT]
//	                       set a variable to what a pattern captures in stdout, or a text
//	later NAME DURATION    set a variable to the time that it then is
//	receiver               serve RECEIVER, which takes messages that are signed with
//	                       RECEIVER_SECRET, as the library of Standard Webhooks says
//	told N PATTERN         wait for N messages that match; they become stdout, one a line

// patience is how long a script waits for something.
const patience = time.Minute

// watched is a watch that runs, with what it writes.
type watched struct {
	cmd *exec.Cmd
	out heard
	err heard
}

func watchVerb(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	if neg || len(args) == 0 || w.watched != nil {
		ts.Fatalf("usage: watch [flags] PATH…")
	}
	at := make(chan struct{})
	w.watched = &watched{cmd: exec.Command("cosmicctl", append([]string{"watch", "--listen=127.0.0.1:0", "--rate-second=-1", "--rate-minute=-1"}, args...)...)}
	v := w.watched
	v.out.until, v.out.then = "http://", sync.OnceFunc(func() { close(at) })
	v.cmd.Dir, v.cmd.Stdout, v.cmd.Stderr = ts.MkAbs("."), &v.out, &v.err
	v.cmd.Env = scriptEnv(ts)
	ts.Check(v.cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- v.cmd.Wait() }()
	v.cmd.Cancel = func() error { return <-ended }
	ts.Defer(func() { _ = v.cmd.Process.Kill() })
	select {
	case <-at:
	case err := <-ended:
		ts.Fatalf("the watch did not start: %v\n%s%s", err, v.out.String(), v.err.String())
	case <-time.After(patience):
		ts.Fatalf("the watch does not start: %s%s", v.out.String(), v.err.String())
	}
	_, page, _ := strings.Cut(v.out.String(), "http://")
	ts.Setenv("PAGE", "http://"+strings.TrimSuffix(strings.TrimSpace(page), "/"))
}

// scriptEnv is the environment that a script's commands have.
func scriptEnv(ts *testscript.TestScript) []string {
	var out []string
	for _, name := range []string{"PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "GOCOVERDIR", "GORACE", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "AppData", "LocalAppData",
		"COSMICCTL_ALLOW_HOST", "COSMIC_APP_SECRET", tokenName, "RECEIVER", "RECEIVER_SECRET"} {
		if v := cmp.Or(ts.Getenv(name), os.Getenv(name)); v != "" {
			out = append(out, name+"="+v)
		}
	}
	return out
}

func watchEndVerb(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	s, known := map[string]os.Signal{"": os.Interrupt, "TERM": syscall.SIGTERM, "KILL": os.Kill}[strings.Join(args, " ")]
	if neg || !known || w.watched == nil {
		ts.Fatalf("usage: watch-end [TERM|KILL]")
	}
	v := w.watched
	ts.Check(v.cmd.Process.Signal(s))
	_ = v.cmd.Cancel()
	w.stopped, w.watched = v.cmd, nil
	fmt.Fprint(ts.Stdout(), v.out.String())
	fmt.Fprint(ts.Stderr(), v.err.String())
	holdsNoSecret(ts, "the watch's output", v.out.String()+v.err.String())
}

// holdsNoSecret looks for the secrets of a script.
func holdsNoSecret(ts *testscript.TestScript, where, text string) {
	for _, s := range worldOf(ts).secrets {
		if strings.Contains(text, s) {
			ts.Fatalf("%s holds the secret %q", where, s)
		}
	}
}

func awaitVerb(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] await URL PATTERN")
	}
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	var status int
	var body []byte
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		status, body = call(ts, http.MethodGet, args[0], "")
		holdsNoSecret(ts, args[0], string(body))
		if pattern.Match(body) != neg {
			fmt.Fprintf(ts.Stdout(), "HTTP %d\n%s", status, body)
			return
		}
	}
	ts.Fatalf("%s never came to that: %d %s", args[0], status, body)
}

func captureVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: capture NAME PATTERN [TEXT]")
	}
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	text := strings.Join(args[2:], "")
	if text == "" {
		text = ts.ReadFile("stdout")
	}
	m := pattern.FindStringSubmatch(text)
	if len(m) < 2 {
		ts.Fatalf("%q captures nothing", args[1])
	}
	ts.Setenv(args[0], m[1])
}

func laterVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: later NAME DURATION")
	}
	d, err := time.ParseDuration(args[1])
	ts.Check(err)
	ts.Setenv(args[0], time.Now().Add(d).UTC().Format(time.RFC3339))
}

// receiver takes messages, and refuses those that are not signed.
type receiver struct {
	mu       sync.Mutex
	verify   *standardwebhooks.Webhook
	ids      []string
	messages []string
	wrong    []error
	refusing bool
	refused  int
}

// refuse has messages be refused, or taken again.
func (r *receiver) refuse(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refusing = on
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refusing {
		r.refused++
		w.WriteHeader(http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(q.Body)
	if err == nil {
		err = r.verify.Verify(body, q.Header)
	}
	var line bytes.Buffer
	if err == nil {
		err = json.Compact(&line, body)
	}
	if err != nil {
		r.wrong = append(r.wrong, err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	id := q.Header.Get("webhook-id")
	if !slices.Contains(r.ids, id) { // the same message may come again
		r.ids, r.messages = append(r.ids, id), append(r.messages, line.String())
	}
	w.WriteHeader(http.StatusNoContent)
}

// matching are the messages that match.
func (r *receiver) matching(pattern *regexp.Regexp) ([]string, []error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.messages), func(m string) bool { return !pattern.MatchString(m) }), slices.Clone(r.wrong)
}

// receiverKey is what messages to a receiver are signed with.
const receiverKey = "whsec_c2NyaXB0cy1zaWduLXdpdGgtdGhpcy1rZXktb25seSE="

func receiverVerb(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	if neg || len(args) != 0 || w.receiver != nil {
		ts.Fatalf("usage: receiver")
	}
	verify, err := standardwebhooks.NewWebhook(receiverKey)
	ts.Check(err)
	w.receiver = &receiver{verify: verify}
	served := httptest.NewServer(w.receiver)
	ts.Defer(served.Close)
	secretVerb(ts, false, []string{"RECEIVER", served.URL + "/hook/Robot-address.1"})
	secretVerb(ts, false, []string{"RECEIVER_SECRET", receiverKey})
}

func toldVerb(ts *testscript.TestScript, neg bool, args []string) {
	r := worldOf(ts).receiver
	if neg || len(args) != 2 || r == nil {
		ts.Fatalf("usage: receiver; told N PATTERN")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	var got []string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var wrong []error
		if got, wrong = r.matching(pattern); len(wrong) > 0 {
			ts.Fatalf("a message was not signed: %v", wrong)
		}
		if len(got) >= want {
			break
		}
	}
	text := strings.Join(got, "\n")
	holdsNoSecret(ts, "a message", text)
	fmt.Fprintln(ts.Stdout(), text)
	if len(got) != want {
		ts.Fatalf("%d messages match, want %d", len(got), want)
	}
}
