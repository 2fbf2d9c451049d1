package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What drawn tenants are made of. The last app, API and user are there, and
// nothing that is drawn names them.
var (
	drawnApps  = []string{"A", "B", "C", "D", "E"}
	drawnAPIs  = []string{"a1", "a2", "a3", "a4", "a5"}
	drawnUsers = []string{"u1", "u2", "u3", "u4"}
	// ranges are written as a manifest has them, or as start and end.
	drawnRanges = []string{"10.0.0.0/29", "10.0.0.4/30", "10.0.0.2 10.0.0.5", "10.0.0.6 10.0.0.6", "0.0.0.0/0", "10.0.0.7 10.0.1.0",
		"2001:db8::/126", "2001:db8::2 2001:db8::9", "::/0"}
	drawnAddresses = []string{"0.0.0.0", "9.255.255.255", "10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5",
		"10.0.0.6", "10.0.0.7", "10.0.0.8", "10.0.1.0", "10.0.1.1", "203.0.113.9", "255.255.255.255",
		"::", "2001:db7::1", "2001:db8::", "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8::9", "2001:db8::a"}
	drawnCallbacks = []string{"https://a.example/cb", "https://b.example/cb", "http://c.example/cb"}
	drawnSystems   = []string{"S1", "S2", "S3", "S4"}
)

const drawnSecret = "Drawn-secret.001"

// drawer draws a live tenant and the manifest that changes it.
type drawer struct {
	*rand.Rand
	version string
}

func (d drawer) chance(percent int) bool { return d.IntN(100) < percent }

func (d drawer) flag(percent int) string {
	if d.chance(percent) {
		return "1"
	}
	return "0"
}

func (d drawer) some(from []string, percent int) []string {
	return slices.DeleteFunc(slices.Clone(from), func(string) bool { return !d.chance(percent) })
}

// seed is a live tenant. The app cosmicctl may call everything from everywhere,
// so that it tries the users alone.
func (d drawer) seed(t *testing.T) []byte {
	t.Helper()
	apis := []any{}
	for _, a := range drawnAPIs {
		apis = append(apis, map[string]any{"number": a, "urlformat": "/app/drawn/" + a, "version": "1"})
	}
	own := append([]string{"openapi_apilist_query", "bos_user_query", "third_app_enable", "third_app_disable"}, drawnAPIs...)
	for _, form := range []string{"third_app", "open_apiauthorize", "invsm_app_access_config"} {
		own = append(own, form+"_query", form+"_save", form+"_delete")
	}
	apps := []any{liveApp("cosmicctl", map[string]any{"allowallapi": "0", "t_open_3rdappsapis": own, "allowip": "1"})}
	for _, code := range drawnApps {
		if d.chance(80) {
			apps = append(apps, liveApp(code, map[string]any{"enable": d.flag(75),
				"allowallapi": d.flag(30), "t_open_3rdappsapis": d.some(drawnAPIs[:4], 50),
				"allowip": d.flag(30), "t_open_3rdapps_ips": d.liveRanges()}))
		}
	}
	seed, err := json.Marshal(map[string]any{"formatVersion": 1, "tenants": map[string]any{"/ierp": map[string]any{
		"accountId": "1355633519610561531", "version": d.version, "overrideEntry": true, "trustForwarded": true,
		"limits": map[string]int{"perMinute": -1, "perSecond": -1, "tokensPerMinute": -1},
		"users":  append([]string{"ops"}, drawnUsers...), "apis": apis,
		"rows": map[string]any{"third_app": apps, "open_apiauthorize": d.liveUsers(), "invsm_app_access_config": d.liveSystems()},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

func liveApp(code string, more map[string]any) map[string]any {
	row := map[string]any{"number": code, "name": code, "syspwd": drawnSecret, "enable": "1", "isenhancetoken": "1"}
	for name, v := range more {
		row[name] = v
	}
	return row
}

// liveRanges may hold what a person at the console typed and nobody can read.
func (d drawer) liveRanges() []any {
	rows := []any{}
	for _, r := range d.some(drawnRanges, 35) {
		start, end := endsOf(r)
		rows = append(rows, map[string]any{"policytype": d.flag(30), "startip": start, "endip": end})
	}
	if d.chance(20) {
		rows = append(rows, map[string]any{"policytype": d.flag(30), "startip": "10.0.0.0/8"}, map[string]any{"policytype": "0", "startip": "10.0.0.3", "endip": ""})
	}
	return rows
}

// endsOf are the ends of a drawn range, by hand for the few that are CIDRs.
func endsOf(r string) (start, end string) {
	switch r {
	case "10.0.0.0/29":
		return "10.0.0.0", "10.0.0.7"
	case "10.0.0.4/30":
		return "10.0.0.4", "10.0.0.7"
	case "0.0.0.0/0":
		return "0.0.0.0", "255.255.255.255"
	case "2001:db8::/126":
		return "2001:db8::", "2001:db8::3"
	case "::/0":
		return "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
	}
	start, end, _ = strings.Cut(r, " ")
	return start, end
}

// liveUsers may hold two records of one API; no manifest names that one.
func (d drawer) liveUsers() []any {
	rows := []any{}
	for _, api := range append(d.some(drawnAPIs[:3], 60), "a4", "a4") {
		rows = append(rows, map[string]any{"apinumber": api, "t_open_apiusers": d.some(drawnUsers[:3], 40)})
	}
	for i, row := range rows {
		row.(map[string]any)["id"] = fmt.Sprint(9000 + i)
	}
	return rows
}

func (d drawer) liveSystems() []any {
	rows := []any{}
	for _, code := range d.some(drawnSystems, 75) {
		row := map[string]any{"code": code, "name": code, "isvalid": d.flag(70), "encryptiontype": d.flag(50)}
		for i, url := range d.some(drawnCallbacks, 50) {
			row[[]string{"callbackurl", "callbackurltwo", "callbackurlthr"}[i]] = url
		}
		rows = append(rows, row)
	}
	return rows
}

// manifest writes what is wanted of the tenant at an address.
func (d drawer) manifest(t *testing.T, address string) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, `apiVersion: cosmicctl/v1
kind: Tenant
metadata: {name: drawn}
environment:
  baseURL: %s/ierp
  version: %q
  accountId: "1355633519610561531"
  auth: {appId: cosmicctl, appSecret: {env: DRAWN_SECRET}, user: ops, userType: UserName}
`, address, d.version)
	section := func(name string, names []string, entry func(string) string) {
		entries := ""
		for _, n := range d.some(names, 75) {
			entries += "  - " + entry(n) + "\n"
		}
		if entries != "" {
			fmt.Fprintf(&b, "%s:\n%s", name, entries)
		}
	}
	section("thirdPartyApps", drawnApps[:4], d.app)
	section("apiAuthorizations", drawnAPIs[:3], func(api string) string {
		if users := d.some(drawnUsers[:3], 40); len(users) > 0 {
			return fmt.Sprintf("{api: %s, users: [%s]}", api, strings.Join(users, ", "))
		}
		return fmt.Sprintf("{api: %s, unrestricted: true}", api)
	})
	section("businessSystems", drawnSystems[:3], d.system)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "drawn.yaml"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (d drawer) app(code string) string {
	if d.chance(20) {
		return fmt.Sprintf("{code: %s, state: absent}", code)
	}
	out := fmt.Sprintf("{code: %s, secret: {env: DRAWN_SECRET}", code)
	if d.chance(70) {
		out += fmt.Sprintf(", enabled: %t", d.chance(75))
	}
	if d.version != "8.0.1" && d.chance(30) {
		out += ", allowAllAPIs: true"
	} else {
		out += fmt.Sprintf(", apis: [%s]", strings.Join(d.some(drawnAPIs[:4], 50), ", "))
	}
	var rules []string
	for _, r := range d.some(drawnRanges, 35) {
		policy := map[string]string{"0": "allow", "1": "deny"}[d.flag(30)]
		if start, end, pair := strings.Cut(r, " "); pair {
			rules = append(rules, fmt.Sprintf("{policy: %s, start: %q, end: %q}", policy, start, end))
		} else {
			rules = append(rules, fmt.Sprintf("{policy: %s, cidr: %q}", policy, r))
		}
	}
	if len(rules) == 0 || d.chance(20) {
		return out + ", allowAllIPs: true}"
	}
	return out + fmt.Sprintf(", ipRules: [%s]}", strings.Join(rules, ", "))
}

func (d drawer) system(code string) string {
	if d.chance(20) {
		return fmt.Sprintf("{code: %s, state: absent}", code)
	}
	out := fmt.Sprintf("{code: %s, name: %s", code, code)
	if d.chance(70) {
		out += fmt.Sprintf(", callbacks: [%s]", strings.Join(d.some(drawnCallbacks, 50), ", "))
	}
	if d.chance(40) {
		out += ", encryption: aes, aesKey: {env: DRAWN_SECRET}"
	} else if d.chance(60) {
		out += ", encryption: base64"
	}
	if d.chance(50) {
		out += fmt.Sprintf(", enabled: %t", d.chance(60))
	}
	return out + "}"
}
