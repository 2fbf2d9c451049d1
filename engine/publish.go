package engine

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// API is one of the APIs that a tenant publishes.
type API struct {
	Number   string
	Path     string
	Disabled bool
}

// own tells whether the API was published here.
func (a *API) own() bool { return strings.HasPrefix(a.Number, OwnPrefix) }

// Described is a live side that tells of its forms and APIs. It cannot publish.
type Described interface {
	Publisher
	Properties(ctx context.Context, form string) ([]Property, error)
	// Operations are those of a form; none where the live side does not say.
	Operations(ctx context.Context, form string) ([]string, error)
	APIs(ctx context.Context, app string) ([]API, error)
}

// Definer publishes. It replaces what stands at the definition's path, whoever put it
// there, so that only a [Publication] says what it may be given.
type Definer interface {
	Define(ctx context.Context, d *Definition) (Outcome, error)
}

// The topics of a publication.
const (
	TopicPublished  Code = "check-published"
	TopicProperties Code = "check-properties"
)

// What a publication finds.
const (
	CodePublished      Code = "publish-there"
	CodePublishedOwn   Code = "publish-own"
	CodePublishSilent  Code = "publish-silent"
	CodePublishNew     Code = "publish-new"
	CodePublishAgain   Code = "publish-again"
	CodePublishOff     Code = "publish-off"
	CodePublishTaken   Code = "publish-taken"
	CodeNoOperation    Code = "publish-no-operation"
	CodeNoKey          Code = "publish-no-key"
	CodeNoMetadata     Code = "publish-no-metadata"
	CodeNoList         Code = "publish-no-list"
	CodePropertiesHere Code = "publish-properties"
	CodeByTitle        Code = "publish-by-title"
	CodeByColumns      Code = "publish-by-columns"
	CodeNoProperty     Code = "publish-missing"
	CodeAppList        Code = "publish-app-list"
)

// Publication is what is to be published for a tenant's manifests, or taken away.
type Publication struct {
	Definitions []*Definition
	Checks      []Check
	// Names are the tenant's own names of properties that were found by something else
	// than their name, by form: what the environment lacks.
	Names map[string]map[string]string
}

// PublishOptions say what a publication is for.
type PublishOptions struct {
	Remove bool // switch off what was published here
	Renew  bool // publish anew what was published here before
}

// NewPublication compares what the kinds in use need with what the tenant has. The
// kinds are those of the kind files, without the tenant's own names.
//
// # Nobody else's definition
//
// Publishing is an upsert by address, and replaces whole. So an operation counts as
// lacking only if the tenant's list of APIs was read and has nothing at its address, or
// what it has bears the prefix of this tool. Whatever else stands there is somebody's,
// and since calls reach it, it will do.
func NewPublication(ctx context.Context, live Described, r Reader, kinds Catalog, t *Tenant, o PublishOptions) *Publication {
	p := &publishing{live: live, reader: r, tenant: t, opts: o, apis: map[string][]API{}, errs: map[string]error{}, out: &Publication{Names: map[string]map[string]string{}}}
	for _, k := range kinds.inUse(t) {
		p.kind(ctx, k)
	}
	return p.out
}

// inUse are the kinds that a tenant declares, and those that they refer to.
func (c Catalog) inUse(t *Tenant) Catalog {
	used := map[string]bool{}
	for _, k := range c {
		if k.Section == "" || k.Formless() || !declares(t, k) {
			continue
		}
		used[k.Name] = true
		for _, f := range k.Fields {
			if f.Ref != "" {
				used[f.Ref] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(c), func(k *Kind) bool { return !used[k.Name] })
}

type publishing struct {
	live   Described
	reader Reader
	tenant *Tenant
	opts   PublishOptions
	apis   map[string][]API
	errs   map[string]error
	out    *Publication
}

func (p *publishing) say(k *Kind, topic Code, result CheckResult, code Code, evidence string, args ...string) {
	d := Diagnostic{Code: code, Args: map[string]string{"form": k.Form}}
	for i := 0; i+1 < len(args); i += 2 {
		d.Args[args[i]] = args[i+1]
	}
	p.out.Checks = append(p.out.Checks, Check{Subject: k.Form, Name: topic, Result: result, Finding: d, Evidence: evidence})
}

// list reads the APIs of an application, once.
func (p *publishing) list(ctx context.Context, app string) ([]API, error) {
	if _, known := p.apis[app]; !known {
		p.apis[app], p.errs[app] = p.live.APIs(ctx, app)
	}
	return p.apis[app], p.errs[app]
}

func (p *publishing) kind(ctx context.Context, k *Kind) {
	apis, err := p.list(ctx, k.App)
	if err != nil {
		p.say(k, TopicPublished, Missed, CodeNoList, err.Error(), "app", k.App)
		return
	}
	all, err := p.live.Properties(ctx, k.Form)
	if err != nil || len(all) == 0 {
		evidence := ""
		if err != nil {
			evidence = err.Error()
		}
		p.say(k, TopicProperties, Missed, CodeNoMetadata, evidence)
		return
	}
	known, _ := p.live.Operations(ctx, k.Form) // what it does not say, the tenant will when it refuses
	own := p.tenant.Environment.Properties[k.Form]
	m := &matching{names: own, all: all}
	found := m.find(k)
	apis, silent := p.answers(ctx, k, apis)
	for _, op := range k.Operations() {
		p.operation(k, op, apis, known, found)
	}
	for i := range p.out.Checks {
		c := &p.out.Checks[i]
		if silent != nil && c.Subject == k.Form && c.Result == Passed && c.Finding.Args["op"] == OpQuery {
			c.Result, c.Finding.Code, c.Evidence = Missed, CodePublishSilent, silent.Error()
		}
	}
	if !p.opts.Remove {
		p.names(k, found)
	}
}

// answers calls the query of a kind where the list shows it, since an API may be listed
// and switched off. If it is one that was published here, all of the kind are taken for
// switched off with it; if it is somebody's, a person must look.
func (p *publishing) answers(ctx context.Context, k *Kind, apis []API) ([]API, error) {
	path := p.live.Path(k, OpQuery)
	at := slices.IndexFunc(apis, func(a API) bool { return a.Path == path })
	if at < 0 {
		return apis, nil
	}
	_, err := p.reader.List(ctx, k.WithProperties(p.tenant.Environment.Properties[k.Form]), Filter{"id": {"0"}})
	if err == nil || !apis[at].own() || !Unpublished(err) {
		return apis, err
	}
	apis = slices.Clone(apis)
	for i := range apis {
		apis[i].Disabled = apis[i].Disabled || strings.HasPrefix(apis[i].Number, OwnPrefix+k.Form+"_")
	}
	return apis, nil
}

// operation decides about one operation of a kind.
func (p *publishing) operation(k *Kind, op string, apis []API, known []string, found []found) {
	path := p.live.Path(k, op)
	d, complete := k.define(op, path, found)
	args := []string{"op", op, "path", path, "number", OwnPrefix + k.Form + "_" + op}
	at := slices.IndexFunc(apis, func(a API) bool { return a.Path == path })
	elsewhere := slices.IndexFunc(apis, func(a API) bool { return a.Number == args[5] && a.Path != path })
	switch {
	case at >= 0 && (!apis[at].own() || apis[at].Number != args[5]):
		p.say(k, TopicPublished, Passed, CodePublished, "", "op", op, "path", path, "number", apis[at].Number)
	case p.opts.Remove && (at < 0 || apis[at].Disabled):
		return
	case elsewhere >= 0:
		p.say(k, TopicPublished, Missed, CodePublishTaken, "", "op", op, "path", apis[elsewhere].Path, "number", args[5])
	case !complete:
		p.say(k, TopicPublished, Missed, CodeNoKey, "", args...)
	case p.opts.Remove:
		d.Disabled = true
		p.add(k, d, CodePublishOff, args)
	case at >= 0 && !apis[at].Disabled && !p.opts.Renew:
		p.say(k, TopicPublished, Passed, CodePublishedOwn, "", args...)
	case at >= 0:
		p.add(k, d, CodePublishAgain, args)
	case op != OpQuery && len(known) > 0 && !slices.Contains(known, op):
		p.say(k, TopicPublished, Missed, CodeNoOperation, strings.Join(known, " "), args...)
	default:
		p.add(k, d, CodePublishNew, args)
	}
}

func (p *publishing) add(k *Kind, d *Definition, code Code, args []string) {
	p.say(k, TopicPublished, Warned, code, "", args...)
	p.out.Definitions = append(p.out.Definitions, d)
}

// names tells of each property that is not there under its name.
func (p *publishing) names(k *Kind, all []found) {
	there := 0
	for _, f := range all {
		args := []string{"property", f.Found.Property, "live", f.Live, "field", f.Field}
		switch f.By {
		case ByName:
			there++
			continue
		case NotFound:
			p.say(k, TopicProperties, Warned, CodeNoProperty, "", args...)
			continue
		case ByTitle:
			p.say(k, TopicProperties, Warned, CodeByTitle, "", args...)
		case ByColumns:
			p.say(k, TopicProperties, Warned, CodeByColumns, "", args...)
		}
		if p.out.Names[k.Form] == nil {
			p.out.Names[k.Form] = map[string]string{}
		}
		p.out.Names[k.Form][f.Found.Property] = f.Live
	}
	p.say(k, TopicProperties, Passed, CodePropertiesHere, "", "n", strconv.Itoa(there), "all", strconv.Itoa(len(all)))
}

// Unmade tells whether something that is needed could not be planned.
func (p *Publication) Unmade() bool {
	return slices.ContainsFunc(p.Checks, func(c Check) bool { return c.Result == Missed })
}

// Standing are the checks of what is not to be published, or taken away.
func (p *Publication) Standing() []Check {
	return slices.DeleteFunc(slices.Clone(p.Checks), func(c Check) bool {
		return c.Name == TopicPublished && c.Result == Warned
	})
}

// Lines are the tenant's own names as the environment of a manifest gives them.
func (p *Publication) Lines() []string {
	if len(p.Names) == 0 {
		return nil
	}
	out := []string{"environment:", "  properties:"}
	for _, form := range slices.Sorted(maps.Keys(p.Names)) {
		out = append(out, "    "+form+":")
		for _, name := range slices.Sorted(maps.Keys(p.Names[form])) {
			out = append(out, "      "+strconv.Quote(name)+": "+strconv.Quote(p.Names[form][name]))
		}
	}
	return out
}
