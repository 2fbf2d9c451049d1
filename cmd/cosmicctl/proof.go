package main

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/cosmic"
	"cosmicctl/engine/secrets"
)

// proof is what the checks of a tenant's integrations came to.
type proof struct {
	*session
	tenant   *engine.Tenant
	notifier *cosmic.Notifier // nil where callbacks are not called
	checks   []engine.Check
	notes    []engine.Diagnostic
	wanted   []integrationName
	// clients are those that have a token, by app and user; refused are the apps
	// that got none, which are not asked about again.
	clients map[string]*cosmic.Tenant
	refused map[string]bool
}

func (p *proof) code() exitCode {
	code := exitClean
	for _, c := range p.checks {
		if c.Result != engine.Missed {
			continue
		}
		switch c.Finding.Class {
		case engine.ClassRefused:
			code = worst(code, exitRefused)
		case engine.ClassUnreadable:
			code = worst(code, exitUnreachable)
		default:
			code = worst(code, exitDiffers)
		}
	}
	return code
}

func (s *session) proofOf(ctx context.Context, t *engine.Tenant, wanted []integrationName, call bool, n *cosmic.Notifier) *proof {
	p := &proof{session: s, tenant: t, clients: map[string]*cosmic.Tenant{}, refused: map[string]bool{}}
	if call {
		p.notifier = n
	}
	var pairs []engine.Integration
	pairs, p.wanted, p.notes = s.integrationsOf(t, wanted)
	for i := range pairs {
		p.prove(ctx, &pairs[i])
	}
	for _, c := range p.clients {
		c.Rest()
	}
	return p
}

// prove makes the checks of one integration, in their order.
func (p *proof) prove(ctx context.Context, i *engine.Integration) {
	codec, err := p.codec(ctx, i)
	if err != nil {
		p.add(i, report.CheckData, engine.Missed, p.unresolved(err))
		return
	}
	if client := p.client(ctx, i); client != nil {
		p.gateway(i, client.QueryGateway(ctx, i.System.Code, codec))
	} else {
		p.skip(i, report.CheckGateway, report.CheckSystem, report.CheckData)
	}
	if p.notifier == nil {
		return
	}
	for _, address := range i.System.Callbacks {
		p.callback(ctx, i, address, codec)
	}
}

func (p *proof) codec(ctx context.Context, i *engine.Integration) (cosmic.Codec, error) {
	if !i.System.Encrypts || i.System.Key == nil {
		return cosmic.NewCodec("")
	}
	if p.sandbox == nil {
		if err := p.hosts.allow(ctx, p.tenant); err != nil {
			return cosmic.Codec{}, err
		}
	}
	key, err := p.resolve(ctx, *i.System.Key)
	if err != nil {
		return cosmic.Codec{}, err
	}
	return cosmic.NewCodec(key.Reveal())
}

// client logs in as the app, once.
func (p *proof) client(ctx context.Context, i *engine.Integration) *cosmic.Tenant {
	app, user := i.Client.App, i.User
	switch id := app + "\n" + user; {
	case user == "":
		d := said(report.CodeNoUser, "app", app, "system", i.System.Code)
		d.Hint = report.HintGiveUser
		p.add(i, report.CheckToken, engine.Missed, d)
		return nil
	case p.clients[id] != nil:
		p.add(i, report.CheckToken, engine.Passed, said(report.CodeTokenFine, p.about(i)...))
		return p.clients[id]
	case p.refused[app]:
		p.add(i, report.CheckToken, engine.Untold, said(report.CodeNotAgain, "app", app))
		return nil
	}
	t := *p.tenant
	t.Environment.Auth = engine.Auth{AppID: app, AppSecret: i.Client.Secret, User: user, UserType: userTypeOf(user),
		Flow: flowOf(i.Client.Enhanced), SecretName: p.tenant.Environment.Auth.SecretName}
	t.Environment.Headers = p.tenant.Environment.HeadersOf(app)
	o := p.app.client
	o.OneLogin = true
	client, err := p.connectWith(ctx, &t, o)
	if err != nil {
		p.add(i, report.CheckToken, engine.Missed, p.unresolved(err))
		return nil
	}
	if err := client.Login(ctx); err != nil {
		p.refused[app] = true
		p.add(i, report.CheckToken, engine.Missed, p.noToken(i, err))
		return nil
	}
	p.add(i, report.CheckToken, engine.Passed, said(report.CodeTokenFine, p.about(i)...))
	p.clients[app+"\n"+user] = client
	return client
}

func flowOf(enhanced bool) string {
	if enhanced {
		return engine.FlowEnhanced
	}
	return engine.FlowLogin
}

// noToken says why there is no token, and what to look at.
func (p *proof) noToken(i *engine.Integration, err error) engine.Diagnostic {
	d := said(report.CodeTokenFailed, append(p.about(i), "error", reasonOf(err))...)
	e, ok := errors.AsType[*cosmic.Error](err)
	switch {
	case ok && e.Unreachable():
		d.Class, d.Hint = engine.ClassUnreadable, e.Hint()
	case ok && e.WrongSecret():
		d.Hint = report.HintTokenSecret
	default:
		d.Hint = report.HintTokenOther
	}
	return d
}

// gateway turns how far the query came into checks.
func (p *proof) gateway(i *engine.Integration, a cosmic.GatewayAnswer) {
	steps := []struct {
		name engine.Code
		fine engine.Diagnostic
	}{
		{report.CheckGateway, said(report.CodeGatewayFine)},
		{report.CheckSystem, said(report.CodeSystemFine, p.about(i)...)},
		{report.CheckData, said(a.Code, p.about(i)...)},
	}
	for n, step := range steps {
		switch stage := cosmic.Stage(n); {
		case stage < a.Stage && a.Code == cosmic.DataUnproven && step.name == report.CheckData:
			p.add(i, step.name, engine.Warned, step.fine)
		case stage < a.Stage:
			p.add(i, step.name, engine.Passed, step.fine)
		case stage == a.Stage:
			p.add(i, step.name, engine.Missed, p.refusal(i, a))
		default:
			p.skip(i, step.name)
		}
	}
}

// gatewayHints say what to look at, and in which menu, after an answer.
func gatewayHints() map[engine.Code]engine.Code {
	return map[engine.Code]engine.Code{
		cosmic.GatewayUnauthorised: report.HintGatewayToken, cosmic.GatewayIdentity: report.HintGatewayOwn,
		cosmic.GatewayAPIList: report.HintGatewayApp, cosmic.GatewayAddress: report.HintGatewayApp,
		cosmic.GatewayForbidden: report.HintGatewayApp, cosmic.GatewayClosed: report.HintGatewayApp,
		cosmic.GatewayUser:        report.HintGatewayUser,
		cosmic.GatewayUnpublished: report.HintGatewayAPI,
		cosmic.SystemUnknown:      report.HintGatewaySystem, cosmic.SystemOff: report.HintGatewaySystem,
		cosmic.DataNotRead: report.HintGatewayData, cosmic.DataOtherKey: report.HintGatewayData,
		cosmic.DataNotEncrypted: report.HintGatewayData, cosmic.DataEncrypted: report.HintGatewayData, cosmic.DataUnreadable: report.HintGatewayData,
	}
}

func (p *proof) refusal(i *engine.Integration, a cosmic.GatewayAnswer) engine.Diagnostic {
	why := ""
	if a.Err != nil {
		why = reasonOf(a.Err)
	}
	d := said(a.Code, append(p.about(i), "error", why)...)
	d.Hint = gatewayHints()[a.Code]
	switch d.Hint {
	case report.HintGatewaySystem, report.HintGatewayData:
		d.Args["menu"], d.Pos = i.System.Kind.MenuOn(p.tenant.Environment.Version), i.System.Resource.Origin
	case report.HintGatewayUser:
		for _, k := range p.schema.Kinds {
			if k.Self != nil && k.Self.API != "" {
				d.Args["menu"] = k.MenuOn(p.tenant.Environment.Version)
			}
		}
	}
	if e, ok := errors.AsType[*cosmic.Error](a.Err); ok && a.Code == cosmic.GatewayFailed {
		d.Hint = e.Hint()
		if e.Unreachable() {
			d.Class = engine.ClassUnreadable
		}
	}
	return d
}

// callback calls an address, if its host is one of the user's own.
func (p *proof) callback(ctx context.Context, i *engine.Integration, address string, codec cosmic.Codec) {
	u, err := url.Parse(address)
	if err != nil || !p.hosts.allowCallback(ctx, u) {
		host := ""
		if err == nil {
			host = u.Host
		}
		d := said(report.CodeCallbackHost, "url", bareAddress(address), "host", host)
		d.Class, d.Hint = engine.ClassRefused, report.HintAllowHost
		p.add(i, report.CheckCallback, engine.Missed, d)
		return
	}
	a := p.notifier.Notify(ctx, address, codec)
	d := said(a.Code, "url", bareAddress(address), "said", a.Said)
	result := engine.Missed
	switch a.Code {
	case cosmic.CallbackFine:
		result = engine.Passed
	case cosmic.CallbackUnfinished:
		d.Class = engine.ClassUnreadable
	}
	p.add(i, report.CheckCallback, result, d)
}

// bareAddress is an address without its query, which may hold a key.
func bareAddress(address string) string {
	bare, _, _ := strings.Cut(address, "?")
	return bare
}

// about are the arguments of messages about an integration.
func (p *proof) about(i *engine.Integration) []string {
	flow, enhanced, encoding := "login.do", "off", "BASE64"
	if i.Client.Enhanced {
		flow, enhanced = "getToken", "on"
	}
	if i.System.Encrypts {
		encoding = "AES+BASE64"
	}
	return []string{"app", i.Client.App, "user", i.User, "system", i.System.Code, "flow", flow, "enhanced", enhanced, "encoding", encoding,
		"menu", i.Client.Kind.MenuOn(p.tenant.Environment.Version)}
}

// unresolved is why a check was not made: a host or a secret.
func (p *proof) unresolved(err error) engine.Diagnostic {
	d := refusal(p.tenant, err)
	var refused *secrets.RefusedError
	if d.Class == engine.ClassInvalid && !errors.As(err, &refused) {
		d.Code = report.CodeSecretMissing
	}
	return d
}

func (p *proof) skip(i *engine.Integration, names ...engine.Code) {
	for _, name := range names {
		p.add(i, name, engine.Untold, said(report.CodeNotTried))
	}
}

func (p *proof) add(i *engine.Integration, name engine.Code, result engine.CheckResult, d engine.Diagnostic) {
	if result != engine.Passed && result != engine.Untold && d.Pos.File == "" {
		d.Pos = i.Client.Resource.Origin
	}
	p.checks = append(p.checks, engine.Check{Subject: i.Subject(), Name: name, Result: result, Finding: d})
}
