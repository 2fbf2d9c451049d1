package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

// What people see and do.
func TestPages(t *testing.T) {
	t.Parallel()
	b := openTab(t, reviewPage(t))
	for _, page := range []struct {
		name string
		test func(*testing.T, *tab)
	}{
		{"filters", pageFilters},
		{"without script", pageWithoutScript},
		{"on a phone", pageOnAPhone},
		{"colours", pageColours},
		{"screenshot", pageScreenshot},
	} {
		t.Run(page.name, func(t *testing.T) { page.test(t, b) })
	}
}

// What a reviewer does with a page: filter by a click, combine filters, go back.
func pageFilters(t *testing.T, b *tab) {
	b.show(t)
	all := b.shown()
	if len(all) != 8 || b.text("output") != "12 changes" || b.text("h1") != "12 changes on 3 tenants" {
		t.Fatalf("%q, %q, %q", all, b.text("output"), b.text("h1"))
	}
	expect := func(what, count string, want ...string) {
		t.Helper()
		b.await("output", count)
		if diff := cmp.Diff(append([]string{}, want...), b.shown()); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	b.do(chromedp.Click(chromedp.CSS(`.verdict a[href="#risk=widens-access"]`)))
	expect("risk", "2 of 12 changes", "ThirdPartyApp ERP01 group-hq", "ApiAuthorization sim_openApi group-hq")
	b.do(chromedp.Click(chromedp.CSS(`.kinds a[href="#kind=BusinessSystem"]`)))
	expect("kind", "4 of 12 changes", "BusinessSystem ERP01 east-china group-hq south-china", "BusinessSystem PORTAL group-hq")
	b.do(chromedp.Click(chromedp.CSS(`.summary tbody a[href="#tenant=south-china"]`)))
	expect("tenant", "2 of 12 changes", "BusinessSystem ERP01 south-china", "Parameter rim_config/rpa_select_syn south-china")
	b.do(chromedp.Click(chromedp.CSS(`.summary td a[href="#tenant=group-hq&risk=destroys"]`)))
	expect("tenant and risk", "1 of 12 changes", "ThirdPartyApp LEGACY_OA group-hq")
	b.do(chromedp.Focus(chromedp.CSS(`select[name=kind]`)), chromedp.KeyEvent("business"))
	expect("a kind beside them, by keyboard", "0 of 12 changes")
	if b.text(".none") == "" {
		t.Error("nothing says that no change matches")
	}
	b.do(chromedp.Focus(chromedp.CSS(`select[name=tenant]`)), chromedp.KeyEvent("east"), chromedp.Focus(chromedp.CSS(`select[name=risk]`)), chromedp.KeyEvent(kb.Home))
	expect("other choices", "1 of 12 changes", "BusinessSystem ERP01 east-china")
	if got := eval[string](b, "location.hash"); got != "#tenant=east-china&kind=BusinessSystem" {
		t.Errorf("the address is %s", got)
	}
	b.do(chromedp.Click(chromedp.CSS(".filter .all")))
	expect("all", "12 changes", all...)
	b.do(chromedp.NavigateBack())
	expect("back", "1 of 12 changes", "BusinessSystem ERP01 east-china")
}

// Without a script every change is there, and no control that does nothing.
func pageWithoutScript(t *testing.T, b *tab) {
	b.show(t, script(false))
	b.do(script(true)) // for the test's own questions
	if got := b.shown(); len(got) != 8 {
		t.Errorf("%q", got)
	}
	if eval[bool](b, `document.querySelector("form").checkVisibility()`) {
		t.Error("a filter that cannot work is shown")
	}
}

func pageOnAPhone(t *testing.T, b *tab) {
	b.show(t, chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
	if wide := eval[[]string](b, tooWide); len(wide) > 0 {
		t.Errorf("a phone of 360 pixels must scroll sideways for %q", wide)
	}
}

// tooWide lists what reaches out of the window, but for what scrolls in itself.
const tooWide = `document.documentElement.scrollWidth <= innerWidth && innerWidth === 360 ? [] :
	[innerWidth + " " + document.documentElement.scrollWidth, ...Array.from(document.querySelectorAll("body *")).filter((e) => !e.closest(".scroll") && e.getBoundingClientRect().right > innerWidth).map((e) => e.outerHTML.slice(0, 80))]`

// Text stands out from what is behind it as WCAG AA asks for, 4.5 to 1.
func pageColours(t *testing.T, b *tab) {
	b.show(t)
	for _, scheme := range []string{"light", "dark"} {
		b.do(media(scheme))
		paper := eval[float64](b, "("+luminance+")(getComputedStyle(document.documentElement).backgroundColor)")
		if (paper < 0.1) != (scheme == "dark") {
			t.Errorf("%s: the page has the luminance %.2f", scheme, paper)
		}
		for _, hash := range []string{"", "#risk=widens-access"} {
			b.do(chromedp.Evaluate[chromedp.Void]("location.hash = '" + hash + "'"))
			if faint := eval[[]string](b, "("+lowContrast+")("+luminance+")"); len(faint) > 0 {
				t.Errorf("%s%s: %s", scheme, hash, strings.Join(faint, "\n"))
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
		if (e.matches("script, option") || !e.checkVisibility() || !Array.from(e.childNodes).some((n) => n.nodeType === 3 && n.data.trim())) continue;
		const [a, b] = [luminance(getComputedStyle(e).color), luminance(behind(e))];
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) out.push(ratio.toFixed(2) + " " + e.outerHTML.slice(0, 120));
	}
	return out;
}`

// The picture in the README. go test ./cmd/cosmicctl -run TestPages/screenshot -update
// takes it anew, with the fonts of this machine.
func pageScreenshot(t *testing.T, b *tab) {
	file := filepath.Join("..", "..", "testdata", "screenshots", "plan.png")
	b.show(t)
	b.do(chromedp.EmulateViewport(1280, 1600))
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.Stat(file)
	if err != nil || kept.Size() > 250<<10 || len(picture) == 0 {
		t.Errorf("%v: %v", kept, err)
	}
}
