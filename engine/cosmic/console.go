package cosmic

import (
	"net"
	"net/url"
	"path"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// usualContext is the context path of most installations on premises (facts page
// §1.0).
const usualContext = "/ierp"

// Bases derives from an address of the web console, as a person copies it from a
// browser, what may be its base address: the likeliest first. An address without a
// scheme is one of https or, of this machine, of http. An error does not repeat the
// address, which may hold a password.
func Bases(pasted string) ([]string, error) {
	u, err := parseConsole(strings.Trim(strings.TrimSpace(pasted), `"'<>`))
	if err != nil {
		return nil, err
	}
	root := u.Scheme + "://" + hostOf(u)
	context, sure := contextOf(u.EscapedPath())
	paths := []string{context}
	for p := context; !sure && p != ""; {
		p = strings.TrimSuffix(path.Dir(p), "/")
		paths = append(paths, p)
	}
	if !slices.Contains(paths, usualContext) {
		paths = append(paths, usualContext)
	}
	const most = 6
	if len(paths) > most { // what lies deep is no context path
		paths = paths[len(paths)-most:]
	}
	bases := make([]string, len(paths))
	for i, p := range paths {
		bases[i] = root + p
	}
	return bases, nil
}

func parseConsole(pasted string) (*url.URL, error) {
	if !strings.Contains(pasted, "://") {
		pasted = "https://" + strings.TrimPrefix(pasted, "//")
		if u, err := url.Parse(pasted); err == nil && loopback(u.Hostname()) {
			pasted = "http" + strings.TrimPrefix(pasted, "https")
		}
	}
	u, err := url.Parse(pasted)
	if err != nil {
		return nil, engine.Fail("console-none")
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.User != nil:
		return nil, engine.Fail("console-user")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, engine.Fail("console-scheme", "scheme", oneLine(u.Scheme))
	case u.Hostname() == "" || strings.ContainsAny(u.Hostname(), " \t\"<>"):
		return nil, engine.Fail("console-no-host")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, engine.Fail("console-http", "host", oneLine(u.Hostname()))
	}
	return u, nil
}

// hostOf is the host in lower case, with its port unless that is the usual one.
func hostOf(u *url.URL) string {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if strings.Contains(host, ":") {
		host = "[" + strings.ReplaceAll(host, "%", "%25") + "]"
	}
	if port == "" || port == map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		return host
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), port)
}

// contextOf is what of a path stands before a page, an API or a call of the console.
// It is sure of it only if there is such a thing.
func contextOf(escaped string) (context string, sure bool) {
	var kept []string
	for _, segment := range strings.Split(escaped, "/") {
		segment, _, _ = strings.Cut(segment, ";") // a session, in some addresses
		if segment == "" || segment == "." {
			continue
		}
		if sure = belongsToConsole(segment); sure {
			break
		}
		kept = append(kept, segment)
	}
	for sure && len(kept) > 0 && slices.Contains([]string{"api", "auth", "login", "form"}, kept[len(kept)-1]) {
		kept = kept[:len(kept)-1]
	}
	return strings.TrimSuffix(path.Clean("/"+strings.Join(kept, "/")), "/"), sure
}

// belongsToConsole tells whether a part of a path is a page or the root of the APIs
// (facts page §1.0, §1.1).
func belongsToConsole(segment string) bool {
	segment = strings.ToLower(segment)
	return segment == "kapi" || slices.Contains([]string{".html", ".htm", ".do", ".jsp"}, path.Ext(segment))
}
