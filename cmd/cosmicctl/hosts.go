package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
)

// A hostGuard knows to which hosts secrets may go. A manifest cannot say so
// itself: whoever changes the address in a pull request would have the secrets.
type hostGuard struct {
	app     *app
	mu      sync.Mutex
	allowed map[string]bool
}

// hostsFile is where a user lists hosts for good, below the configuration folder.
const hostsFile = "cosmicctl/hosts"

func newHostGuard(a *app, flags []string) (*hostGuard, error) {
	g := &hostGuard{app: a, allowed: map[string]bool{}}
	hosts := append(flags, strings.Split(os.Getenv("COSMICCTL_ALLOW_HOST"), ",")...)
	if dir, err := os.UserConfigDir(); err == nil {
		lines, err := readHosts(filepath.Join(dir, filepath.FromSlash(hostsFile)))
		if err != nil {
			return nil, err
		}
		hosts = append(hosts, lines...)
	}
	for _, h := range hosts {
		if h = strings.ToLower(strings.TrimSpace(h)); h != "" {
			g.allowed[h] = true
		}
	}
	return g, nil
}

func readHosts(file string) ([]string, error) {
	f, err := os.Open(file)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []string
	for s := bufio.NewScanner(f); s.Scan(); {
		line, _, _ := strings.Cut(s.Text(), "#")
		out = append(out, line)
	}
	return out, nil
}

// hostError says that secrets must not go to a host.
type hostError struct {
	host string
	code engine.Code
	hint engine.Code
}

func (e *hostError) Error() string { return "secrets may not be sent to " + e.host }

// allow tells whether the secrets of a tenant may go to its host. An allowed
// host without a port stands for each of its ports.
func (g *hostGuard) allow(ctx context.Context, t *engine.Tenant) error {
	u, err := url.Parse(t.Environment.BaseURL)
	if err != nil || u.Host == "" {
		return report.Fault("no-address", "address", strconv.Quote(t.Environment.BaseURL))
	}
	if u.Scheme != "https" && !loopback(u.Hostname()) {
		return &hostError{u.Host, report.CodePlainHTTP, ""}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.allowed[strings.ToLower(u.Host)] || g.allowed[strings.ToLower(u.Hostname())] {
		return nil
	}
	if g.ask(ctx, t, u.Host) {
		g.allowed[strings.ToLower(u.Host)] = true
		return nil
	}
	return &hostError{u.Host, report.CodeHost, report.HintAllowHost}
}

// allowCallback tells whether a callback address may be called: its host is allowed as
// one for secrets is, or agreed to.
func (g *hostGuard) allowCallback(ctx context.Context, u *url.URL) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.allowed[strings.ToLower(u.Host)] || g.allowed[strings.ToLower(u.Hostname())] {
		return true
	}
	if !isTerminal(g.app.in) {
		return false
	}
	yes := g.app.confirm(ctx, g.app.words.Message(said(report.CodeCallbackAsk, "host", u.Host)))
	g.allowed[strings.ToLower(u.Host)] = yes
	return yes
}

func (g *hostGuard) ask(ctx context.Context, t *engine.Tenant, host string) bool {
	if !isTerminal(g.app.in) || !isTerminal(g.app.err) {
		return false
	}
	return g.app.confirm(ctx, g.app.words.Say("ask-host", "tenant", report.Clean(t.Name), "host", report.Clean(host)))
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// confirm asks for a plain yes on the terminal; a signal is a no.
func (a *app) confirm(ctx context.Context, question string) bool {
	fmt.Fprint(a.err, a.words.Say("ask", "question", question))
	answer := make(chan string, 1)
	go func() {
		line, err := bufio.NewReader(a.in).ReadString('\n')
		if err != nil && err != io.EOF {
			line = ""
		}
		answer <- strings.TrimSpace(line)
	}()
	select {
	case line := <-answer:
		return line == "yes"
	case <-ctx.Done():
		fmt.Fprintln(a.err)
		return false
	}
}
