package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// copyState is what a kill at this moment would leave.
func copyState(t *testing.T, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "sandbox.json")
	for _, suffix := range []string{"", ".log"} {
		data, err := os.ReadFile(from + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// whole is everything durable about a sandbox.
func whole(s *Sandbox) string { return string(encode(s.state().Tenants)) }

func TestStateSurvivesAKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	h := openServer(t, path)
	h.ensure("6.0.14", func(want *Tenant) { want.Users, want.APIs = []string{"other"}, []string{"bill"} })
	token := h.token()
	h.call(token, "open/third_app/save", `{"data":[{"number":"x","t_open_3rdapps_ips":[{"startip":"1.1.1.1"}]},{"number":"y"}]}`, "Idempotency-Key", "k")
	h.call(token, "open/third_app/disable", `{"data":{"number":"x"}}`)
	h.call(token, "open/third_app/delete", `{"data":{"number":"y"}}`)
	h.byHand("bdm_org", `[{"number":"A"}]`)
	h.must("PUT", h.admin+"/tenants/%2Fierp/settings", `{"idempotencySeconds":60}`)
	withdrawn := h.token()
	h.post("/api/logout.do", `{"access_token":"`+withdrawn+`"}`)

	after := openServer(t, copyState(t, path))
	if diff := cmp.Diff(whole(h.s), whole(after.s)); diff != "" {
		t.Error(diff)
	}
	if row := after.rows(token, "open/third_app/query", `{"number":["x","y"]}`); len(row) != 1 || row[0]["enable"] != "0" {
		t.Errorf("%v", row)
	}
	if r := after.call(token, "bdm/bdm_org/save", saveA, "Idempotency-Key", "k"); r.code(t) != "604" {
		t.Errorf("the key is forgotten: %s", r.body)
	}
	if r := after.call(withdrawn, "bdm/bdm_org/save", saveA); r.code(t) != "401" {
		t.Errorf("a withdrawn token is back: %s", r.body)
	}
	after.call(token, "bdm/bdm_org/save", `{"data":[{"number":"B"}]}`)
	if rows := after.rows(token, "bdm/bdm_org/query", `{}`); len(rows) != 2 || rows[0]["id"] == rows[1]["id"] {
		t.Errorf("%v", rows)
	}
}

func TestStateSurvivesACloseAndCompaction(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	h := openServer(t, path)
	h.seed(`"/ierp":{"accountId":"1","version":"6.0.14","faults":[{"kind":"429"}],"rows":{"bdm_org":[{"number":"A"}]},"published":{"bdm_org":{"query":{"filters":[]}}}}`)
	before := whole(h.s)
	if err := h.s.Close(); err != nil {
		t.Fatal(err)
	}
	if log, err := os.ReadFile(path + ".log"); err != nil || len(log) != 0 {
		t.Errorf("the log is not empty after a close: %d bytes, %v", len(log), err)
	}
	after := openServer(t, path)
	if diff := cmp.Diff(before, whole(after.s)); diff != "" {
		t.Error(diff)
	}
	if len(after.s.faults.all()) != 1 {
		t.Error("a standing fault did not survive")
	}
	if err := h.s.Close(); err != nil {
		t.Errorf("a second close: %v", err)
	}
}

// TestTornRecord cuts the log at every byte: what is read back is always what was there after some whole record.
func TestTornRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	h := openServer(t, path)
	h.ensure("6.0.14", nil)
	var states []string
	states = append(states, `{}`, whole(h.s))
	for _, number := range []string{"A", "B"} {
		h.byHand("bdm_org", `[{"number":"`+number+`"}]`)
		states = append(states, whole(h.s))
	}
	log, err := os.ReadFile(path + ".log")
	if err != nil {
		t.Fatal(err)
	}
	ends := bytes.Count(log, []byte("\n"))
	if ends != 3 {
		t.Fatalf("%d records, want 3", ends)
	}
	for _, cut := range cuts(log) {
		s := scratch(t)
		if _, err := s.replayLog(bytes.NewReader(log[:cut]), 0); err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if want := states[bytes.Count(log[:cut], []byte("\n"))]; whole(s) != want {
			t.Fatalf("cut at %d:\n%s", cut, cmp.Diff(want, whole(s)))
		}
	}
}

// cuts are all places near the ends of records, and some between.
func cuts(log []byte) []int {
	var all []int
	for i := range log {
		if i%997 == 0 || bytes.Contains(log[max(0, i-20):min(len(log), i+20)], []byte("\n")) {
			all = append(all, i)
		}
	}
	return append(all, len(log))
}

func scratch(t testing.TB) *Sandbox {
	t.Helper()
	clock := &fakeClock{now: timeZero}
	s, err := Open(Options{Now: clock.Now, Rand: rand.NewChaCha8([32]byte{})})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDamagedRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	h := openServer(t, path)
	h.ensure("6.0.14", nil)
	h.byHand("bdm_org", `[{"number":"A"}]`)
	log, _ := os.ReadFile(path + ".log")
	log[bytes.IndexByte(log, '{')+10] ^= 1
	if _, err := scratch(t).replayLog(bytes.NewReader(log), 0); err == nil || !strings.Contains(err.Error(), "record 1") {
		t.Errorf("a damaged record with another behind it: %v", err)
	}
}

// TestOldLogBesideNewSnapshot is a crash between the snapshot and the emptying of the log.
func TestOldLogBesideNewSnapshot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	h := openServer(t, path)
	h.ensure("6.0.14", nil)
	h.byHand("bdm_org", `[{"number":"A"}]`)
	log, _ := os.ReadFile(path + ".log")
	h.must("DELETE", h.admin+"/tenants/%2Fierp/forms/bdm_org/rows?number=A", "")
	want := whole(h.s)
	if err := h.s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".log", log, 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, whole(openServer(t, path).s)); diff != "" {
		t.Error(diff)
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	if os.Getenv("SANDBOX_STATE") != "" {
		_, err := Open(Options{StatePath: os.Getenv("SANDBOX_STATE"), Now: (&fakeClock{now: timeZero}).Now, Rand: rand.NewChaCha8([32]byte{})})
		fmt.Printf("opened: %v\n", err)
		return
	}
	h := openServer(t, path)
	second := func() string {
		cmd := exec.Command(os.Args[0], "-test.run=TestSecondProcessIsRefused")
		cmd.Env = append(os.Environ(), "SANDBOX_STATE="+path)
		out, _ := cmd.CombinedOutput()
		line, _, _ := strings.Cut(string(out), "\n")
		return line
	}
	if got := second(); !strings.Contains(got, "state "+path+" is in use by another process") {
		t.Errorf("while open: %s", got)
	}
	if err := h.s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := second(); got != "opened: <nil>" {
		t.Errorf("after close: %s", got)
	}
}

func TestRefusalLeavesNoLockBehind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	h := openServer(t, path)
	if _, err := Open(h.s.options); err == nil {
		t.Fatal("opened twice")
	}
	if err := h.s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err := Open(h.s.options); err != nil {
		t.Error(err)
	} else if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestEnsureOfWhatFitsWritesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	h := openServer(t, path)
	h.ensure("8.0.1", nil)
	before, _ := os.ReadFile(path + ".log")
	h.ensure("8.0.1", nil)
	after, _ := os.ReadFile(path + ".log")
	if len(before) == 0 || !bytes.Equal(before, after) {
		t.Errorf("the log grew from %d to %d bytes", len(before), len(after))
	}
}

func TestConcurrentWritersShareTheDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	h := openServer(t, path)
	h.ensure("6.0.14", func(want *Tenant) { want.Limits = Limits{PerSecond: -1, PerMinute: -1} })
	token := h.token()
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			body := fmt.Sprintf(`{"data":[{"number":"%d"}]}`, i)
			if r, err := h.send("POST", h.url+"/ierp/kapi/v2/bdm/bdm_org/save", body, "accesstoken", token); err != nil || !strings.Contains(r.body, `"status":true`) {
				t.Errorf("%v %s", err, r.body)
			}
		})
	}
	wg.Wait()
	after := openServer(t, copyState(t, path))
	if diff := cmp.Diff(whole(h.s), whole(after.s)); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsAcknowledgedWithoutTheDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	h := openServer(t, path)
	h.ensure("6.0.14", nil)
	token := h.token()
	_ = h.s.store.file.Close()
	for range 2 {
		if r := h.call(token, "bdm/bdm_org/save", saveA); r.status != 500 || r.code(t) != "500" {
			t.Errorf("HTTP %d %s", r.status, r.body)
		}
	}
	if r := h.call(token, "bdm/bdm_org/query", `{"data":{},"pageSize":1}`); r.status != 500 {
		t.Errorf("a row that is not on disk is shown: %s", r.body)
	}
}

func TestStateFiles(t *testing.T) {
	tests := []struct{ name, state, want string }{
		{"newer", `{"formatVersion":2,"new":1}`, "formatVersion 2 is newer than this sandbox, which reads version 1"},
		{"no version", `{"tenants":{}}`, "formatVersion is missing"},
		{"version 0", `{"formatVersion":0}`, "formatVersion 0 does not exist"},
		{"unknown member", `{"formatVersion":1,"extra":1}`, `unknown field "extra"`},
		{"unknown form", `{"formatVersion":1,"tenants":{"/a":{"settings":{"accountId":"1","version":"6.0"},"rows":{"x":[{"id":"1"}]}}}}`, `form "x" is not in the dictionary`},
		{"bad id", `{"formatVersion":1,"tenants":{"/a":{"settings":{"accountId":"1","version":"6.0"},"rows":{"bdm_org":[{"id":"x"}]}}}}`, `row id "x" is not a number above zero`},
		{"no JSON", `{`, "unexpected end"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "sandbox.json")
			if err := os.WriteFile(path, []byte(tt.state), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(Options{StatePath: path, Now: (&fakeClock{now: timeZero}).Now, Rand: rand.NewChaCha8([32]byte{})})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			unlock, err := lock(path)
			if err != nil {
				t.Fatalf("the lock is still held: %v", err)
			}
			unlock()
		})
	}
}

func FuzzState(f *testing.F) {
	s := scratch(f)
	if err := s.Ensure(Tenant{Path: "/a", AccountID: "1", Version: "6.0.14", AppID: "x", User: "u"}); err != nil {
		f.Fatal(err)
	}
	snapshot := encode(s.state())
	line, err := encodeRecord(&record{Sequence: 1, Tenant: "/a", Withdrawn: []string{"x"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"formatVersion":1,"tenants":{"/a":null}}`), []byte("x"))
	f.Add(snapshot[:200], line)
	f.Add([]byte(`{"formatVersion":1,"tenants":{"/a":{"settings":{"accountId":"1","version":"6"},"rows":{"bdm_org":[{"id":"4","values":{"number":"A"}},null]}}}}`), line)
	f.Fuzz(func(t *testing.T, snapshot, log []byte) {
		s := scratch(t)
		if n, err := s.readState(snapshot); err == nil {
			_, _ = s.replayLog(io.MultiReader(bytes.NewReader(log)), n)
		}
		_ = s.state()
	})
}
