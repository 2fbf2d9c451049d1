package main

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserTests says, as required, that these tests must not be skipped.
const browserTests = "COSMICCTL_BROWSER_TESTS"

// findBrowser returns the path of a Chromium, or skips the test.
func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv(browserTests) == "required" {
		t.Fatalf("%s is required, but no Chromium is installed", browserTests)
	}
	t.Skip("no Chromium is installed, so pages are not looked at; on Debian: apt-get install chromium")
	return ""
}

// A tab shows one page and keeps what the page should not have done: ask the
// network for anything, write to the console, break its own policy. All tests of the
// page have it one after the other, and find it as new: a browser, or another tab,
// takes longer to come than most of them.
type tab struct {
	t       *testing.T
	ctx     context.Context
	address string
	mu      sync.Mutex
	bad     []string
}

// openTab opens a browser for a file.
func openTab(t *testing.T, file string) *tab {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(findBrowser(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 900), chromedp.Flag("disable-component-update", true))
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(stop)
	b := &tab{t: t, address: (&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()}
	b.ctx, stop = chromedp.NewContext(ctx, chromedp.WithListener(b.watch))
	t.Cleanup(stop)
	b.do(command(network.Enable, network.EnableParams{}), command(log.Enable, cdp.Empty{}), command(runtime.Enable, cdp.Empty{}))
	t.Cleanup(func() {
		if err := chromedp.Cancel(b.ctx); err != nil { // wait until it has left its folder
			t.Log(err)
		}
	})
	return b
}

// show opens the page anew, for a test.
func (b *tab) show(t *testing.T, before ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	b.mu.Lock()
	b.t, b.bad = t, nil
	b.mu.Unlock()
	b.do(chromedp.ResetViewport(), media("light"))
	b.do(before...)
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(b.address)) // or a new fragment would be all
	t.Cleanup(b.check)
}

// command is a command of the protocol of browsers that has no result.
func command[P any](c cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// media sets what the reader prefers.
func media(scheme string) chromedp.Action[chromedp.Void] {
	return command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
}

// script lets the scripts of the page run, or not.
func script(on bool) chromedp.Action[chromedp.Void] {
	return command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

func (b *tab) watch(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if e.Request.URL != b.address {
			b.bad = append(b.bad, "request of "+e.Request.URL)
		}
	case *runtime.EventConsoleAPICalled:
		b.bad = append(b.bad, "console: "+string(e.Type))
	case *runtime.EventExceptionThrown:
		b.bad = append(b.bad, "exception: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		b.bad = append(b.bad, "log: "+e.Entry.Text)
	}
}

func (b *tab) check() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, bad := range b.bad {
		b.t.Error(bad)
	}
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// eval is the value of an expression in the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// shown lists the visible changes: class, kind and name, with the tenants of the
// visible places.
func (b *tab) shown() []string {
	b.t.Helper()
	return eval[[]string](b, `Array.from(document.querySelectorAll("article.change")).filter((a) => a.checkVisibility()).map((a) =>
		[a.dataset.kind, a.querySelector(".key").textContent, ...Array.from(a.querySelectorAll("[data-tenant]")).filter((p) => !p.hidden).map((p) => p.dataset.tenant)].join(" "))`)
}

func (b *tab) text(selector string) string {
	b.t.Helper()
	return eval[string](b, `document.querySelector("`+selector+`").innerText`)
}

// await waits until an element has a text: a page answers a click in its own time.
func (b *tab) await(selector, want string) {
	b.t.Helper()
	for range 500 {
		if b.text(selector) == want {
			return
		}
		b.do(chromedp.Sleep(10 * time.Millisecond))
	}
	b.t.Errorf("%s is %q, want %q", selector, b.text(selector), want)
}

// reviewPage is the page of examples/review, compared with a base in which the
// branch had not yet asked for what it asks for.
func reviewPage(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	root := filepath.FromSlash("../..")
	manifest, err := os.ReadFile(filepath.Join(root, "examples", "review", "tenants.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	before := strings.NewReplacer("erp-v2", "erp", ", rim_deduction]", "]", "lisi, wangwu", "lisi", "value: 1}", "value: 0}",
		"encryption: aes", "encryption: base64", "    aesKey: {env: PORTAL_AES_KEY}\n", "", "  - {code: LEGACY_OA, state: absent}\n", "",
		"      - {policy: allow, cidr: 10.40.8.0/24}\n", "").Replace(string(manifest))
	base := filepath.Join(dir, "base", "examples", "review")
	if err := os.MkdirAll(base, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(base, "tenants.yaml"), []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(dir, "plan.html")
	cmd := exec.Command("cosmicctl", "plan", "--sandbox", "--sandbox-state", filepath.Join(dir, "sandbox.json"),
		"--base", filepath.Join(dir, "base"), "--output", "html="+page, "examples/review")
	cmd.Dir = root
	out, _ := cmd.CombinedOutput()
	if code := exitCode(cmd.ProcessState.ExitCode()); code != exitDiffers {
		t.Fatalf("exit %d: %s", code, out)
	}
	return page
}
