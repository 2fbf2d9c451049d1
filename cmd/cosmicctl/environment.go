package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"
)

// environment is the part of a manifest that says how to reach a tenant, before it
// is written.
type environment struct {
	name, base, account, tenantID string
	version                       engine.Version
	flow                          string // "" where the version chooses it
	app, user, userType           string
	appOpen, userOpen             bool // nobody named them
	secretEnv, secretFile         string
}

// secret is the reference to the app's secret.
func (e *environment) secret() string {
	if e.secretFile != "" {
		return "{file: " + scalar(e.secretFile) + "}"
	}
	return "{env: " + scalar(e.secretEnv) + "}"
}

// document is a whole manifest.
func (e *environment) document(words report.Words) string {
	return fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: %s}\n%s", schema.APIVersion, schema.DocKind, scalar(e.name), e.block(words))
}

// block is the environment as a field of a manifest.
func (e *environment) block(words report.Words) string {
	var b strings.Builder
	line := func(indent, name, value string, open bool) {
		if value == "" {
			return
		}
		note := ""
		if open {
			note = " # " + words.Message(said(report.CodePlaceholder))
		}
		fmt.Fprintf(&b, "%s%s: %s%s\n", indent, name, value, note)
	}
	b.WriteString("environment:\n")
	line("  ", "baseURL", e.base, false)
	line("  ", "version", quoted(string(e.version)), false)
	line("  ", "accountId", quoted(e.account), false)
	line("  ", "tenantId", scalar(e.tenantID), false)
	b.WriteString("  auth:\n")
	line("    ", "appId", scalar(e.app), e.appOpen)
	line("    ", "appSecret", e.secret(), false)
	line("    ", "user", scalar(e.user), e.userOpen)
	line("    ", "userType", scalar(e.userType), false)
	line("    ", "flow", e.flow, false)
	return b.String()
}

var (
	plainScalar = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`)
	reserved    = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|null|y|n)$`)
)

// scalar writes a text as YAML, plain where nothing else could be meant.
func scalar(s string) string {
	if s == "" || plainScalar.MatchString(s) && !reserved.MatchString(s) {
		return s
	}
	return quoted(s)
}

// quoted writes a text as YAML in quotes, which JSON's are.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text
	return strings.TrimSuffix(b.String(), "\n")
}

// nameOf makes the name of a tenant from its context path, or from its host where
// that says nothing.
func nameOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	name := strings.Trim(u.Path, "/")
	if name == "" || name == "ierp" {
		if name, _, _ = strings.Cut(u.Hostname(), "."); u.Hostname() == "" || strings.Trim(name, "0123456789:") == "" {
			name = "tenant"
		}
	}
	name = strings.Trim(notOfNames.ReplaceAllString(strings.ToLower(name), "-"), "-.")
	return cmp.Or(name[:min(len(name), 60)], "tenant")
}

var notOfNames = regexp.MustCompile(`[^a-z0-9.-]+`)

// userTypeOf tells from a user how the old flow is to understand it.
func userTypeOf(user string) string {
	switch {
	case strings.Contains(user, "@"):
		return "Email"
	case phone.MatchString(user):
		return "Mobile"
	}
	return "UserName"
}

var phone = regexp.MustCompile(`^(\+?[0-9]{2,4}-?)?1[0-9]{10}$`)
