package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cosmicctl/engine/cosmic/sandbox"
)

// A plan of a thousand tenants begins before it is at its end: the last tenant
// answers nothing until the first line is out.
func TestPlanStreams(t *testing.T) {
	const tenants = 1000
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	begun := make(chan struct{})
	dir := manyTenants(t, tenants, heldBack(ctx, begun, fmt.Sprintf("/t%04d/", tenants-1)))
	t.Setenv("STREAM_SECRET", streamSecret)
	out, errs := &firstLine{begun: begun}, &bytes.Buffer{}
	code := run(ctx, []string{"plan", "--allow-host", "127.0.0.1", "--rate-second=-1", "--rate-minute=-1", dir}, strings.NewReader(""), out, errs)
	if code != exitDiffers {
		t.Fatalf("exit %d: %.2000s", code, errs)
	}
	text := out.String()
	if !strings.HasPrefix(text, "Tenant t0000  ") || strings.Count(text, "\nPlan: 1 to create, ") != tenants || !strings.Contains(text, "\nAll 1000 tenants: 1000 to create") {
		t.Errorf("%.500s … %s", text, text[max(0, len(text)-500):])
	}
}

const streamSecret = "a-secret-of-the-stream"

// heldBack lets no request below a path through before the plan has begun.
func heldBack(ctx context.Context, begun <-chan struct{}, path string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, path) {
				select {
				case <-begun:
				case <-ctx.Done():
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// manyTenants is a folder of manifests, each of a tenant of one sandbox.
func manyTenants(t *testing.T, n int, before func(http.Handler) http.Handler) string {
	t.Helper()
	box, err := sandbox.Open(sandbox.Options{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(before(box.Handler()))
	t.Cleanup(func() {
		served.Close()
		_ = box.Close()
	})
	dir := t.TempDir()
	for i := range n {
		name := fmt.Sprintf("t%04d", i)
		err := box.Ensure(sandbox.Tenant{Path: "/" + name, AccountID: "1", Version: "6.0.14", AppID: "cosmicctl", AppSecret: streamSecret, Enhanced: true, User: "u"})
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name+".yaml"), fmt.Appendf(nil, streamManifest, name, served.URL, name), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const streamManifest = `apiVersion: cosmicctl/v1
kind: Tenant
metadata: {name: %s}
environment:
  baseURL: %s/%s
  version: "6.0.14"
  accountId: "1"
  auth: {appId: cosmicctl, appSecret: {env: STREAM_SECRET}, user: u, userType: UserName}
parameters:
  - {type: rim_config, name: rpa_select_syn, value: 1}
`

// firstLine keeps what is written, and closes begun at the end of the first line.
type firstLine struct {
	bytes.Buffer
	begun chan struct{}
	once  sync.Once
}

func (f *firstLine) Write(p []byte) (int, error) {
	if bytes.ContainsRune(p, '\n') {
		f.once.Do(func() { close(f.begun) })
	}
	return f.Buffer.Write(p)
}
