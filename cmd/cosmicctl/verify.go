package main

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"

	"github.com/spf13/cobra"
)

type verifyFlags struct {
	connectFlags
	outputFlags
	integrations  []string
	callCallbacks bool
}

func (a *app) verifyCommand() *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify PATH…",
		Short: "Prove that each integration works: its token, the gateway, its code and its encoding; write nothing",
		Long: `Prove each integration of the manifests below PATH…, as the outside system itself:

  token            its own app, secret and user get one, in the flow that the app uses
  gateway          a query that cannot match anything is let in
  business system  the gateway knows the code
  encoding         both sides read the data, in BASE64 or AES

An integration is a third-party app with a secret and the business system of the same
code or, where the manifests have one of each, these. Its user is the first of the app's
agentUsers. Others are named with --integration APP:USER:SYSTEM; then only those are
proven. A wrong secret is tried once, never twice, for five lock an app.

With --call-callbacks each callback address is called once as 发票云 would, with the
failure of an invoice that cannot exist. It must answer with success, without any
authentication. Its host must be allowed, as for secrets, or is asked about. This proves
that the address is reached from here, not from 发票云.

Exit codes: 0 all checks passed, 2 a check failed, 3 an invalid manifest or no
integration, 4 something did not answer, 5 a host was not allowed. See 'cosmicctl help connect'.`,
		Example: `  cosmicctl verify manifests/
  cosmicctl verify --call-callbacks manifests/
  cosmicctl verify --integration ERP01:lisi:ERP01 -o json=verify.json manifests/`,
		Args: paths,
		RunE: func(cmd *cobra.Command, args []string) error { return a.verifyIntegrations(cmd.Context(), args, f) },
	}
	f.choiceFlags.register(cmd)
	f.registerReading(cmd)
	f.outputFlags.register(cmd)
	cmd.Flags().StringArrayVar(&f.integrations, "integration", nil, "`APP:USER:SYSTEM` to prove, where codes do not pair them; without USER the first agent user; may be repeated")
	cmd.Flags().BoolVar(&f.callCallbacks, "call-callbacks", false, "call the callback addresses too, as 发票云 would")
	return cmd
}

func (a *app) verifyIntegrations(ctx context.Context, args []string, f verifyFlags) error {
	wanted, err := wantedIntegrations(f.integrations)
	if err != nil {
		return err
	}
	return a.checking(ctx, "verify", args, f.connectFlags, f.outputFlags, func(s *session, o outputs, run *report.Run) error {
		return s.prove(ctx, o, run, wanted, f.callCallbacks)
	})
}

// prove proves the integrations of all tenants, and tells what came of it.
func (s *session) prove(ctx context.Context, o outputs, run *report.Run, wanted []integrationName, call bool) error {
	text := s.planText(false)
	found := map[integrationName]bool{}
	notifier := cosmic.NewNotifier(s.roots, 0, rand.Reader)
	defer notifier.Close()
	checked := 0
	for p := range eachTenant(ctx, s, func(ctx context.Context, t *engine.Tenant) *proof { return s.proofOf(ctx, t, wanted, call, notifier) }) {
		if ctx.Err() != nil {
			return interrupted(ctx, "not all integrations were proven")
		}
		for _, w := range p.wanted {
			found[w] = true
		}
		checked += len(p.checks)
		s.code = worst(s.code, p.code())
		run.AddChecks(p.tenant, p.checks, p.notes)
		if o.text() {
			text.Checks(p.tenant, p.checks, p.notes)
		}
	}
	if o.text() {
		text.AllChecks(run)
	}
	for _, w := range wanted {
		if !found[w] && !s.loaded.Failed() {
			return coded(exitInvalid, report.Fault("no-such-integration", "integration", w.String()))
		}
	}
	if checked == 0 && s.code == exitClean {
		return coded(exitInvalid, report.Fault("no-integration"))
	}
	return nil
}

// integrationName is an integration as a flag names it.
type integrationName struct{ app, user, system string }

func (n integrationName) String() string { return n.app + ":" + n.user + ":" + n.system }

func wantedIntegrations(flags []string) ([]integrationName, error) {
	var out []integrationName
	for _, v := range flags {
		app, rest, _ := strings.Cut(v, ":")
		i := strings.LastIndexByte(rest, ':')
		n := integrationName{app: app}
		if i >= 0 {
			n.user, n.system = rest[:i], rest[i+1:]
		}
		if n.app == "" || n.system == "" {
			return nil, coded(exitInvalid, report.Fault("integration-form", "value", strconv.Quote(v)))
		}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out, nil
}

// integrationsOf are the integrations of a tenant that are to be proven, and what is
// to be said of the others.
func (s *session) integrationsOf(t *engine.Tenant, wanted []integrationName) (pairs []engine.Integration, of []integrationName, notes []engine.Diagnostic) {
	if len(wanted) == 0 {
		pairs, notes = s.schema.Kinds.Integrations(t)
		return pairs, nil, notes
	}
	clients, systems := s.schema.Kinds.Clients(t), s.schema.Kinds.Systems(t)
	for _, w := range wanted {
		i := slices.IndexFunc(clients, func(c engine.Client) bool { return c.App == w.app })
		j := slices.IndexFunc(systems, func(x engine.System) bool { return x.Code == w.system })
		if i < 0 || j < 0 {
			continue
		}
		of = append(of, w)
		pair := engine.Integration{Client: clients[i], User: w.user, System: systems[j]}
		if pair.User == "" && len(clients[i].Users) > 0 {
			pair.User = clients[i].Users[0]
		}
		pairs = append(pairs, pair)
	}
	return pairs, of, nil
}
