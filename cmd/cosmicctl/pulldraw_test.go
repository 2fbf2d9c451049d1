package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/engine/cosmic/sandbox"
)

// tooLong is how many of the texts, the last ones, some field cannot hold.
const tooLong = 2

var (
	hostileTexts = []string{"", "x", "a: b", "# no", "x #y", "- x", "yes", "No", "~", "null", "0x1", "1e3", "007", "1", "1.0", ".5", "true", "'q'", `"q"`, `a\b`, "中文", "é\u202e",
		" lead", "trail ", "a\nb", "a\r\nb", "\tx", "[x]", "{x: y}", "&a", "*b", "!c", "%d", "@e", "`f", "?", "|", ">", "a,b", "2026-01-01", "12:30", "=", "<<", "...", "---",
		"http://a/ #b", "${x}", "{env: X}", "\u2028", "\u0085", "\ufeffx", "a\x7fb", "x: |",
		strings.Repeat("x", 150), strings.Repeat("长", 260)}
	hostileAddresses = []string{"https://erp.example.com/cb", "http://erp.example.com/cb?a={1},2", "https://a/#b", "ftp://no", "no address", "https://user@host/", "https://erp.example.com/a b"}
	hostileIPs       = [][2]string{{"10.0.0.0", "10.0.0.9"}, {"10.0.0.0", "10.255.255.255"}, {"10.1.1.1", ""}, {"2001:db8::", "2001:db8::ffff"}, {"no", "10.0.0.1"}, {"010.1.1.1", "010.1.1.1"}, {"10.0.0.9", "10.0.0.1"}}
	adoptUsers       = []string{"u", "U001", "007", "true", "1e3", "李四", "a b", "x#y", "~"}
	adoptAPIs        = []string{"sim_openApi", "sim_queryInvoice", "a:b", "0x1", "yes", "[x]", "中", "a/b"}
)

func pick[T any](a *adoption, from []T) T { return from[a.draw.IntN(len(from))] }

func (a *adoption) often(one int) bool { return a.draw.IntN(one) == 0 }

// kinds are those whose objects are on a live side.
func (a *adoption) kinds() engine.Catalog {
	return slices.DeleteFunc(slices.Clone(a.schema.Kinds), (*engine.Kind).Formless)
}

// tenant makes a tenant with some objects of every kind, and a manifest that reaches it.
func (a *adoption) tenant(t *testing.T, name string) {
	t.Helper()
	version := pick(a, []engine.Version{"5.0", "6.0.14", "8.0.1"})
	err := a.box.Ensure(sandbox.Tenant{Path: "/" + name, AccountID: "1", Version: string(version), AppID: "cosmicctl", AppSecret: appSecret,
		Enhanced: version.Compare(engine.EnhancedTokenSince) >= 0, User: "u", UserType: "UserName", Users: adoptUsers[1:], APIs: adoptAPIs,
		Limits: sandbox.Limits{PerMinute: -1, PerSecond: -1, TokensPerMinute: -1}})
	if err != nil {
		t.Fatal(err)
	}
	a.write(t, "m/"+name+".yaml", fmt.Sprintf("# 租户 %[1]s\napiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: %[1]s}\n\nenvironment: # how to reach it\n  baseURL: %[2]s/%[1]s\n  version: %[3]q\n"+
		"  accountId: \"1\"\n  auth: {appId: cosmicctl, appSecret: {env: ADOPT_SECRET}, user: u, userType: UserName}\n", name, a.url, version))
	for _, k := range a.kinds() {
		for range a.draw.IntN(4) {
			for tries := 0; tries < 6 && !a.enter(name, k, nil); tries++ { // the console refuses most of some kinds
			}
		}
	}
}

// enter has a person make an object of a kind at the console, or change one.
func (a *adoption) enter(tenant string, k *engine.Kind, row map[string]any) (entered bool) {
	if k.Section == "" {
		return false
	}
	body := map[string]any{"new": row == nil}
	if row == nil {
		row = map[string]any{}
		for _, f := range k.Fields {
			a.value(k, f, row)
		}
		for _, p := range k.Protected {
			if a.often(12) {
				for name, v := range p {
					row[name] = v
				}
			}
		}
	}
	if status := a.ask(http.MethodPut, "/tenants/"+url.PathEscape("/"+tenant)+"/forms/"+k.Form+"/rows", map[string]any{"rows": []any{row}, "new": body["new"]}); status != http.StatusOK {
		a.refused++
		return false
	}
	a.entered[k.Name]++
	return true
}

// value draws what a field may hold on the live side, right or not.
func (a *adoption) value(k *engine.Kind, f *engine.Field, row map[string]any) {
	isKey := slices.Contains(k.Key, f.Name)
	if f.Type == engine.TypeVirtual || f.Type == engine.TypeSecret || !isKey && a.often(4) {
		return
	}
	switch f.Type {
	case engine.TypeText:
		row[f.Property] = pick(a, a.texts())
		if f.Ref != "" {
			row[f.Property] = pick(a, append(adoptAPIs, "gone"))
		} else if isKey && !a.often(4) {
			row[f.Property] = fmt.Sprintf("%s%d", pick(a, []string{"ERP", "3std1", "a-b", "键", "x:", "yes", "0x"}), a.draw.IntN(99))
		}
	case engine.TypeFlag:
		row[f.Property] = pick(a, []string{"0", "1"})
	case engine.TypeInt:
		row[f.Property] = pick(a, a.numbers())
	case engine.TypeEnum:
		codes := []string{"7"}
		if a.tame {
			codes = nil
		}
		for _, code := range f.Enum {
			codes = append(codes, code, code)
		}
		slices.Sort(codes)
		row[f.Property] = pick(a, codes)
	case engine.TypeRefs:
		names := adoptUsers
		if strings.HasPrefix(f.Ref, "Api") {
			names = adoptAPIs
		}
		links := []any{}
		for range a.draw.IntN(4) {
			links = append(links, map[string]any{f.Columns["column"] + "_number": pick(a, names)})
		}
		row[f.Property] = links
	case engine.TypeList:
		for _, p := range append([]string{f.Property}, f.More...) {
			if !a.often(3) {
				row[p] = pick(a, a.addresses())
			}
		}
	case engine.TypeRanges:
		rules := []any{}
		for range a.draw.IntN(4) {
			from := pick(a, a.ips())
			rules = append(rules, map[string]any{f.Columns["policy"]: pick(a, []string{f.Columns["allow"], f.Columns["deny"]}),
				f.Columns["start"]: from[0], f.Columns["end"]: from[1]})
		}
		row[f.Property] = rules
	}
}

func (a *adoption) texts() []string {
	if a.tame {
		return hostileTexts[1 : len(hostileTexts)-tooLong]
	}
	return hostileTexts[1:]
}

func (a *adoption) addresses() []string {
	if a.tame {
		return hostileAddresses[:3]
	}
	return hostileAddresses
}

func (a *adoption) ips() [][2]string {
	if a.tame {
		return hostileIPs[:4]
	}
	return hostileIPs
}

func (a *adoption) numbers() []int {
	if a.tame {
		return []int{0, 1, 10, 100_000}
	}
	return []int{0, 1, 10, 100_000, 100_001, -1}
}

func (a *adoption) ask(method, path string, body any) int {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w := httptest.NewRecorder()
	a.admin.ServeHTTP(w, httptest.NewRequest(method, path, bytes.NewReader(data)))
	return w.Code
}

// move has a person change or delete some objects of a kind, if they are alone with
// their key and not preset.
func (a *adoption) move(t *testing.T, tenant string, k *engine.Kind) (moved int) {
	t.Helper()
	if k.Section == "" {
		return 0
	}
	base := "/tenants/" + url.PathEscape("/"+tenant) + "/forms/" + k.Form + "/rows"
	w := httptest.NewRecorder()
	a.admin.ServeHTTP(w, httptest.NewRequest(http.MethodGet, base, nil))
	var list struct{ Rows []map[string]any }
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	a.tame = true
	defer func() { a.tame = false }()
	for _, row := range list.Rows {
		if !a.often(3) || row["number"] == "cosmicctl" {
			continue
		}
		id := fmt.Sprint(row["id"])
		if a.often(4) {
			a.ask(http.MethodDelete, base+"?id="+id, nil)
			moved++
			continue
		}
		change := map[string]any{"id": row["id"]}
		for _, f := range k.Fields {
			if !slices.Contains(k.Key, f.Name) && a.often(3) {
				a.value(k, f, change)
			}
		}
		a.enter(tenant, k, change)
		moved++
	}
	return moved
}
