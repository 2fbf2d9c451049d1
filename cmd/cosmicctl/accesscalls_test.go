package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	randv2 "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic/sandbox"
	"cosmicctl/schema"
)

// Each row of the tables of a drawn plan is tried on a sandbox, by calls over HTTP
// before and after the apply, and so is every point beside them: what the table
// says is gained is what was refused and now is let through, and the other way
// round.
//
// A table is a gate, so a call counts by the gate that refuses it. For the table
// of apps that is any refusal of the token, the app, its list of APIs or the
// address; for the table of users the app cosmicctl calls, which passes those. The
// sandbox sends no callbacks, so of the third table only this is tried: that the
// rows which the sandbox holds before and after, read past the API, say to send
// exactly the data there that the table tells.
func TestAccessTablesOnTheSandbox(t *testing.T) {
	t.Setenv("DRAWN_SECRET", drawnSecret)
	tried := map[string]int{}
	for seed := range uint64(8) {
		version := []string{"6.0.14", "8.0.1"}[seed%2]
		t.Run(fmt.Sprintf("%d on %s", seed, version), func(t *testing.T) {
			l := newLiveSide(t, drawer{randv2.New(randv2.NewPCG(seed, 7)), version})
			plan := l.plan(t)
			points := slices.Concat(appPoints(plan.Access), userPoints())
			before, sent := l.answers(t, points), l.sent(t)
			l.apply(t)
			after, sends := l.answers(t, points), l.sent(t)
			for i, p := range points {
				agree(t, plan.Access, p, before[i], after[i])
			}
			agreeOnData(t, plan.Access, sent, sends)
			for _, r := range plan.Access {
				if r.Kind != "BusinessSystem" && !slices.ContainsFunc(points, func(p callPoint) bool { return p.in(r) }) {
					t.Errorf("nothing tries the row %+v", r)
				}
				tried[fmt.Sprint(r.Kind, r.Gained)]++
			}
		})
	}
	for _, kind := range []string{"ThirdPartyApp", "ApiAuthorization", "BusinessSystem"} {
		if tried[kind+"true"] < 5 || tried[kind+"false"] < 5 {
			t.Errorf("too few rows of %s were tried: %v", kind, tried)
		}
	}
}

// callPoint is a call that may be let through: of an app from an address, or of a
// user.
type callPoint struct{ kind, app, user, api, address string }

func (p callPoint) in(r engine.AccessRow) bool {
	if r.Kind != p.kind {
		return false
	}
	if p.kind == "ApiAuthorization" {
		return named(r.Cells[0], p.api) && named(r.Cells[1], p.user)
	}
	return named(r.Cells[0], p.app) && named(r.Cells[1], p.api) && addressed(r.Cells[2], p.address)
}

func named(s engine.Scope, item string) bool { return s.All != slices.Contains(s.Items, item) }

func addressed(s engine.Scope, address string) bool {
	a := netip.MustParseAddr(address)
	return s.All != slices.ContainsFunc(s.Items, func(item string) bool {
		from, to := itemEnds(item)
		return from.BitLen() == a.BitLen() && from.Compare(a) <= 0 && a.Compare(to) <= 0
	})
}

// itemEnds reads an address, a CIDR or a range of a cell.
func itemEnds(item string) (from, to netip.Addr) {
	if p, err := netip.ParsePrefix(item); err == nil {
		b := p.Addr().AsSlice()
		for i := p.Bits(); i < len(b)*8; i++ {
			b[i/8] |= 0x80 >> (i % 8)
		}
		last, _ := netip.AddrFromSlice(b)
		return p.Addr(), last
	}
	start, end, pair := strings.Cut(item, "–")
	if !pair {
		end = start
	}
	return netip.MustParseAddr(start), netip.MustParseAddr(end)
}

// appPoints are all apps by all APIs from all addresses that a rule or a row could
// tell apart, also one that nothing names.
func appPoints(rows []engine.AccessRow) []callPoint {
	addresses := slices.Clone(drawnAddresses)
	for _, r := range rows {
		if r.Kind != "ThirdPartyApp" {
			continue
		}
		for _, item := range r.Cells[2].Items {
			from, to := itemEnds(item)
			for _, a := range []netip.Addr{from.Prev(), from, to, to.Next()} {
				if a.IsValid() {
					addresses = append(addresses, a.String())
				}
			}
		}
	}
	slices.Sort(addresses)
	addresses = slices.Compact(addresses)
	var out []callPoint
	for _, app := range drawnApps {
		for _, api := range drawnAPIs {
			for _, address := range addresses {
				out = append(out, callPoint{"ThirdPartyApp", app, "u1", api, address})
			}
		}
	}
	return out
}

func userPoints() []callPoint {
	var out []callPoint
	for _, api := range drawnAPIs {
		for _, user := range drawnUsers {
			out = append(out, callPoint{"ApiAuthorization", "cosmicctl", user, api, "127.0.0.1"})
		}
	}
	return out
}

// agree compares what the table says of a call with the two answers.
func agree(t *testing.T, rows []engine.AccessRow, p callPoint, before, after bool) {
	t.Helper()
	said := map[bool]int{}
	for _, r := range rows {
		if p.in(r) {
			said[r.Gained]++
		}
	}
	want := map[bool]int{}
	if before != after {
		want[after] = 1
	}
	if said[true] != want[true] || said[false] != want[false] {
		t.Errorf("%+v: let through before %t, after %t, but in %d rows gained and %d lost", p, before, after, said[true], said[false])
	}
}

// agreeOnData compares what the table says of callbacks with who sent what where
// before and after.
func agreeOnData(t *testing.T, rows []engine.AccessRow, before, after []string) {
	t.Helper()
	said := map[bool][]string{}
	for _, r := range rows {
		if r.Kind != "BusinessSystem" {
			continue
		}
		for _, system := range r.Cells[0].Items {
			for _, url := range r.Cells[1].Items {
				for _, encryption := range r.Cells[2].Items {
					said[r.Gained] = append(said[r.Gained], system+" "+url+" "+encryption)
				}
			}
		}
	}
	for _, way := range []struct {
		gained   bool
		from, to []string
	}{{true, before, after}, {false, after, before}} {
		want := slices.DeleteFunc(slices.Clone(way.to), func(s string) bool { return slices.Contains(way.from, s) })
		got := slices.Sorted(slices.Values(said[way.gained]))
		if !slices.Equal(got, want) {
			t.Errorf("gained %t: the table says %q, the sandbox %q", way.gained, got, want)
		}
	}
}

// liveSide is a sandbox with what cosmicctl is to make of it.
type liveSide struct {
	url, admin string
	manifest   string
	tokens     map[string]string // by app and user, as long as they live
	nonce      int
}

func newLiveSide(t *testing.T, d drawer) *liveSide {
	t.Helper()
	l, box, _ := serveSandbox(t, "")
	if err := box.Seed(d.seed(t)); err != nil {
		t.Fatal(err)
	}
	l.manifest = d.manifest(t, l.url)
	return l
}

// serveSandbox serves a sandbox until it is closed, by the test's end at the latest.
func serveSandbox(t *testing.T, state string) (*liveSide, *sandbox.Sandbox, func()) {
	t.Helper()
	box, err := sandbox.Open(sandbox.Options{Now: time.Now, Rand: rand.Reader, StatePath: state})
	if err != nil {
		t.Fatal(err)
	}
	served, admin := httptest.NewServer(box.Handler()), httptest.NewServer(box.Admin())
	end := sync.OnceFunc(func() {
		_ = box.Close() // before what hangs in it is waited for
		served.Close()
		admin.Close()
	})
	t.Cleanup(end)
	return &liveSide{url: served.URL, admin: admin.URL, tokens: map[string]string{}}, box, end
}

// ask asks the admin endpoint, which must agree.
func (l *liveSide) ask(t *testing.T, method, path, body string) []byte {
	t.Helper()
	req, err := http.NewRequest(method, l.admin+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d %s %v", method, path, resp.StatusCode, data, err)
	}
	return data
}

func (l *liveSide) plan(t *testing.T) *engine.Plan {
	t.Helper()
	kinds, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	a := &app{out: io.Discard, err: &errs, words: report.English(), schema: kinds}
	s, err := a.open(context.Background(), []string{l.manifest}, connectFlags{allowHosts: []string{"127.0.0.1"}, perMinute: -1, perSecond: -1, logLevel: "warn"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for p := range eachTenant(context.Background(), s, s.planTenant) {
		if len(p.plan.Problems) > 0 {
			t.Fatalf("%+v %s", p.plan.Problems, &errs)
		}
		return p.plan
	}
	t.Fatalf("no plan: %+v", s.loaded.Diagnostics)
	return nil
}

func (l *liveSide) apply(t *testing.T) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(context.Background(), []string{"apply", "--auto-approve", "--allow-host", "127.0.0.1", "--rate-second=-1", "--rate-minute=-1",
		"--journal", t.TempDir(), l.manifest},
		strings.NewReader(""), &out, &errs)
	if code != exitClean {
		t.Fatalf("apply: exit %d: %s%s", code, &out, &errs)
	}
}

// answers tries all calls, and tells which pass the gate of their table.
func (l *liveSide) answers(t *testing.T, points []callPoint) []bool {
	t.Helper()
	out := make([]bool, len(points))
	for i, p := range points {
		out[i] = l.call(t, p)
	}
	return out
}

// call tries a call. A token that an app got once is used on when the app is off
// or gone, as a caller would.
func (l *liveSide) call(t *testing.T, p callPoint) bool {
	t.Helper()
	token := l.token(t, p.app, p.user)
	if token == "" {
		return false
	}
	answer := l.post(t, "/ierp/kapi/app/drawn/"+p.api, map[string]any{}, "accesstoken", token, "X-Forwarded-For", p.address)
	code, message := fmt.Sprint(answer["errorCode"]), fmt.Sprint(answer["message"])
	switch {
	case code == "0":
		return true
	case code == "403" && message == "当前用户没有此接口访问权限":
		return p.kind != "ApiAuthorization" // the last gate: the app has passed its own
	case code == "403" && p.kind == "ThirdPartyApp" && (message == "该接口需要第三方应用授权" ||
		message == "该第三方应用-"+p.app+"没有此接口访问权限" || message == "IP："+p.address+"不在允许访问范围内"):
		return false
	}
	t.Fatalf("%+v: %v", p, answer)
	return false
}

// token logs in; "" if the app is off or not there.
func (l *liveSide) token(t *testing.T, app, user string) string {
	t.Helper()
	who := app + " " + user
	if l.tokens[who] != "" {
		return l.tokens[who]
	}
	l.nonce++
	answer := l.post(t, "/ierp/kapi/oauth2/getToken", map[string]any{"client_id": app, "client_secret": drawnSecret, "username": user,
		"accountId": "1355633519610561531", "nonce": fmt.Sprint(l.nonce), "timestamp": fmt.Sprint(time.Now().UnixMilli())})
	data, _ := answer["data"].(map[string]any)
	l.tokens[who], _ = data["access_token"].(string)
	if l.tokens[who] == "" && answer["message"] != "第三方应用client_id："+app+"在系统中不存在或未启用" {
		t.Fatalf("no token for %s: %v", who, answer)
	}
	return l.tokens[who]
}

func (l *liveSide) post(t *testing.T, path string, body map[string]any, headers ...string) map[string]any {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, l.url+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	var answer map[string]any
	l.do(t, r, &answer)
	return answer
}

func (l *liveSide) do(t *testing.T, r *http.Request, into any) {
	t.Helper()
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if err := json.NewDecoder(a.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// sent reads from the sandbox's rows which system's data goes where, and how.
func (l *liveSide) sent(t *testing.T) []string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, l.admin+"/tenants/%2Fierp/forms/invsm_app_access_config/rows", nil)
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Rows []map[string]any }
	l.do(t, r, &list)
	var out []string
	for _, row := range list.Rows {
		for _, column := range []string{"callbackurl", "callbackurltwo", "callbackurlthr"} {
			if url, _ := row[column].(string); url != "" && row["isvalid"] == "1" {
				encryption := map[any]string{"0": "aes", "1": "base64"}[row["encryptiontype"]]
				out = append(out, fmt.Sprintf("%s %s %s", row["code"], url, encryption))
			}
		}
	}
	slices.Sort(out)
	return out
}
