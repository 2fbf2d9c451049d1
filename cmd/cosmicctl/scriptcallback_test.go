package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// The verbs of an outside system that takes callbacks:
//
//	erp                    serve ERP, which takes callbacks below /open and, in the other
//	                       edition's words, /open5; asks for a login below /basic, /sso
//	                       and /portal; and refuses what it does not know below /strict
//	called N               N callbacks were taken, each a failure of an invoice that
//	                       no list of the system has

// erp is an outside system: a list of its invoices, behind doors of several kinds.
type erp struct {
	mu     sync.Mutex
	taken  []callbackMessage
	knocks int
}

// callbackMessage is what the facts page §5.2 says of a callback.
type callbackMessage struct {
	InterfaceCode string          `json:"interfaceCode"`
	ReturnCode    string          `json:"returnCode"`
	Data          string          `json:"data"`
	BizControl    json.RawMessage `json:"bizControl"`
}

func (e *erp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.knocks++
	door, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case door == "basic" && r.Header.Get("Authorization") == "":
		w.Header().Set("WWW-Authenticate", "Basic")
		w.WriteHeader(http.StatusUnauthorized)
	case door == "sso":
		http.Redirect(w, r, "/portal/login?ticket=abc", http.StatusFound)
	case door == "portal":
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<title>Log in</title>")
	case door != "open" && door != "open5" && door != "strict":
		http.NotFound(w, r)
	case r.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
	default:
		e.take(w, r, door)
	}
}

func (e *erp) take(w http.ResponseWriter, r *http.Request, door string) {
	var m callbackMessage
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil || m.Data == "" {
		fmt.Fprint(w, `{"message":"报文错误","errorCode":"1","success":false}`)
		return
	}
	e.taken = append(e.taken, m)
	switch door {
	case "open":
		fmt.Fprint(w, `{"message":"回调成功","errorCode":"0","success":true}`)
	case "open5":
		fmt.Fprint(w, `{"message":"回调成功","code":"200","success":true}`)
	case "strict":
		fmt.Fprint(w, `{"message":"流水号不存在","errorCode":"404","success":false}`)
	}
}

func erpVerb(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	if neg || len(args) != 0 || w.erp != nil {
		ts.Fatalf("usage: erp")
	}
	w.erp = &erp{}
	served := httptest.NewServer(w.erp)
	ts.Defer(served.Close)
	ts.Setenv("ERP", served.URL)
}

func calledVerb(ts *testscript.TestScript, neg bool, args []string) {
	e := worldOf(ts).erp
	if neg || len(args) != 1 || e == nil {
		ts.Fatalf("usage: erp; called N")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if fmt.Sprint(len(e.taken)) != args[0] {
		ts.Fatalf("%d callbacks were taken, want %s", len(e.taken), args[0])
	}
	for _, m := range e.taken {
		var data struct{ SerialNo string }
		plain, err := base64.StdEncoding.DecodeString(m.Data)
		if err == nil {
			err = json.Unmarshal(plain, &data)
		}
		if err != nil || !strings.HasPrefix(data.SerialNo, "cosmicctl-verify-") || m.ReturnCode != "9999" || m.InterfaceCode != "INVOICE.OPEN" || string(m.BizControl) != "{}" {
			ts.Fatalf("a callback is not what it should be: %+v, %s: %v", m, plain, err)
		}
	}
	e.taken = nil
}
