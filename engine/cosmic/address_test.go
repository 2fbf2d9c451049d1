package cosmic

import (
	"context"
	"strings"
	"testing"
	"time"

	"cosmicctl/engine"
)

func baseURL(u string) func(*Options) { return func(o *Options) { o.Environment.BaseURL = u } }

func TestNew(t *testing.T) {
	header := func(name string) func(*Options) {
		return func(o *Options) { o.Environment.Headers = map[string]engine.HeaderValue{name: {Text: "x"}} }
	}
	api := func(path string) func(*Options) {
		return func(o *Options) {
			o.Environment.API = map[string]map[string]string{"third_app": {"query": path}}
		}
	}
	tests := []struct {
		name   string
		change func(*Options)
		want   string // part of the error
	}{
		{"https", baseURL("https://host.example/ierp"), ""},
		{"slash at the end", baseURL("https://host.example/ierp/"), ""},
		{"no context", baseURL("https://host.example"), ""},
		{"loopback", baseURL("http://127.0.0.1:8080/ierp"), ""},
		{"loopback of IPv6", baseURL("http://[::1]:8080"), ""},
		{"loopback by name", baseURL("http://localhost:8080"), ""},
		{"http", baseURL("http://host.example/ierp"), "plain http to host.example"},
		{"http to another address", baseURL("http://10.0.0.1/ierp"), "plain http"},
		{"http to a lookalike", baseURL("http://localhost.evil.example/"), "plain http"},
		{"empty", baseURL(""), "must begin with https://"},
		{"no scheme", baseURL("host.example/ierp"), "must begin with https://"},
		{"another scheme", baseURL("ftp://host.example"), "must begin with https://"},
		{"no host", baseURL("https:///ierp"), "must begin with https://"},
		{"password", baseURL("https://u:pass-word@host.example"), "must not hold a user"},
		{"query", baseURL("https://host.example/?accountId=1"), "must end before ?"},
		{"fragment", baseURL("https://host.example/#x"), "must end before ?"},
		{"broken", baseURL("https://u:pass-word@host example"), "not a URL"},
		{"path of another host", api("//evil.example/x"), "not a plain path"},
		{"URL for a path", api("https://evil.example/x"), "not a plain path"},
		{"path upwards", api("/kapi/../../x"), "not a plain path"},
		{"path with a query", api("/kapi/x?access_token=1"), "not a plain path"},
		{"path with escapes", api("/kapi/%2e%2e/x"), "not a plain path"},
		{"header", header("x-acgw-identity"), ""},
		{"token as a header", header("accessToken"), "set by the client itself"},
		{"other token as a header", header("access_token"), "set by the client itself"},
		{"key as a header", header("idempotency-key"), "set by the client itself"},
		{"no header name", header("a b"), "not a name of a header"},
		{"empty header name", header(""), "not a name of a header"},
		{"no secrets", func(o *Options) { o.Secret = nil }, "no way to resolve secrets"},
		{"timeout", func(o *Options) { o.Timeout = -time.Second }, "timeout is negative"},
		{"page size", func(o *Options) { o.PageSize = -1 }, "page size is negative"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := Options{
				Tenant: "acme", Environment: engine.Environment{BaseURL: "https://host.example"},
				Secret: func(context.Context, engine.SecretRef) (engine.Secret, error) { panic("too early") },
			}
			tt.change(&o)
			_, err := New(o)
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), `"acme"`)):
				t.Errorf("got %v", err)
			case err != nil && strings.Contains(err.Error(), "pass-word"):
				t.Errorf("the error shows a password: %v", err)
			}
		})
	}
}

func TestCalls(t *testing.T) {
	a, err := newAddress(&engine.Environment{BaseURL: "https://host.example/ierp",
		API: map[string]map[string]string{"third_app": {"save": "/kapi/app/ours/app", "query": "ours/app/query"}}})
	if err != nil {
		t.Fatal(err)
	}
	app := &engine.Kind{App: "open", Form: "third_app"}
	tests := []struct {
		name, path string
		want       bool
	}{
		{"as the vendor writes it", "/v2/open/third_app/save", true},
		{"with its prefix", "/kapi/v2/open/third_app/delete", true},
		{"without a slash", "v2/open/third_app/query", true},
		{"one that the environment gives", "/app/ours/app", true},
		{"one that it gives below v2", "/v2/ours/app/query", true},
		{"another form", "/v2/open/third_apps/save", false},
		{"another application", "/v2/sim/third_app/save", false},
		{"a service", "/app/sim/openApi", false},
		{"none", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := a.calls(app, tt.path); got != tt.want {
				t.Errorf("%s: %t", tt.path, got)
			}
		})
	}
}

func TestOperationURL(t *testing.T) {
	e := &engine.Environment{
		BaseURL: "https://host.example/ierp/",
		API: map[string]map[string]string{
			"open_apiauthorize": {"query": "/kapi/app/open/authorized", "save": "kdtest/open/open_apiauthorize/save2"},
		},
	}
	a, err := newAddress(e)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		kind engine.Kind
		op   string
		want string // "": refused
	}{
		{"standard", engine.Kind{App: "sm", Form: "sm_salorder"}, "query", "https://host.example/ierp/kapi/v2/sm/sm_salorder/query"},
		{"with isv", engine.Kind{App: "kdtest/basedata", Form: "bd_supplier"}, "save", "https://host.example/ierp/kapi/v2/kdtest/basedata/bd_supplier/save"},
		{"path below the base URL", engine.Kind{App: "open", Form: "open_apiauthorize"}, "query", "https://host.example/ierp/kapi/app/open/authorized"},
		{"path below kapi/v2", engine.Kind{App: "open", Form: "open_apiauthorize"}, "save", "https://host.example/ierp/kapi/v2/kdtest/open/open_apiauthorize/save2"},
		{"no path given for the operation", engine.Kind{App: "open", Form: "open_apiauthorize"}, "delete", "https://host.example/ierp/kapi/v2/open/open_apiauthorize/delete"},
		{"no application", engine.Kind{Form: "f"}, "query", ""},
		{"upwards", engine.Kind{App: "open", Form: ".."}, "query", ""},
		{"query in an operation", engine.Kind{App: "open", Form: "f"}, "query?x=1", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := a.operation(&tt.kind, tt.op)
			if got != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
