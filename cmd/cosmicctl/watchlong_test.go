//go:build unix

package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// longWatch is the real program, which watches a fleet.
type longWatch struct {
	f    *fleet
	cmd  *exec.Cmd
	page string
	out  *heard
	err  *heard
	peak int64 // KiB
	said bytes.Buffer
}

func (w *longWatch) start(t *testing.T, every time.Duration) {
	t.Helper()
	at := make(chan struct{})
	w.out, w.err = &heard{until: "The page is ", then: sync.OnceFunc(func() { close(at) })}, &heard{}
	w.cmd = w.f.command("watch", "--every="+every.String(), "--listen=127.0.0.1:0", "--tenants=16", "--rate-second=-1", "--rate-minute=-1", "--message-gap=2s",
		"--database="+w.f.path("watch.db"), "--baseline="+w.f.path("baseline.json"), "--config="+w.f.path("watch.yaml"), w.f.path("m"))
	w.cmd.Stdout, w.cmd.Stderr = w.out, w.err
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.cmd.Process.Kill() })
	select {
	case <-at:
	case <-time.After(patience):
		t.Fatalf("the watch does not start: %s%s", w.out, w.err)
	}
	_, page, _ := strings.Cut(w.out.String(), "The page is ")
	w.page = strings.TrimSuffix(strings.TrimSpace(page), "/")
}

func (w *longWatch) end(t *testing.T, s os.Signal) {
	t.Helper()
	if err := w.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	_ = w.cmd.Wait()
	if u, ok := w.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && runtime.GOOS == "linux" {
		w.peak = max(w.peak, u.Maxrss)
	}
	w.said.WriteString(w.err.String())
}

func (w *longWatch) get(t *testing.T, path string) (int, string) {
	t.Helper()
	answer, err := http.Get(w.page + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// COSMICCTL_WATCH is how long the real program watches a fleet that drifts, fails
// and comes back, while it is killed three times; .ci/long says ten minutes.
func TestWatchLong(t *testing.T) {
	length, tenants, every := 20*time.Second, 12, 2*time.Second
	if text := os.Getenv("COSMICCTL_WATCH"); text != "" {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		length, tenants, every = d, 200, 20*time.Second
	}
	t.Parallel()
	f := newFleetApart(t, tenants, 10)
	w := &longWatch{f: f}
	w.start(t, every)
	get := reading(t, func(r *http.Request) (int, string) { return w.get(t, r.URL.RequestURI()) })
	kills := 0
	for begun := time.Now(); kills < 3 || time.Since(begun) < length; {
		time.Sleep(length / 200)
		f.drift(t)
		if f.draw.IntN(8) == 0 {
			f.fail(t)
		}
		if kills < 3 && time.Since(begun) > length*time.Duration(kills+1)/4 {
			w.end(t, os.Kill)
			kills++
			w.start(t, every)
		}
	}
	f.recover(t)
	w.settled(t, every)
	s := f.check(t, "at the end", get)
	w.end(t, os.Interrupt)
	if kills != 3 || len(s.open) == 0 {
		t.Errorf("%d kills, %d open findings", kills, len(s.open))
	}
	opened, closed := strings.Count(f.hook.all(), `"what":"opened"`), strings.Count(f.hook.all(), `"what":"closed"`)
	t.Logf("a watch of %d tenants for %s: %d looks, %d changes, %d findings opened, %d closed, %d open; %d messages; %d kills; %d MiB at most", tenants, length,
		strings.Count(w.said.String(), "msg=looked "), f.drifts, opened, closed, len(s.open), len(f.hook.messages), kills, w.peak>>10)
}

// settled waits until everybody was read after the last change, and all is told.
func (w *longWatch) settled(t *testing.T, every time.Duration) {
	t.Helper()
	since := time.Now()
	for end := since.Add(4*every + 3*time.Minute); ; time.Sleep(200 * time.Millisecond) {
		var doc struct {
			Tenants []struct{ LastSuccess time.Time }
		}
		_, text := w.get(t, "/api/v1/tenants")
		fromText(t, text, &doc)
		late := 0
		for _, v := range doc.Tenants {
			if v.LastSuccess.Before(since) {
				late++
			}
		}
		_, metrics := w.get(t, "/metrics")
		if late == 0 && strings.Contains(metrics, `cosmicctl_notifications_pending{channel="hook"} 0`) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d tenants were not read for long", late)
		}
	}
}

// all is all that was told.
func (r *receiver) all() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.messages, "\n")
}
