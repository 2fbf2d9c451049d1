package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// customer is a customer's system that answers by path and keeps what it was sent.
type customer struct {
	*httptest.Server
	mu  sync.Mutex
	got []string
}

func (c *customer) sent() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.got)
}

func newCustomer(t *testing.T) *customer {
	c := &customer{}
	answers := map[string]string{
		"/old": `{"message":"回调成功","errorCode":"0","success":true}`, "/new": `{"message":"ok","code":"0","success":true}`,
		"/flagless": `{"message":"ok","errorCode":"0"}`, "/text": `{"errorCode":"0","success":"true"}`, "/failed": `{"errorCode":"9999","success":true}`,
		"/html": `<html></html>`,
	}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.mu.Lock()
		c.got = append(c.got, r.Method+" "+r.Header.Get("Content-Type")+" "+string(body))
		c.mu.Unlock()
		switch r.URL.Path {
		case "/login":
			http.Redirect(w, r, "/old", http.StatusFound)
		case "/forbidden":
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, answers["/old"])
		default:
			_, _ = io.WriteString(w, answers[r.URL.Path])
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func (h *server) callback(order string) response {
	h.Helper()
	return h.must(http.MethodPost, h.admin+"/tenants/%2Fierp/callback", order)
}

func TestVendorCallback(t *testing.T) {
	h, _ := invoicing(t)
	c := newCustomer(t)
	h.byHand("invsm_app_access_config", `[{"code":"PLAIN","callbackurl":"`+c.URL+`/old"}]`)
	r := h.callback(`{"code":"PLAIN","data":{"serialNo":"0"}}`)
	sameBytes(t, `{"callbacks":[{"url":"`+c.URL+`/old","status":200,"body":"{\"message\":\"回调成功\",\"errorCode\":\"0\",\"success\":true}","accepted":true}]}`+"\n", r.body)
	sameBytes(t, `POST application/json {"interfaceCode":"INVOICE.OPEN","returnCode":"0","returnMsg":"success","data":"`+plainQuery+`","bizControl":{}}`, c.sent()[0])
	h.callback(`{"code":"PLAIN","interfaceCode":"INVOICE.RED","returnCode":"9999","returnMsg":"失败","bizControl":{"a":1}}`)
	sameBytes(t, `POST application/json {"interfaceCode":"INVOICE.RED","returnCode":"9999","returnMsg":"失败","data":"e30=","bizControl":{"a":1}}`, c.sent()[1])
}

func TestCallbackSealed(t *testing.T) {
	h, _ := invoicing(t)
	c := newCustomer(t)
	h.byHand("invsm_app_access_config", `[{"code":"AES","callbackurl":"`+c.URL+`/old","callbackurlthr":"`+c.URL+`/new"}]`)
	r := h.callback(`{"code":"AES","data":{"serialNo":"0"}}`)
	if strings.Count(r.body, `"accepted":true`) != 2 || len(c.sent()) != 2 {
		t.Fatal(r.body)
	}
	var sent callbackBody
	_, text, _ := strings.Cut(c.sent()[1], "json ")
	if err := json.Unmarshal([]byte(text), &sent); err != nil {
		t.Fatal(err)
	}
	plain, err := codec{sealed: true, password: vectorPassword}.decode(sent.Data)
	if err != nil || string(plain) != `{"serialNo":"0"}` {
		t.Errorf("%q %v", plain, err)
	}
}

func TestCallbackAnswers(t *testing.T) {
	h, _ := invoicing(t)
	c := newCustomer(t)
	for path, want := range map[string]string{
		"/new": `"status":200,`, "/flagless": `"status":200,`, "/text": `"status":200,`, "/failed": `"status":200,`, "/html": `"status":200,`,
		"/login": `"status":302,`, "/forbidden": `"status":401,`,
	} {
		h.byHand("invsm_app_access_config", `[{"code":"PLAIN","callbackurl":"`+c.URL+path+`"}]`)
		r := h.callback(`{"code":"PLAIN"}`)
		if !strings.Contains(r.body, want) || strings.Contains(r.body, `"accepted":true`) != (path == "/new") {
			t.Errorf("%s: %s", path, r.body)
		}
	}
	if n := len(c.sent()); n != 7 {
		t.Errorf("%d calls: a redirect was followed", n)
	}
	c.Close()
	for _, address := range []string{c.URL, "no address"} {
		h.byHand("invsm_app_access_config", `[{"code":"PLAIN","callbackurl":"`+address+`"}]`)
		if r := h.callback(`{"code":"PLAIN"}`); !strings.Contains(r.body, `"status":0,"body":"","accepted":false,"error":"`) {
			t.Error(r.body)
		}
	}
}

func TestCallbackMistakes(t *testing.T) {
	h, _ := invoicing(t)
	for order, want := range map[string]string{
		`{"code":"X"}`: `code \"X\" is not there`, `{"code":"OFF"}`: "not enabled", `{"code":"KEYLESS"}`: "no aespwds", `{"colour":1}`: "unknown field",
	} {
		if r := h.callback(order); r.status != 400 || !strings.Contains(r.body, want) {
			t.Errorf("%s: %s", order, r.body)
		}
	}
	if r := h.callback(`{"code":"PLAIN"}`); strings.TrimSpace(r.body) != `{"callbacks":[]}` {
		t.Error(r.body)
	}
	if r := h.must(http.MethodPost, h.admin+"/tenants/%2Fx/callback", `{}`); r.status != 404 {
		t.Error(r.body)
	}
}
