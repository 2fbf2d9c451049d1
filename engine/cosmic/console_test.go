package cosmic

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBases(t *testing.T) {
	const h = "https://host.example.com"
	tests := []struct {
		name, pasted string
		want         []string
	}{
		{"the console", h + "/demo/index.html", []string{h + "/demo", h + "/ierp"}},
		{"with query and fragment", h + "/ierp/index.html?formId=home_page#/a/b", []string{h + "/ierp"}},
		{"without a context", h + "/index.html?x=1", []string{h, h + "/ierp"}},
		{"the host alone", h, []string{h, h + "/ierp"}},
		{"the host with a slash", h + "/", []string{h, h + "/ierp"}},
		{"the context alone", h + "/demo", []string{h + "/demo", h, h + "/ierp"}},
		{"a path below the context", h + "/ierp/some/page", []string{h + "/ierp/some/page", h + "/ierp/some", h + "/ierp", h}},
		{"the login page", h + "/ierp/login.html?redirect=x", []string{h + "/ierp"}},
		{"an API", h + "/demo/kapi/oauth2/getToken", []string{h + "/demo", h + "/ierp"}},
		{"an API of the old flow", h + "/demo/api/getAppToken.do", []string{h + "/demo", h + "/ierp"}},
		{"a call of the page", h + "/demo/api/login/getUserLanguage.do", []string{h + "/demo", h + "/ierp"}},
		{"a session in the path", h + "/ierp/index.html;jsessionid=0123", []string{h + "/ierp"}},
		{"a session behind the context", h + "/ierp;jsessionid=0123/index.html", []string{h + "/ierp"}},
		{"no scheme", "host.example.com/ierp/index.html", []string{h + "/ierp"}},
		{"no scheme, two slashes", "//host.example.com/ierp/index.html", []string{h + "/ierp"}},
		{"no scheme, a port", "host.example.com:8443/ierp", []string{h + ":8443/ierp", h + ":8443"}},
		{"upper case", "HTTPS://HOST.Example.COM/Demo/index.html", []string{h + "/Demo", h + "/ierp"}},
		{"the usual port", h + ":443/ierp/index.html", []string{h + "/ierp"}},
		{"doubled slashes", h + "//ierp///index.html", []string{h + "/ierp"}},
		{"spaces around", "  " + h + "/ierp/index.html\n", []string{h + "/ierp"}},
		{"quotes around", `"` + h + `/ierp/index.html"`, []string{h + "/ierp"}},
		{"IPv6", "https://[2001:DB8::1]:8443/ierp/index.html", []string{"https://[2001:db8::1]:8443/ierp"}},
		{"IPv6 without a port", "https://[2001:db8::1]/ierp/", []string{"https://[2001:db8::1]/ierp", "https://[2001:db8::1]"}},
		{"this machine over http", "http://127.0.0.1:8080/ierp/index.html", []string{"http://127.0.0.1:8080/ierp"}},
		{"this machine without a scheme", "localhost:8080/ierp/index.html", []string{"http://localhost:8080/ierp"}},
		{"very deep", h + "/a/b/c/d/e/f/g/h", []string{h + "/a/b/c/d", h + "/a/b/c", h + "/a/b", h + "/a", h, h + "/ierp"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Bases(tt.pasted)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestBasesRefuse(t *testing.T) {
	tests := []struct{ name, pasted, want string }{
		{"nothing", " ", "console-no-host"},
		{"no host", "https:///ierp/index.html", "console-no-host"},
		{"a path", "/ierp/index.html", "console-no-host"},
		{"a sentence", "see my console", "console-none"},
		{"a bad port", "https://host:abc/ierp", "console-none"},
		{"credentials", "https://admin:Pa55word@host/ierp/index.html", "console-user"},
		{"credentials that do not parse", "https://admin:Pa55%zzword@host/ierp", "console-none"},
		{"another scheme", "ftp://host/ierp", "console-scheme (scheme: ftp)"},
		{"plain http", "http://host.example.com/ierp/index.html", "console-http (host: host.example.com)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Bases(tt.pasted)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("%v, %v", got, err)
			}
			if strings.Contains(err.Error(), "Pa55") {
				t.Error("the error holds the password")
			}
		})
	}
}

func FuzzBases(f *testing.F) {
	for _, s := range []string{"https://host/ierp/index.html?a#b", "[::1]:80/x", "http://127.0.0.1/;a/..//b.do", "https://h/%2e%2e/x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, pasted string) {
		bases, err := Bases(pasted)
		if err == nil && (len(bases) == 0 || len(bases) > 6) {
			t.Errorf("%q: %q", pasted, bases)
		}
		for _, b := range bases {
			host, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(b, "https://"), "http://"), "/")
			if strings.HasSuffix(b, "/") || strings.ContainsAny(b, "?# ") || strings.Contains(host, "@") {
				t.Errorf("%q: %q", pasted, b)
			}
		}
	})
}

func TestAccountOf(t *testing.T) {
	tests := []struct {
		name, pasted, want string
		err                error
	}{
		{"the body", `{"language":"English","userId":"1355633519610561531_13466739"}`, "1355633519610561531", nil},
		{"a body in an envelope", `{"data": {"userId" : "12_34"}}`, "12", nil},
		{"a body with lines around", "HTTP/1.1 200\n\n{\n \"userId\": \"12_34\"\n}\n", "12", nil},
		{"the value alone", "12_34\n", "12", nil},
		{"the value in quotes", `"12_3_4"`, "12", nil},
		{"a guest", `{"language":"zh_CN"}`, "", ErrNoUserID},
		{"nothing", "", "", ErrNoUserID},
		{"a page", "<html></html>", "", ErrBadUserID},
		{"no account", `{"userId":"_34"}`, "", ErrBadUserID},
		{"no user", `{"userId":"12_"}`, "", ErrBadUserID},
		{"another form", `{"userId":"1234"}`, "", ErrBadUserID},
		{"an empty one", `{"userId":""}`, "", ErrBadUserID},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := AccountOf(tt.pasted); got != tt.want || err != tt.err {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}
