package sandbox

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// authorise asks in the order of facts §9. Every answer comes from the tenant's rows as they are now, so whoever changes
// a row changes what the next call may do.
func (c *call) authorise() *refusal {
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	checks := [...]func() *refusal{c.checkToken, c.checkRate, c.checkAPI, c.checkBlocked, c.checkApp, c.checkList, c.checkIP, c.checkUser}
	for _, check := range checks {
		if refused := check(); refused != nil {
			return refused
		}
	}
	return nil
}

// checkToken finds who calls. An enhanced token counts only in a header (facts §1.4).
func (c *call) checkToken() *refusal {
	value := cmp.Or(c.r.Header.Get("accesstoken"), c.r.Header.Get("access_token"))
	inURL := value == ""
	if inURL {
		value = c.r.URL.Query().Get("access_token")
	}
	k, valid := c.t.valid(value, c.now)
	if !valid || k.Kind != oldToken && (k.Kind != enhancedToken || inURL) {
		return refuse(codeUnauthorised, textUnauthorised)
	}
	c.app, c.user = c.t.tables["third_app"].rows[parseID(k.App)], c.t.tables["bos_user"].rows[parseID(k.User)]
	if c.user == nil || !usableUser(c.user) {
		return refuse(codeUnauthorised, textUnauthorised)
	}
	c.entry.User = cmp.Or(c.user.values["username"], c.user.values["number"])
	if c.app != nil {
		c.entry.App = c.app.values["number"]
	}
	return nil
}

// checkRate: 600 a minute for the account, and for the app its own number or 30 a second (facts §2.5).
func (c *call) checkRate() *refusal {
	own := c.t.settings.Limits
	perSecond := cmp.Or(own.PerSecond, 30)
	app := ""
	if c.app != nil {
		app = formatID(c.app.id)
		if n, err := strconv.Atoi(c.app.values["culimittac"]); err == nil && n > 0 {
			perSecond = n
		}
	}
	if !c.t.limits.allow("app "+app, perSecond, time.Second, c.now) ||
		!c.t.limits.allow("account", cmp.Or(own.PerMinute, 600), time.Minute, c.now) {
		return refuse(codeRate, textRateLimited)
	}
	return nil
}

// checkAPI: the API is published, and its row is there and enabled.
func (c *call) checkAPI() *refusal {
	if c.api = c.t.routes[c.path]; c.api != nil {
		c.service = c.t.tables["openapi_apilist"].first("number", c.api.row)
	} else {
		c.service = c.t.serviceAt(c.path)
	}
	if c.service == nil || c.service.values["enable"] != "1" || c.api != nil && c.api.generated && c.service.values["status"] != "C" {
		return refuse(codeNotFound, textNoAPI)
	}
	if !c.methodAllowed() {
		return refuse(codeMethod, textMethod)
	}
	return nil
}

// serviceAt finds a custom service by its address, written with /kapi or without. The row of an operation API is none:
// it answers only while the API is published, and that of the vendor's own only while the tenant serves it.
func (t *tenant) serviceAt(path string) *row {
	apis := t.tables["openapi_apilist"]
	service := cmp.Or(apis.first("urlformat", path), apis.first("urlformat", "/kapi"+path))
	vendor, own := t.vendor[path]
	if service != nil && service.values["operation"] != "" || own && !vendor.served {
		return nil
	}
	return service
}

// checkBlocked: the business application of the API is not forbidden as a whole (facts §2.4, §4.2).
func (c *call) checkBlocked() *refusal {
	if app := c.businessApp(); slices.Contains(c.t.settings.BlockedApps, app) {
		return refuse(codeForbidden, fmt.Sprintf(textAppBlocked, app))
	}
	return nil
}

// businessApp is the application an API runs in: its row's, else the one its address names (facts §2.1).
func (c *call) businessApp() string {
	if c.api != nil {
		return c.api.form.app
	}
	if app := c.service.values["appid"]; app != "" {
		return app
	}
	parts := strings.Split(c.path, "/")
	return parts[min(2, len(parts)-1)]
}

func (c *call) checkApp() *refusal {
	if c.app == nil || c.app.values["enable"] != "1" {
		return refuse(codeForbidden, textNeedsApp)
	}
	now := clock(c.now)
	if from := c.app.values["lastenabletime"]; from > now {
		return refuse(codeForbidden, textAppOutOfTime)
	}
	if to := c.app.values["laststoptime"]; to != "" && to <= now {
		return refuse(codeForbidden, textAppOutOfTime)
	}
	return nil
}

// checkList: the app's API list. From 8.0.1 on 授权全部API opens nothing any more, unless the tenant keeps it for the
// apps that had it; what the vendor does with those is not public (facts §8.7).
func (c *call) checkList() *refusal {
	honoured := !c.t.version.allowAllWithdrawn() || c.t.settings.KeepAllowAll
	if c.app.values["allowallapi"] == "1" && honoured {
		return nil
	}
	called := formatID(c.service.id)
	for _, line := range c.app.entries["t_open_3rdappsapis"] {
		if line["apiserviceid"] == called {
			return nil
		}
	}
	return refuse(codeForbidden, fmt.Sprintf(textAppNoAPI, c.app.values["number"]))
}

// checkIP: with 允许全部IP访问 off, only addresses in a white range and in no black one (facts §4.1, §7).
func (c *call) checkIP() *refusal {
	if c.app.values["allowip"] == "1" {
		return nil
	}
	from := c.remote()
	allowed := false
	for _, line := range c.app.entries["t_open_3rdapps_ips"] {
		if !within(from, line["startip"], line["endip"]) {
			continue
		}
		if line["policytype"] == "1" {
			allowed = false
			break
		}
		allowed = true
	}
	if !allowed {
		return refuse(codeForbidden, fmt.Sprintf(textIPRefused, from))
	}
	return nil
}

func (c *call) remote() netip.Addr {
	host, _, err := net.SplitHostPort(c.r.RemoteAddr)
	if err != nil {
		host = c.r.RemoteAddr
	}
	if forwarded := c.r.Header.Get("X-Forwarded-For"); c.t.settings.TrustForwarded && forwarded != "" {
		host, _, _ = strings.Cut(forwarded, ",")
	}
	address, _ := netip.ParseAddr(strings.TrimSpace(host))
	return address.Unmap().WithZone("")
}

// within tells whether an address lies in a range. A range without an end is one address; one that cannot be read, or
// mixes IPv4 and IPv6, is none.
func within(a netip.Addr, start, end string) bool {
	from, err := netip.ParseAddr(strings.TrimSpace(start))
	to, err2 := netip.ParseAddr(strings.TrimSpace(cmp.Or(end, start)))
	return err == nil && err2 == nil && from.BitLen() == to.BitLen() && from.Compare(a) <= 0 && a.Compare(to) <= 0
}

// checkUser: users authorised for the API lock out everybody else; none at all lets everybody in (facts §0.2).
func (c *call) checkUser() *refusal {
	authorised := c.t.tables["open_apiauthorize"]
	locked := false
	for _, id := range authorised.find([]string{"apinumber"}, []string{c.service.values["number"]}) {
		for _, line := range authorised.rows[id].entries["t_open_apiusers"] {
			if line["basedataid"] == formatID(c.user.id) {
				return nil
			}
			locked = true
		}
	}
	if locked {
		return refuse(codeForbidden, textUserRefused)
	}
	return nil
}

// usableUser: enabled, not forbidden, not locked.
func usableUser(user *row) bool {
	return user.values["enable"] == "1" && user.values["isforbidden"] != "1" && user.values["islocked"] != "1"
}
