package watch_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"cosmicctl/engine"
	"cosmicctl/engine/watch"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// press sends keys to whatever has the focus.
func (b *tab) press(keys string) { b.t.Helper(); b.do(chromedp.KeyEvent(keys)) }

// await waits until an expression holds: a page comes in its own time.
func (b *tab) await(expression string) {
	b.t.Helper()
	for range 500 {
		if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && !!(`+expression+`)`)); err == nil && ok {
			return
		}
		b.do(chromedp.Sleep(10 * time.Millisecond))
	}
	b.t.Fatalf("never came: %s\n%s", expression, b.text("main"))
}

// What people see and do.
func TestPages(t *testing.T) {
	t.Parallel()
	b := openTab(t)
	for _, page := range []struct {
		name string
		test func(*testing.T, *tab)
	}{
		{"by keyboard", pageByKeyboard},
		{"filters", pageFilters},
		{"hostile", pageHostile},
		{"on a phone", pageOnAPhone},
		{"colours", pageColours},
		{"tables", pageTables},
		{"in Chinese", pageInChinese},
		{"screenshot", pageScreenshot},
	} {
		t.Run(page.name, func(t *testing.T) { page.test(t, b) })
	}
}

// A person on call comes from the overview to a finding, and acknowledges it, with
// nothing but the keyboard.
func pageByKeyboard(t *testing.T, b *tab) {
	w := demo(t)
	b.show(t, serve(t, w.Watch, watch.Web{Token: token}))
	b.open("/")
	b.press(kb.Tab)
	if got := b.text(":focus"); got != "Skip to the content" {
		t.Fatalf("the first stop is %q", got)
	}
	b.press(kb.Enter)
	b.await(`location.hash === "#main"`)
	for n := 0; b.text(":focus") != "集团总部"; n++ {
		if n > 30 {
			t.Fatal("the worst tenant is out of reach")
		}
		b.press(kb.Tab)
	}
	if outline := eval[string](b, `getComputedStyle(document.activeElement).outlineStyle`); outline != "solid" {
		t.Errorf("what has the focus does not show it: %s", outline)
	}
	b.press(kb.Enter)
	b.await(`location.pathname.startsWith("/tenants/") && document.querySelector("h1")?.innerText.startsWith("集团总部")`)
	b.do(chromedp.Focus(chromedp.CSS(".findings tbody th a")))
	b.press(kb.Enter)
	b.await(`document.querySelector(".fields")?.innerText.includes("http://47.92.18.6:8080/cb")`)
	for _, want := range []string{"张伟（外包）", "tenants/group.yaml:31", "opened"} {
		if !strings.Contains(b.text("main"), want) {
			t.Errorf("the finding does not say %s", want)
		}
	}
	b.do(chromedp.Focus(chromedp.CSS("input[name=token]")))
	b.press("not the token")
	b.press(kb.Enter)
	b.await(`document.querySelector("[role=alert]")?.innerText.startsWith("That is not the token")`)
	b.do(chromedp.Focus(chromedp.CSS("input[name=token]")))
	b.press(token)
	b.press(kb.Enter)
	b.await(`document.querySelector("textarea[name=reason]")`)
	b.do(chromedp.Focus(chromedp.CSS("input[name=by]")))
	b.press("李四")
	b.do(chromedp.Focus(chromedp.CSS("textarea")))
	b.press("<b>known</b>, ticket 7")
	b.press(kb.Tab + kb.Enter)
	b.await(`document.querySelector("#acknowledge .note")?.innerText.includes("<b>known</b>, ticket 7")`)
	if got := b.text(".history li"); !strings.Contains(got, "acknowledged by 李四") {
		t.Errorf("the history says %q", got)
	}
	if eval[string](b, "document.cookie") != "" {
		t.Error("a script could read the session")
	}
	b.do(chromedp.Click(chromedp.CSS("button.quiet")))
	b.await(`location.pathname === "/" && !document.querySelector("button.quiet")`)
}

func pageFilters(t *testing.T, b *tab) {
	w := demo(t)
	b.show(t, serve(t, w.Watch, watch.Web{}))
	names := func() []string {
		return eval[[]string](b, `Array.from(document.querySelectorAll(".grid tbody th a")).map((a) => a.innerText)`)
	}
	b.open("/")
	expect(t, "all, the worst first", names()[:6], []string{"集团总部", "uat", "物流公司", "华南大区", "海外事业部", "培训环境"})
	b.do(chromedp.Click(chromedp.CSS("a.tile.drifted")))
	b.await(`location.search.includes("drifted")`)
	expect(t, "drifted", names(), []string{"集团总部", "uat", "华南大区", "培训环境"})
	b.do(chromedp.Focus(chromedp.CSS("select[name=label]")))
	b.press("env=test")
	b.do(chromedp.Click(chromedp.CSS(".filter button")))
	b.await(`location.search.includes("env%3Dtest")`)
	expect(t, "drifted and a label", names(), []string{"uat", "培训环境"})
	b.do(chromedp.Click(chromedp.CSS("a.tile.drifted")))
	b.await(`!location.search.includes("drifted")`)
	expect(t, "the label alone", names(), []string{"uat", "培训环境", "sandbox"})
	b.do(chromedp.Click(chromedp.CSS(".grid thead a")))
	b.await(`location.pathname === "/findings"`)
	if got := eval[int](b, `document.querySelectorAll(".findings tbody tr").length`); got != 3 {
		t.Errorf("%d findings of a kind", got)
	}
}

// hostile is a world in which every text wants to be something else.
func hostile(t *testing.T) *world {
	t.Helper()
	const evil = `"><script>document.title="owned"</script><img src=x onerror=alert(1)>{{.}}` + "\u202e\x00\u2028' style=position:fixed;inset:0 x='"
	long := strings.Repeat("長", 5000) + strings.Repeat("w", 5000)
	w := newWorld(t, evil, long)
	f := watch.Finding{Kind: evil, Title: engine.Text{EN: evil, ZH: evil}, Key: evil, Class: watch.Class(evil), Risks: []engine.Risk{engine.Risk(evil), engine.Widens},
		Lines: []watch.Line{{Field: evil, Wanted: evil, Live: "javascript:alert(1)"}, {Field: long, Wanted: long, Live: long}}, Note: evil, By: evil, When: evil, File: evil, Line: -1}
	l := watch.Look{Kinds: []watch.KindLook{{Kind: evil, Title: f.Title, Read: watch.Failed, Err: evil}}, Findings: []watch.Finding{f}}
	w.set(evil, l)
	w.set(long, watch.Look{Err: long})
	w.targets[0].Labels = map[string]string{evil: evil}
	w.reload()
	w.after(time.Hour)
	return w
}

// What a tenant holds is shown, and does nothing.
func pageHostile(t *testing.T, b *tab) {
	w := hostile(t)
	b.show(t, serve(t, w.Watch, watch.Web{Token: token}))
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	b.open("/")
	pages := eval[[]string](b, `["/", "/findings"].concat(Array.from(document.querySelectorAll("main a")).map((a) => a.getAttribute("href")).filter((h) => h.startsWith("/tenants/") || h.startsWith("/findings")))`)
	if len(pages) < 6 {
		t.Fatalf("%q", pages)
	}
	for _, page := range pages {
		b.open(page)
		if title := eval[string](b, "document.title"); !strings.HasSuffix(title, "· cosmicctl watch") {
			t.Errorf("%s: the title is %.80q", page, title)
		}
		if n := eval[int](b, `document.querySelectorAll("script, img, [onerror], [style], main > [style]").length`); n > 0 {
			t.Errorf("%s: %d things that a tenant made", page, n)
		}
		if strings.ContainsAny(eval[string](b, "document.body.innerText"), "\u202e\x00\u2028") {
			t.Errorf("%s: a character that changes its neighbours", page)
		}
		if wide := eval[[]string](b, tooWide); len(wide) > 0 {
			t.Errorf("%s: a phone must scroll sideways for %q", page, wide)
		}
	}
}

// tooWide lists what reaches out of the window.
const tooWide = `document.documentElement.scrollWidth <= innerWidth && innerWidth === 390 ? [] :
	[innerWidth + " " + document.documentElement.scrollWidth, ...Array.from(document.querySelectorAll("body *")).filter((e) => e.getBoundingClientRect().right > innerWidth).map((e) => e.outerHTML.slice(0, 80))]`

func pageOnAPhone(t *testing.T, b *tab) {
	w := demo(t)
	b.show(t, serve(t, w.Watch, watch.Web{Token: token}))
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	for _, page := range demoPages(b) {
		b.open(page)
		if wide := eval[[]string](b, tooWide); len(wide) > 0 {
			t.Errorf("%s: a phone must scroll sideways for %q", page, wide)
		}
	}
}

// demoPages are one page of each sort.
func demoPages(b *tab) []string {
	b.t.Helper()
	b.open("/")
	return append([]string{"/", "/findings", "/tenants/none"}, eval[[]string](b, `[".grid tbody th a", ".newest li a"].map((s) => document.querySelector(s).getAttribute("href"))`)...)
}

// Text stands out from what is behind it as WCAG AA asks for, 4.5 to 1.
func pageColours(t *testing.T, b *tab) {
	w := demo(t)
	b.show(t, serve(t, w.Watch, watch.Web{Token: token}))
	pages := demoPages(b)
	for _, scheme := range []string{"light", "dark"} {
		b.do(media(scheme))
		for _, page := range pages {
			b.open(page)
			paper := eval[float64](b, "("+luminance+")(getComputedStyle(document.documentElement).backgroundColor)")
			if (paper < 0.1) != (scheme == "dark") {
				t.Errorf("%s %s: the page has the luminance %.2f", scheme, page, paper)
			}
			if faint := eval[[]string](b, "("+lowContrast+")("+luminance+")"); len(faint) > 0 {
				t.Errorf("%s %s: %s", scheme, page, strings.Join(faint, "\n"))
			}
		}
	}
}

const luminance = `(colour) => {
	const [r, g, b] = colour.match(/[\d.]+/g).map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}`

const lowContrast = `(luminance) => {
	const behind = (e) => {
		const colour = getComputedStyle(e).backgroundColor;
		return colour !== "rgba(0, 0, 0, 0)" || !e.parentElement ? colour : behind(e.parentElement);
	};
	const out = [];
	for (const e of document.querySelectorAll("body *")) {
		if (e.matches("option") || !e.checkVisibility() || !Array.from(e.childNodes).some((n) => n.nodeType === 3 && n.data.trim())) continue;
		const [a, b] = [luminance(getComputedStyle(e).color), luminance(behind(e))];
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) out.push(ratio.toFixed(2) + " " + e.outerHTML.slice(0, 120));
	}
	return out;
}`

// Every table says what it is, and each of its cells belongs to named headings.
func pageTables(t *testing.T, b *tab) {
	w := demo(t)
	b.show(t, serve(t, w.Watch, watch.Web{Token: token}))
	for _, page := range demoPages(b) {
		b.open(page)
		if bad := eval[[]string](b, `[...Array.from(document.querySelectorAll("table:not(:has(> caption))"), (e) => e.outerHTML.slice(0, 60)),
			...Array.from(document.querySelectorAll("th:not([scope]), input:not([type=hidden]):not([hidden]):not(label *), select:not(label *)"), (e) => e.outerHTML.slice(0, 60))]`); len(bad) > 0 {
			t.Errorf("%s: %q", page, bad)
		}
		if n := eval[int](b, `document.querySelectorAll("h1").length`); n != 1 {
			t.Errorf("%s: %d headings of the first level", page, n)
		}
	}
}

// The picture in the README. Run with COSMICCTL_SCREENSHOT=1 it is taken anew, with
// the fonts of this machine.
func pageScreenshot(t *testing.T, b *tab) {
	const name = "../../testdata/screenshots/watch.png"
	w := demo(t)
	b.show(t, serve(t, w.Watch, watch.Web{}))
	b.do(chromedp.EmulateViewport(1440, 800))
	b.open("/")
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("COSMICCTL_SCREENSHOT") != "" {
		if err := os.WriteFile(name, picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.Stat(name)
	if err != nil || kept.Size() > 200<<10 || len(picture) == 0 {
		t.Errorf("%v: %v", kept, err)
	}
}
