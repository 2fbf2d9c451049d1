package cosmic

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// fake is a small Cosmic: it hands out tokens in both flows, keeps rows and
// pages through them, and refuses what Cosmic refuses. Its quirks are fields.
type fake struct {
	*httptest.Server
	t   *testing.T
	now func() time.Time

	appID, secret, user, account string
	enhanced                     bool

	// Quirks of tokens.
	life       time.Duration // of a token
	lifeNumber bool          // expires_in as a number
	// Quirks of queries.
	noTotal, noLast, ignorePageNo bool
	maxPage                       int
	betweenPages                  func(f *fake) // runs after each page

	mu       sync.Mutex
	fault    fakeFault
	tokens   map[string]time.Time
	nonces   map[string]bool
	keys     map[string]bool
	rows     map[string][]map[string]any
	nextID   int
	requests []seen
}

// fakeFault may answer the n-th request in place of the fake; it says whether
// it did.
type fakeFault func(w http.ResponseWriter, r *http.Request, n int) bool

// on sets the fault from now on.
func (f *fake) on(fault fakeFault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = fault
}

// seen is a request as it arrived.
type seen struct {
	Path   string
	URI    string
	Header http.Header
	Body   map[string]any
}

const (
	testSecret  = "Sup3r-secret-of-the-app"
	testAccount = "1355633519610561531"
)

func newFake(t *testing.T) *fake {
	t.Helper()
	f := unstartedFake(t)
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func unstartedFake(t *testing.T) *fake {
	return &fake{
		t: t, now: time.Now, appID: "cosmicctl", secret: testSecret, user: "zhangSan", account: testAccount,
		enhanced: true, life: 2 * time.Hour,
		tokens: map[string]time.Time{}, nonces: map[string]bool{}, keys: map[string]bool{},
		rows: map[string][]map[string]any{}, nextID: 1,
	}
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	s := seen{Path: r.URL.Path, URI: r.RequestURI, Header: r.Header.Clone()}
	if m, err := decodeObject(raw); err == nil {
		s.Body = m
	}
	f.mu.Lock()
	f.requests = append(f.requests, s)
	n, fault := len(f.requests), f.fault
	f.mu.Unlock()
	if fault != nil && fault(w, r, n) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(f.answer(r, s))
}

func (f *fake) answer(r *http.Request, s seen) any {
	switch s.Path {
	case "/ierp/kapi/oauth2/getToken":
		return f.getToken(s.Body)
	case "/ierp/api/getAppToken.do":
		return f.getAppToken(s.Body)
	case "/ierp/api/login.do":
		return f.login(s.Body)
	}
	end, ok := f.tokens[r.Header.Get("accesstoken")]
	if !ok || !f.now().Before(end) {
		return refuse("401", "未经授权的访问")
	}
	var app, form, op string
	if n, _ := fmt.Sscanf(pathWords(s.Path), "ierp kapi v2 %s %s %s", &app, &form, &op); n != 3 {
		return refuse("404", "Cannot found OpenAPI(or disabled)")
	}
	if key := r.Header.Get("Idempotency-Key"); key != "" {
		if f.keys[key] {
			return refuse("604", "重复请求")
		}
		f.keys[key] = true
	}
	switch op {
	case "query":
		return f.query(form, s.Body)
	case "save":
		return f.save(form, s.Body)
	case "delete":
		return f.delete(form, s.Body)
	}
	return refuse("404", "Cannot found OpenAPI(or disabled)")
}

func (f *fake) getToken(b map[string]any) any {
	ms, err := strconv.ParseInt(text(b["timestamp"]), 10, 64)
	nonce := text(b["nonce"])
	switch {
	case !f.enhanced:
		return refuse("404", "no such API in this version")
	case b["client_id"] != f.appID, b["client_secret"] != f.secret:
		return refuse("401", "不正确的第三方应用编码client_id或client_secret")
	case nonce == "" || f.nonces[nonce]:
		return refuse("603", "本次参数nonce:"+nonce+"已经调用过了，不需要重复调用。")
	case err != nil || f.now().Sub(time.UnixMilli(ms)).Abs() > 5*time.Minute:
		return refuse("603", "请求参数错误")
	case b["username"] != f.user, b["accountId"] != f.account:
		return refuse("603", "第三方应用（client_id）的代理用户为空或userName不在代理用户中。")
	}
	f.nonces[nonce] = true
	data := map[string]any{"access_token": f.token("OPENAPIAUTH_"), "token_type": "Bearer"}
	data["expires_in"] = strconv.FormatInt(f.life.Milliseconds(), 10)
	if f.lifeNumber {
		data["expires_in"] = f.life.Milliseconds()
	}
	return succeed(data)
}

func (f *fake) getAppToken(b map[string]any) any {
	if f.enhanced || b["appId"] != f.appID || b["appSecuret"] != f.secret {
		return map[string]any{"state": "error", "errorCode": "login.loginBizException", "errorMsg": "不正确的第三方appId或appSecuret!"}
	}
	return f.doToken("app_token")
}

func (f *fake) login(b map[string]any) any {
	if _, ok := f.tokens[text(b["apptoken"])]; !ok || b["user"] != f.user || b["accountId"] != f.account {
		return map[string]any{"data": map[string]any{"success": false, "error_code": "1", "error_desc": "用户不存在"}, "state": "success", "status": true}
	}
	return f.doToken("access_token")
}

func (f *fake) doToken(name string) any {
	return map[string]any{"state": "success", "status": true, "data": map[string]any{
		name: f.token(f.account + "_"), "success": true, "error_desc": "", "error_code": "0",
		"expire_time": f.now().Add(f.life).UnixMilli(),
	}}
}

func (f *fake) token(prefix string) string {
	v := fmt.Sprintf("%stoken%d", prefix, len(f.tokens)+1)
	f.tokens[v] = f.now().Add(f.life)
	return v
}

func (f *fake) query(form string, b map[string]any) any {
	size, ok := count(b["pageSize"])
	data, isObject := b["data"].(map[string]any)
	if !ok || !isObject {
		return refuse("400", "请求参数没有 data 数据。")
	}
	no, _ := count(b["pageNo"])
	if f.ignorePageNo {
		no = 1
	}
	if f.maxPage > 0 {
		size = min(size, int64(f.maxPage))
	}
	rows := matching(f.rows[form], data)
	from := min((no-1)*size, int64(len(rows)))
	to := min(from+size, int64(len(rows)))
	out := map[string]any{"rows": slices.Clone(rows[from:to]), "pageNo": no, "pageSize": size}
	if !f.noTotal {
		out["totalCount"] = strconv.Itoa(len(rows))
	}
	if !f.noLast {
		out["lastPage"] = to == int64(len(rows))
	}
	if f.betweenPages != nil {
		f.betweenPages(f)
	}
	return succeed(out)
}

// matching understands a value or a list of values.
func matching(rows []map[string]any, data map[string]any) (out []map[string]any) {
	for _, row := range rows {
		ok := true
		for property, want := range data {
			list, isList := want.([]any)
			if !isList {
				list = []any{want}
			}
			ok = ok && slices.Contains(list, any(text(row[property])))
		}
		if ok {
			out = append(out, row)
		}
	}
	return out
}

func (f *fake) save(form string, b map[string]any) any {
	list, _ := b["data"].([]any)
	var result []any
	failed := 0
	for i, v := range list {
		row := maps.Clone(object(v))
		if text(row["number"]) == "" {
			failed++
			result = append(result, map[string]any{"billIndex": i, "billStatus": false, "errors": []any{"number为空"}})
			continue
		}
		row["id"] = f.add(form, row)
		result = append(result, map[string]any{"billIndex": i, "billStatus": true, "errors": []any{}, "id": row["id"], "type": "add"})
	}
	answer := succeed(map[string]any{"failCount": strconv.Itoa(failed), "successCount": strconv.Itoa(len(list) - failed), "result": result})
	if failed > 0 {
		answer["status"], answer["errorCode"], answer["message"] = false, "603", "操作失败"
	}
	return answer
}

func (f *fake) add(form string, row map[string]any) string {
	id := strconv.Itoa(968563370657600000 + f.nextID)
	f.nextID++
	row["id"] = id
	f.rows[form] = append(f.rows[form], row)
	return id
}

func (f *fake) delete(form string, b map[string]any) any {
	ids, _ := object(b["data"])["id"].([]any)
	var result []any
	for _, id := range ids {
		before := len(f.rows[form])
		f.rows[form] = slices.DeleteFunc(f.rows[form], func(row map[string]any) bool { return row["id"] == id })
		result = append(result, map[string]any{"id": id, "billStatus": len(f.rows[form]) < before})
	}
	return succeed(map[string]any{"result": result, "filter": "", "totalCount": len(ids)})
}

// fill adds n rows to a form.
func (f *fake) fill(form string, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range n {
		f.add(form, map[string]any{"number": fmt.Sprintf("N%04d", i+1)})
	}
}

// revoke makes all tokens invalid.
func (f *fake) revoke() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.tokens)
}

// paths returns the paths of the requests so far.
func (f *fake) paths() (out []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.requests {
		out = append(out, s.Path)
	}
	return out
}

// sent returns the requests to a path.
func (f *fake) sent(path string) (out []seen) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.requests {
		if s.Path == path {
			out = append(out, s)
		}
	}
	return out
}

func succeed(data any) map[string]any {
	return map[string]any{"data": data, "errorCode": "0", "message": nil, "status": true}
}

func refuse(code, message string) map[string]any {
	return map[string]any{"errorCode": code, "message": message, "status": false}
}

func pathWords(p string) string {
	b := []byte(p)
	for i, c := range b {
		if c == '/' {
			b[i] = ' '
		}
	}
	return string(b[1:])
}
