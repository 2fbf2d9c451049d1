package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Proxy is what stands between the callers and a tenant.
type Proxy struct {
	DropsUnderscores bool     `json:"dropsUnderscores,omitempty"` // nginx without underscores_in_headers on (facts §1.4)
	Drops            []string `json:"drops,omitempty"`            // further headers that do not get through
	Pages            []Page   `json:"pages,omitempty"`            // what is answered by a page instead
	Repeats          []string `json:"repeats,omitempty"`          // beginnings of paths whose calls arrive twice
}

// Page answers every call whose path below the context begins with Path.
type Page struct {
	Path string `json:"path"`
	Page string `json:"page"` // login, 403, 404 or 502
}

// pages by name: the login page of a single sign-on comes with HTTP 200.
func pages() map[string]answer {
	login := htmlAnswer(http.StatusOK)
	login.body = []byte("<!DOCTYPE html>\r\n<html>\r\n<head><title>Login</title></head>\r\n<body>\r\n<form method=\"post\">" +
		"<input name=\"username\"><input name=\"password\" type=\"password\"></form>\r\n</body>\r\n</html>\r\n")
	return map[string]answer{
		"login": login,
		"403":   htmlAnswer(http.StatusForbidden),
		"404":   htmlAnswer(http.StatusNotFound),
		"502":   htmlAnswer(http.StatusBadGateway),
	}
}

func (p *Proxy) check() error {
	known := pages()
	for i, page := range p.Pages {
		if _, is := known[page.Page]; !is {
			return fmt.Errorf("proxy.pages[%d]: page %q is none of %v", i, page.Page, sortedKeys(known))
		}
		if !strings.HasPrefix(page.Path, "/") {
			return fmt.Errorf("proxy.pages[%d]: path %q does not begin with /", i, page.Path)
		}
	}
	if slices.ContainsFunc(p.Repeats, func(path string) bool { return !strings.HasPrefix(path, "/") }) {
		return fmt.Errorf("proxy.repeats: a path begins with /")
	}
	if slices.Contains(p.Drops, "") {
		return fmt.Errorf("proxy.drops: a header has a name")
	}
	return nil
}

// pass lets a call through without the headers the proxy drops, or answers it. Below is its path below the context.
func (p *Proxy) pass(r *http.Request, below string) *answer {
	for _, page := range p.Pages {
		if strings.HasPrefix(below, page.Path) {
			a := pages()[page.Page]
			return &a
		}
	}
	for name := range r.Header {
		if p.DropsUnderscores && strings.Contains(name, "_") || slices.ContainsFunc(p.Drops, func(drop string) bool { return strings.EqualFold(drop, name) }) {
			delete(r.Header, name)
		}
	}
	return nil
}

// repeated tells whether the call arrives twice, as from a proxy that was too impatient. The caller hears what comes of the
// second.
func (c *call) repeated() bool {
	below := c.r.URL.Path[len(c.t.path):]
	return slices.ContainsFunc(c.t.settingsNow().Proxy.Repeats, func(path string) bool { return strings.HasPrefix(below, path) })
}

// caller is the app whose token a call brings, whatever that is worth.
func (c *call) caller() string {
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	k, _ := c.t.valid(cmp.Or(c.r.Header.Get("accesstoken"), c.r.Header.Get("access_token")), c.now)
	if app := c.t.tables["third_app"].rows[parseID(k.App)]; app != nil {
		return app.values["number"]
	}
	return ""
}

// gatewayIdentity is the public cloud's own gateway: a business call without the identity it expects ends there (facts §1.4, §10).
// What it says is inferred, and that it speaks before anybody looks at the token.
func (c *call) gatewayIdentity() *answer {
	set := c.t.settingsNow()
	want := cmp.Or(set.AcgwOfApps[c.caller()], set.AcgwIdentity)
	if want == "" || !c.kapi || strings.HasPrefix(c.path, "/oauth2/") || c.r.Header.Get("x-acgw-identity") == want {
		return nil
	}
	a := htmlAnswer(http.StatusForbidden)
	return &a
}

// stopped is what a call hears from whatever stands before the tenant, or nil.
func (c *call) stopped() *answer {
	set := c.t.settingsNow()
	below := c.r.URL.Path[len(c.t.path):]
	if a := set.Proxy.pass(c.r, below); a != nil {
		return a
	}
	return c.gatewayIdentity()
}
