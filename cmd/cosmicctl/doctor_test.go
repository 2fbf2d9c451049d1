package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"
	"cosmicctl/schema"
)

const doctorSecret = "Doctor-Secret.1234"

// patient is a tenant that a doctor looks at. Members of seed take the place of those
// of a healthy one, and of its app; manifest replaces texts of the healthy manifest.
type patient struct {
	trap     engine.Code
	reason   string
	seed     map[string]any
	app      map[string]any
	rows     map[string]any
	manifest []string
	faults   []string // posted to the admin endpoint
	paged    bool     // rows come one a page
	wrong    int      // wrong secrets that somebody sent before
}

type object = map[string]any

// patients are a state of a sandbox for each trap that one can be in.
func patients() []patient {
	old := []string{`version: "6.0.14"`, `version: "5.0"`}
	login := []string{"userType: UserName", "userType: UserName, flow: login"}
	return []patient{
		{trap: "", reason: "a healthy tenant"},
		{trap: cosmic.TrapHost, manifest: []string{"ADDRESS/ierp", "http://127.0.0.1:1/ierp"}},
		{trap: cosmic.TrapContext, manifest: []string{"ADDRESS/ierp", "ADDRESS/other"}},
		{trap: cosmic.TrapPage, seed: object{"proxy": object{"pages": []object{{"path": "/", "page": "login"}}}}},
		{trap: cosmic.TrapServer, faults: []string{`{"kind":"500","op":"query"}`}},
		{trap: cosmic.TrapRate, seed: object{"limits": object{"perMinute": 1, "perSecond": -1}}},
		{trap: cosmic.TrapDataCentre, manifest: []string{`accountId: "1355633519610561531"`, `accountId: "99999999999"`}},
		{trap: cosmic.TrapUnlisted, seed: object{"proxy": object{"pages": []object{{"path": "/auth/getAllDatacenters.do", "page": "403"}}}}},
		{trap: cosmic.TrapClock, seed: object{"clockSeconds": 3600}},
		{trap: cosmic.TrapFlow, app: object{"isenhancetoken": "0"}, manifest: login},
		{trap: cosmic.TrapNoEnhanced, seed: object{"version": "5.0"}, app: object{"isenhancetoken": "0"}},
		{trap: cosmic.TrapVersion, app: object{"isenhancetoken": "0"}, manifest: old},
		{trap: cosmic.TrapSecret, app: object{"syspwd": "Another-Secret.99"}},
		{trap: cosmic.TrapSecretName, seed: object{"version": "5.0"}, app: object{"isenhancetoken": "0", "syspwd": "Another-Secret.99"}, manifest: old},
		{trap: cosmic.TrapSecretName, reason: "the other spelling", seed: object{"version": "5.0", "secretName": "appSecret"}, app: object{"isenhancetoken": "0"}, manifest: old},
		{trap: "", reason: "the right spelling", seed: object{"version": "5.0", "secretName": "appSecret"}, app: object{"isenhancetoken": "0"},
			manifest: append([]string{"userType: UserName", "userType: UserName, secretName: appSecret"}, old...)},
		{trap: cosmic.TrapLocked, wrong: 5},
		{trap: cosmic.TrapApp, app: object{"enable": "0"}},
		{trap: cosmic.TrapNonce, seed: object{"proxy": object{"repeats": []string{"/kapi/oauth2/getToken"}}}},
		{trap: cosmic.TrapAgentUser, app: object{"isagencyuser": "1", "t_open_3rdapps_agency": []string{"li"}}},
		{trap: cosmic.TrapUser, manifest: []string{"user: ops", "user: nobody"}},
		{trap: cosmic.TrapUserType, seed: object{"version": "5.0"}, app: object{"isenhancetoken": "0"}, manifest: append([]string{"user: ops", "user: nobody"}, old...)},
		{trap: cosmic.TrapEnhanced, manifest: login},
		{trap: cosmic.TrapToken, reason: "the old flow has no way to ask", seed: object{"version": "5.0", "proxy": object{"drops": []string{"accesstoken"}}}, app: object{"isenhancetoken": "0"}, manifest: old},
		{trap: cosmic.TrapTokenDropped, seed: object{"proxy": object{"drops": []string{"accesstoken"}}}},
		{trap: cosmic.TrapUnderscore, seed: object{"proxy": object{"dropsUnderscores": true}}},
		{trap: cosmic.TrapUnpublished, seed: object{"published": object{"third_app": object{"query": object{"unpublished": true}}}}},
		{trap: cosmic.TrapNotListed, app: object{"allowallapi": "0", "t_open_3rdappsapis": []string{"invsm_app_access_config_query"}}},
		{trap: cosmic.TrapAddress, app: object{"allowip": "0", "t_open_3rdapps_ips": []object{{"policytype": 0, "startip": "10.0.0.1", "endip": "10.0.0.1"}}}},
		{trap: cosmic.TrapUserList, rows: object{"open_apiauthorize": []object{{"apinumber": "third_app_query", "t_open_apiusers": []string{"li"}}}}},
		{trap: cosmic.TrapBlocked, seed: object{"blockedApps": []string{"open"}}},
		{trap: cosmic.TrapAppTime, app: object{"laststoptime": "2020-01-01 00:00:00"}},
		{trap: cosmic.TrapIdentity, seed: object{"acgwIdentity": "djF8YWI="}},
		{trap: engine.TrapIncomplete, faults: []string{`{"kind":"shift","form":"third_app","by":1}`}, paged: true},
		{trap: engine.TrapFormless, manifest: []string{"businessSystems:", "invoiceCloudAuthorizations:\n  - {url: https://api.piaozone.com, issuedFor: production, clientId: E1}\nbusinessSystems:"}},
		{trap: engine.TrapHiddenRows, faults: []string{`{"kind":"hide","form":"third_app","keys":["cosmicctl"]}`}},
		{trap: engine.TrapProperty, seed: object{"published": object{"third_app": object{"query": object{"shown": []string{"number", "allowallapi", "allowip", "t_open_3rdappsapis"}}}}}, manifest: []string{"rateLimit: 5", "enabled: true"}},
		{trap: engine.TrapDoubled, rows: object{"invsm_app_access_config": []object{{"code": "ERP01"}, {"code": "ERP01"}}}},
		{trap: engine.TrapReference, manifest: []string{"apis: [sim_openApi]", "apis: [nothing_there]"}},
		{trap: engine.TrapRecycled, seed: object{"version": "8.0.11", "keepAllowAll": true}, manifest: []string{"apis: [sim_openApi]", "apis: [nothing_there]", `version: "6.0.14"`, `version: "8.0.11"`}},
		{trap: engine.TrapEditDisabled, seed: object{"version": "5.0.010"}, app: object{"isenhancetoken": "0"}, manifest: []string{`version: "6.0.14"`, `version: "5.0.010"`}},
		{trap: "trap-allow-all-apis", seed: object{"version": "8.0.1", "keepAllowAll": true}, manifest: []string{`version: "6.0.14"`, `version: "8.0.1"`}},
		{trap: "trap-token-in-url", rows: object{"third_app": []object{{"number": "OLD", "isenhancetoken": "0"}}}},
		{trap: "trap-app-disabled", rows: object{"third_app": []object{{"number": "OLD", "enable": "0"}}}},
		{trap: "trap-callback-per-bill", rows: object{"invsm_app_access_config": []object{{"code": "3std1ERP"}}}},
		{trap: "trap-system-disabled", rows: object{"invsm_app_access_config": []object{{"code": "ERP01", "isvalid": "0"}}}},
	}
}

// untried are the traps that no state of a sandbox shows, and why.
var untried = map[engine.Code]string{
	cosmic.TrapCertificate:   "TestCertificates of the client",
	cosmic.TrapTimeout:       "it would have to wait",
	cosmic.TrapRedirect:      "TestExplore of the client",
	cosmic.TrapUndated:       "Go's servers always say what time it is",
	cosmic.TrapLogin:         "what nobody knows; TestTraps of the client",
	cosmic.TrapForbidden:     "the sandbox always says why; TestTraps of the client",
	cosmic.TrapPermission:    "the sandbox hides rows without a word; TestTraps of the client",
	engine.TrapUnreadable:    "an environment that is refused, in the script",
	engine.TrapEntriesMerged: "in the script, after an apply",
	engine.TrapWriteDropped:  "in the script, after an apply",
}

const doctorManifest = `apiVersion: cosmicctl/v1
kind: Tenant
metadata: {name: patient}
environment:
  baseURL: ADDRESS/ierp
  version: "6.0.14"
  accountId: "1355633519610561531"
  auth: {appId: cosmicctl, appSecret: {env: DOCTOR_SECRET}, user: ops, userType: UserName}
thirdPartyApps:
  - {code: ERP01, secret: {env: DOCTOR_SECRET}, apis: [sim_openApi], allowAllIPs: true, rateLimit: 5}
businessSystems:
  - {code: ERP01}
`

// admitted serves the tenant of a patient, and writes its manifest.
func (p *patient) admitted(t *testing.T) string {
	t.Helper()
	app := object{"number": "cosmicctl", "syspwd": doctorSecret, "enable": "1", "isenhancetoken": "1", "allowallapi": "1", "allowip": "1"}
	maps.Copy(app, p.app)
	apps := []object{app, {"number": "ERP01", "syspwd": doctorSecret, "isenhancetoken": "1", "allowallapi": "0"}}
	rows := object{"third_app": apps, "invsm_app_access_config": []object{{"code": "ERP01", "isvalid": "1"}}}
	for form, more := range p.rows {
		if form == "third_app" {
			more = append(apps, more.([]object)...)
		}
		rows[form] = more
	}
	tenant := object{"accountId": "1355633519610561531", "accountName": "演示", "version": "6.0.14", "overrideEntry": true,
		"limits": object{"perMinute": -1, "perSecond": -1, "tokensPerMinute": -1}, "users": []string{"ops", "li"}, "apis": []string{"sim_openApi"}, "rows": rows}
	maps.Copy(tenant, p.seed)
	seed, err := json.Marshal(object{"formatVersion": 1, "tenants": object{"/ierp": tenant}})
	if err != nil {
		t.Fatal(err)
	}
	live, box, _ := serveSandbox(t, "")
	if err := box.Seed(seed); err != nil {
		t.Fatal(err)
	}
	for _, f := range p.faults {
		live.ask(t, "POST", "/faults", f)
	}
	text := strings.NewReplacer(p.manifest...).Replace(doctorManifest)
	file := filepath.Join(t.TempDir(), "patient.yaml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "ADDRESS", live.url)), 0o600); err != nil {
		t.Fatal(err)
	}
	for range p.wrong {
		t.Setenv("DOCTOR_SECRET", "Not-The-Secret.1")
		examined(t, file, false)
	}
	t.Setenv("DOCTOR_SECRET", doctorSecret)
	return file
}

type finding struct {
	Check, Result, Evidence, Way string
	Finding                      struct{ Code, Message string }
}

// examined are the findings of a doctor.
func examined(t *testing.T, file string, paged bool) []finding {
	t.Helper()
	var out, errs bytes.Buffer
	kinds, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	a := &app{in: strings.NewReader(""), out: &out, err: &errs, words: report.English(), schema: kinds, client: unhurried()}
	if paged {
		a.client.PageSize = 1
	}
	a.run(t.Context(), []string{"doctor", "-o", "json", "--rate-second=-1", "--rate-minute=-1", file})
	var doc struct{ Tenants []struct{ Checks []finding } }
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil || len(doc.Tenants) != 1 {
		t.Fatalf("%v\n%s%s", err, &out, &errs)
	}
	return doc.Tenants[0].Checks
}

// Each trap has a state of the sandbox in which the doctor finds it and says the way
// out; a healthy tenant has none.
func TestDoctorFindsTheTrap(t *testing.T) {
	t.Setenv("COSMICCTL_ALLOW_HOST", "127.0.0.1")
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	for _, p := range patients() {
		t.Run(string(p.trap), func(t *testing.T) {
			checks := examined(t, p.admitted(t), p.paged)
			at := slices.IndexFunc(checks, func(c finding) bool { return c.Finding.Code == string(p.trap) && c.Result != "pass" })
			switch {
			case p.trap == "" && slices.ContainsFunc(checks, func(c finding) bool { return c.Result != "pass" }), p.trap != "" && at < 0:
				t.Errorf("%s: found %+v", p.reason, checks)
			case p.trap != "" && (checks[at].Finding.Message == "" || checks[at].Way == "" || strings.Contains(checks[at].Finding.Message+checks[at].Way, "{")):
				t.Errorf("%+v", checks[at])
			}
		})
	}
}

// Every trap is tried on a sandbox or says why not, and the guide lists it.
func TestTrapsAreComplete(t *testing.T) {
	tried := map[engine.Code]bool{}
	for _, p := range patients() {
		tried[p.trap] = true
	}
	kinds, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	traps := append(cosmic.Traps(), engine.ObservedTraps()...)
	for _, k := range kinds.Kinds {
		for i := range k.Traps {
			traps = append(traps, k.Traps[i].Code)
		}
	}
	guide, err := os.ReadFile("help/traps.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^- `(trap-[a-z0-9-]+)`").FindAllStringSubmatch(string(guide), -1) {
		listed[m[1]] = true
	}
	if len(traps) < 40 {
		t.Fatalf("only %d traps", len(traps))
	}
	for _, trap := range traps {
		if tried[trap] == (untried[trap] != "") {
			t.Error(fmt.Sprint(trap, " is tried on no sandbox, or both tried and excused"))
		}
		if !listed[string(trap)] {
			t.Errorf("help/traps.md does not list %s", trap)
		}
		delete(listed, string(trap))
	}
	for trap := range listed {
		t.Errorf("help/traps.md lists %s, which there is not", trap)
	}
}

// What another command shows is listed too: what the gateway says of a code and a key,
// and the mistakes about a kind that nobody can read.
func TestTrapsOfOtherCommandsAreListed(t *testing.T) {
	kinds, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("help/traps.md")
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{}
	for _, code := range []engine.Code{cosmic.SystemUnknown, cosmic.DataNotRead, cosmic.DataOtherKey} {
		wanted[string(code)] = true
	}
	known := maps.Clone(wanted)
	for _, code := range cosmic.GatewayCodes() {
		known[string(code)] = true
	}
	for _, topic := range kinds.Topics() {
		for _, r := range topic.Rules {
			if topic.Kind != nil && topic.Kind.Formless() && r.Severity == engine.Error {
				wanted[string(r.Code)], known[string(r.Code)] = true, true
			}
		}
	}
	if len(wanted) < 6 {
		t.Fatalf("only %v", wanted)
	}
	for _, m := range regexp.MustCompile("(?m)^- `([a-z0-9-]+)`").FindAllStringSubmatch(string(guide), -1) {
		if code := m[1]; !strings.HasPrefix(code, "trap-") && !known[code] {
			t.Errorf("help/traps.md lists %s, which there is not", code)
		}
		delete(wanted, m[1])
	}
	for code := range wanted {
		t.Errorf("help/traps.md does not list %s", code)
	}
}
