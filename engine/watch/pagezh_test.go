package watch_test

import (
	"regexp"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/watch"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// fromTenants is what a page of [demo] shows of its tenants, and of this program, in
// whatever language.
var fromTenants = regexp.MustCompile(`cosmicctl watch|https?://\S*|\S*[a-z]+_[a-z]\S*|tenants/group.yaml:31|dial tcp: connection refused|the app may not query|[(].*[)]|(env|region)=\w+` +
	`|allow \d\S+|\b(sandbox|uat|admin|ThirdPartyApp|ApiAuthorization|BusinessSystem|IpWhitelist|Parameter|ERP01|WMS|API|IP|TEMP_DEBUG|OA_PORTAL|users|lisi|wangwu|apis|callbacks|encryption|aes|base64|ipRules|secret|value|true|false)\b`)

// saidOnPage is all that a page says, one text a line, with what is said to those who
// cannot see it.
const saidOnPage = `[document.title, ...Array.from(document.querySelectorAll("[aria-label], [title], [data-label]"), (e) => ["aria-label", "title", "data-label"].map((a) => e.getAttribute(a) ?? "")).flat(),
	...Array.from(document.querySelectorAll("body, body *"), (e) => Array.from(e.childNodes).filter((n) => n.nodeType === 3).map((n) => n.data)).flat()].filter((s) => s.trim())`

// A Chinese page has nothing English on it, and fits on a phone.
func pageInChinese(t *testing.T, b *tab) {
	w := demo(t)
	b.show(t, serve(t, w.Watch, watch.Web{Words: report.Chinese(), Token: token}))
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	finding := demoPages(b)[4]
	b.open(finding)
	b.do(chromedp.Focus(chromedp.CSS("input[name=token]")))
	b.press(token)
	b.press(kb.Enter)
	b.await(`document.querySelector("textarea[name=reason]")`)
	pages := append(demoPages(b), finding+"?problem=token", "/findings/none", "/findings?state=closed")
	latin := regexp.MustCompile(`[A-Za-z]{2,}`)
	for _, page := range pages {
		b.open(page)
		if lang := eval[string](b, "document.documentElement.lang"); lang != "zh-Hans" {
			t.Errorf("%s: its language is %q", page, lang)
		}
		said := eval[[]string](b, saidOnPage)
		if len(said) < 5 {
			t.Errorf("%s says only %q", page, said)
		}
		for _, text := range said {
			if latin.MatchString(fromTenants.ReplaceAllString(strings.TrimSpace(text), "")) {
				t.Errorf("%s: %q is not Chinese", page, text)
			}
		}
		if wide := eval[[]string](b, tooWide); len(wide) > 0 {
			t.Errorf("%s: a phone must scroll sideways for %q", page, wide)
		}
	}
}
