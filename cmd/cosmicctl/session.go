package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strconv"
	"sync"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"
	"cosmicctl/engine/secrets"
	"cosmicctl/schema"

	"github.com/spf13/cobra"
)

// connectFlags say how a command reaches the live side.
type connectFlags struct {
	choiceFlags
	policyFlags
	ageFlags
	sandbox      bool
	sandboxState string
	allowHosts   []string
	allowExec    bool
	secretsDir   string
	setSecrets   bool
	probeSecrets bool
	caFile       string
	perMinute    int
	perSecond    int
	tenants      int
	logLevel     string
}

func (f *connectFlags) register(cmd *cobra.Command) {
	f.registerLooking(cmd)
	cmd.Flags().BoolVar(&f.setSecrets, "set-secrets", false, "write the secrets of existing objects too")
	cmd.Flags().BoolVar(&f.probeSecrets, "probe-secrets", false, "ask for a token to tell whether a secret is the live one, once for each app; a wrong one counts as a failed login, and five lock the app")
}

// registerLooking are the flags of a command that reads tenants and writes nothing.
func (f *connectFlags) registerLooking(cmd *cobra.Command) {
	f.choiceFlags.register(cmd)
	f.policyFlags.register(cmd)
	f.registerReading(cmd)
}

// registerReading are the flags of a command that reads tenants and holds nothing
// against rules.
func (f *connectFlags) registerReading(cmd *cobra.Command) {
	f.ageFlags.register(cmd)
	fs := cmd.Flags()
	fs.BoolVar(&f.sandbox, "sandbox", false, "use a sandbox on this machine in place of the tenants; no secret is resolved")
	fs.StringVar(&f.sandboxState, "sandbox-state", "", "state of the sandbox (default .cosmicctl/sandbox.json)")
	fs.StringSliceVar(&f.allowHosts, "allow-host", nil, "host that secrets may be sent to; also COSMICCTL_ALLOW_HOST")
	fs.BoolVar(&f.allowExec, "allow-exec", false, "let secrets be read from commands that manifests name")
	fs.StringVar(&f.secretsDir, "secrets-dir", "", "folder that secrets may be read from, beside the manifest's own")
	fs.StringVar(&f.caFile, "ca-file", "", "certificate authorities to trust, as PEM")
	fs.IntVar(&f.perMinute, "rate-minute", 0, "requests a minute to one tenant (default 120)")
	fs.IntVar(&f.perSecond, "rate-second", 0, "requests a second to one tenant (default 5)")
	fs.IntVar(&f.tenants, "tenants", 4, "tenants read at once")
	fs.StringVar(&f.logLevel, "log-level", "warn", "what is logged to stderr: debug, info, warn or error")
}

// session is a run of a command over the tenants of some manifests.
type session struct {
	*app
	flags  connectFlags
	loaded *schema.Result
	base   *base // nil without --base
	guards guards
	// created tells the ids of the live objects of a kind that this tool created;
	// nil if there is no journal to tell.
	created  func(t *engine.Tenant, kind string) (map[string]bool, error)
	recalled *recall       // nil where nothing is remembered
	kept     *keeper       // nil where nothing is written
	sandbox  *localSandbox // nil without --sandbox
	hosts    *hostGuard
	log      *slog.Logger
	roots    *x509.CertPool
	// lastSecrets tells what this tool wrote last, and writtenKey is the key of its
	// fingerprints; nil where nothing remembers it.
	lastSecrets lastSecrets
	writtenKey  *secrets.Key

	mu       sync.Mutex
	resolved map[string]engine.Secret
}

// open loads the manifests and, if asked to, starts the sandbox.
func (a *app) open(ctx context.Context, args []string, f connectFlags) (*session, error) {
	s := &session{app: a, flags: f, resolved: map[string]engine.Secret{}}
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.logLevel)); err != nil {
		return nil, coded(exitInvalid, report.Fault("log-level", "level", strconv.Quote(f.logLevel)))
	}
	s.log = slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: level, ReplaceAttr: a.worded}))
	var err error
	if s.roots, err = rootCAs(f.caFile); err != nil {
		return nil, coded(exitInvalid, err)
	}
	if s.hosts, err = newHostGuard(a, f.allowHosts); err != nil {
		return nil, coded(exitInvalid, err)
	}
	if s.loaded, err = a.load(ctx, args, f.choiceFlags, f.policyFlags, schema.Options{Keep: true}); err != nil {
		return nil, err
	}
	if err := declaring(s.loaded); err != nil {
		return nil, err
	}
	if f.sandbox {
		s.sandbox, err = a.startLocalSandbox(f.sandboxState, args, s.loaded.Tenants)
	}
	return s, err
}

func (s *session) close() {
	if err := s.kept.release(); err != nil {
		fmt.Fprintln(s.err, "cosmicctl:", err)
	}
	if s.sandbox != nil {
		if err := s.sandbox.close(); err != nil {
			fmt.Fprintln(s.err, "cosmicctl:", err)
		}
	}
}

// diagnostics prints what is wrong with the manifests, and what a folder held besides.
func (s *session) diagnostics() {
	report.Diagnostics(s.err, style(s.err), s.words, s.loaded.Diagnostics)
	if text := s.words.SkippedSummary(s.loaded.Skipped); text != "" {
		fmt.Fprintln(s.err, text)
	}
}

func rootCAs(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, about("--ca-file", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, report.Fault("no-certificate", "file", file)
	}
	return pool, nil
}

// refusal is why a tenant is not even connected to.
func refusal(t *engine.Tenant, err error) engine.Diagnostic {
	d := engine.Diagnostic{Severity: engine.Error, Code: report.CodeConnect, Pos: t.Origin, Path: "environment",
		Class: engine.ClassInvalid, Args: map[string]string{"error": err.Error()}}
	var host *hostError
	var refused *secrets.RefusedError
	switch {
	case errors.As(err, &host):
		d.Code, d.Hint, d.Class = host.code, host.hint, engine.ClassRefused
		d.Args["host"] = host.host
	case errors.As(err, &refused):
		d.Class = engine.ClassRefused
	}
	return d
}

// connect makes the client of a tenant. It resolves the secrets of the
// environment, once their host is known to be one of the user's own, and opens
// no connection yet.
func (s *session) connect(ctx context.Context, t *engine.Tenant) (*cosmic.Tenant, error) {
	return s.connectWith(ctx, t, s.client)
}

func (s *session) connectWith(ctx context.Context, t *engine.Tenant, o cosmic.Options) (*cosmic.Tenant, error) {
	env := t.Environment
	limit := cosmic.Limit{PerMinute: s.flags.perMinute, PerSecond: s.flags.perSecond}
	if s.sandbox != nil {
		env.BaseURL = s.sandbox.address(env.BaseURL)
		if limit == (cosmic.Limit{}) {
			limit = cosmic.Limit{PerMinute: -1, PerSecond: -1}
		}
	} else if err := s.hosts.allow(ctx, t); err != nil {
		return nil, err
	}
	if err := s.resolveAll(ctx, env); err != nil {
		return nil, err
	}
	o.Tenant, o.Environment, o.Limit, o.RootCAs, o.Log = t.Name, env, limit, s.roots, s.log
	o.SecretName, o.Secret = env.Auth.SecretName, s.resolve
	return cosmic.New(o)
}

// resolveAll resolves the secrets of an environment, so that one that cannot be
// had is a problem of the tenant and not of each of its requests.
func (s *session) resolveAll(ctx context.Context, env engine.Environment) error {
	_, err := s.resolve(ctx, env.Auth.AppSecret)
	for _, name := range slices.Sorted(maps.Keys(env.Headers)) {
		if ref := env.Headers[name].Ref; err == nil && ref != nil {
			_, err = s.resolve(ctx, *ref)
		}
	}
	return err
}

// resolve gives a made-up value with a sandbox, and the real one without. A
// reference is resolved once in a run, so that what was checked is what is written.
func (s *session) resolve(ctx context.Context, ref engine.SecretRef) (engine.Secret, error) {
	if s.sandbox != nil {
		return secrets.Made(ctx, ref)
	}
	return s.resolveReal(ctx, ref)
}

// resolveReal resolves a reference that has nothing to do with a tenant.
func (s *session) resolveReal(ctx context.Context, ref engine.SecretRef) (engine.Secret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := fmt.Sprintf("%q", []any{ref.Dir, ref.Env, ref.File, ref.Exec, ref.Age})
	if value, known := s.resolved[key]; known {
		return value, nil
	}
	r := &secrets.Resolver{AllowExec: s.flags.allowExec, Dir: s.flags.secretsDir, Getenv: os.LookupEnv, Identities: s.flags.identities}
	value, err := r.Resolve(ctx, ref)
	if err == nil {
		s.resolved[key] = value
	}
	return value, s.words.Told(err)
}

// forget makes each reference be resolved anew.
func (s *session) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.resolved)
}

// worded puts the errors of a log into words.
func (a *app) worded(_ []string, at slog.Attr) slog.Attr {
	if err, is := at.Value.Any().(error); is {
		return slog.String(at.Key, a.words.Tell(err))
	}
	return at
}
