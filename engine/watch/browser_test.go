package watch_test

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/watch"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// findBrowser returns the path of a Chromium, or skips the test.
func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("COSMICCTL_BROWSER_TESTS") == "required" {
		t.Fatal("a browser is required, but no Chromium is installed")
	}
	t.Skip("no Chromium is installed, so pages are not looked at; on Debian: apt-get install chromium")
	return ""
}

// A tab shows the pages of one server, and keeps what they should not have done: ask
// anybody else for anything, write to the console, break their own policy. All tests of
// pages have it one after the other, and find it as new: a browser, or another tab,
// takes longer to come than most of them.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string
	mu  sync.Mutex
	bad []string
}

// serve serves the page of a watch over HTTP.
func serve(t testing.TB, w *watch.Watch, web watch.Web) *httptest.Server {
	t.Helper()
	web.Random = rand.Reader
	if web.Words == nil {
		web.Words = report.English()
	}
	h, err := w.Handler(web)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func openTab(t *testing.T) *tab {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(findBrowser(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 900), chromedp.Flag("disable-component-update", true))
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(stop)
	b := &tab{t: t}
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

// show makes the tab as new, for the pages of a server and for a test.
func (b *tab) show(t *testing.T, s *httptest.Server) {
	t.Helper()
	b.mu.Lock()
	b.t, b.url, b.bad = t, s.URL, nil
	b.mu.Unlock()
	b.do(command(network.ClearBrowserCookies, cdp.Empty{}), chromedp.ResetViewport(), media("light"))
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

func (b *tab) watch(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, b.url+"/") && !strings.HasPrefix(e.Request.URL, "data:") { // the browser's own controls
			b.bad = append(b.bad, "request of "+e.Request.URL)
		}
	case *runtime.EventConsoleAPICalled:
		b.bad = append(b.bad, "console: "+string(e.Type))
	case *runtime.EventExceptionThrown:
		b.bad = append(b.bad, "exception: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if !strings.Contains(e.Entry.Text, http.StatusText(http.StatusNotFound)) { // which a test asked for
			b.bad = append(b.bad, "log: "+e.Entry.Text)
		}
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

func (b *tab) open(path string) { b.t.Helper(); b.do(chromedp.Navigate(b.url + path)) }

// eval is the value of an expression in the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func (b *tab) text(selector string) string {
	b.t.Helper()
	return eval[string](b, `document.querySelector("`+selector+`")?.innerText ?? ""`)
}
