package cosmic

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"

	"cosmicctl/engine"
)

// address makes the URLs of a tenant; all of them are below its base URL.
type address struct {
	base      string // without a slash at the end
	overrides map[string]map[string]string
}

// Paths of the token flows (facts page §1.2, §1.3).
const (
	pathGetToken    = "/kapi/oauth2/getToken"
	pathGetAppToken = "/api/getAppToken.do"
	pathLogin       = "/api/login.do"
	pathV2          = "/kapi/v2/"
)

func newAddress(e *engine.Environment) (address, error) {
	u, err := url.Parse(e.BaseURL)
	if err != nil {
		// The parser's error repeats the URL, which may hold a password.
		return address{}, errors.New("the base URL is not a URL")
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return address{}, errors.New("the base URL must begin with https:// and a host")
	case u.User != nil:
		return address{}, errors.New("the base URL must not hold a user or password")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return address{}, errors.New("the base URL must end before ? and #")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return address{}, fmt.Errorf("plain http to %s would send secrets in the clear: use https", u.Hostname())
	}
	for form, ops := range e.API {
		for op, p := range ops {
			if err := checkPath(p); err != nil {
				return address{}, fmt.Errorf("api path of %s %s: %w", form, op, err)
			}
		}
	}
	return address{base: strings.TrimRight(u.String(), "/"), overrides: e.API}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// operation returns the URL of an operation on a form:
// {base}/kapi/v2/{app}/{form}/{op} (facts page §2.1), unless the environment
// gives another path: one with a slash in front is below the base URL, one
// without is below {base}/kapi/v2/.
func (a address) operation(k *engine.Kind, op string) (string, error) {
	p, ok := a.overrides[k.Form][op]
	if !ok {
		p = pathV2 + k.App + "/" + k.Form + "/" + op
	}
	if err := checkPath(p); err != nil {
		return "", err
	}
	if !strings.HasPrefix(p, "/") {
		p = pathV2 + p
	}
	return a.base + p, nil
}

// calls tells whether an address, as the list of APIs writes it (facts page §3.6),
// is an operation on a kind: its own, or one that the environment gives.
func (a address) calls(k *engine.Kind, path string) bool {
	path = strings.TrimPrefix("/"+strings.TrimLeft(path, "/"), "/kapi")
	if strings.HasPrefix(path, "/v2/"+k.App+"/"+k.Form+"/") {
		return true
	}
	for _, p := range a.overrides[k.Form] {
		if !strings.HasPrefix(p, "/") {
			p = pathV2 + p
		}
		if strings.TrimPrefix(p, "/kapi") == path {
			return true
		}
	}
	return false
}

// plainPath leaves no way to another host, to a parent folder or into a query.
var plainPath = regexp.MustCompile(`^/?[A-Za-z0-9_$~-][A-Za-z0-9_$~.-]*(/[A-Za-z0-9_$~-][A-Za-z0-9_$~.-]*)*$`)

func checkPath(p string) error {
	if !plainPath.MatchString(p) {
		return fmt.Errorf("%q is not a plain path", p)
	}
	return nil
}
