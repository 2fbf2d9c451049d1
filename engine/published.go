package engine

import (
	"context"
	"slices"
)

// What became of a definition.
const (
	CodePublishDone      Code = "publish-done"
	CodePublishOffDone   Code = "publish-off-done"
	CodePublishOffUntold Code = "publish-off-untold"
	CodePublishRefused   Code = "publish-refused"
	CodePublishFailed    Code = "publish-failed"
	CodePublishMoved     Code = "publish-moved"
	CodePublishUnseen    Code = "publish-unseen"
	CodePublishCalled    Code = "publish-called"
	CodePublishUncalled  Code = "publish-uncalled"
	CodePublishUnchecked Code = "publish-unchecked"
)

// Publish makes what a publication plans. The list of APIs is read again before the
// first write of each application, so that nobody's API that came meanwhile is replaced,
// and after the last: only reading back proves a write. A query that was published is
// called too. The checks are in the order of the definitions; those of the calls follow.
func (p *Publication) Publish(ctx context.Context, live Described, r Reader, w Definer, kinds Catalog) []Check {
	before := map[string][]API{}
	errs := map[string]error{}
	for _, d := range p.Definitions {
		if _, known := errs[d.App]; !known {
			before[d.App], errs[d.App] = live.APIs(ctx, d.App)
		}
	}
	var out []Check
	for _, d := range p.Definitions {
		out = append(out, d.publish(ctx, w, before[d.App], errs[d.App]))
	}
	after := map[string][]API{}
	for _, d := range p.Definitions {
		if _, known := after[d.App]; !known {
			after[d.App], _ = live.APIs(ctx, d.App)
		}
	}
	for i, d := range p.Definitions {
		switch {
		case out[i].Result != Passed || d.seen(after[d.App]):
		case d.Disabled && d.Op == OpQuery:
			out[i] = d.silent(ctx, r, kinds.Kind(d.Kind))
		case d.Disabled:
			out[i].Result, out[i].Finding.Code = Untold, CodePublishOffUntold
		default:
			out[i].Result, out[i].Finding.Code = Warned, CodePublishUnseen
		}
	}
	for i, d := range p.Definitions {
		if d.Op == OpQuery && !d.Disabled && out[i].Result != Missed {
			out = append(out, d.called(ctx, r, kinds.Kind(d.Kind)))
		}
	}
	return out
}

func (d *Definition) check(result CheckResult, code Code, evidence string) Check {
	return Check{Subject: d.Form, Name: TopicPublished, Result: result, Evidence: evidence,
		Finding: Diagnostic{Code: code, Args: map[string]string{"form": d.Form, "op": d.Op, "number": d.Number, "path": d.Path}}}
}

func (d *Definition) publish(ctx context.Context, w Definer, apis []API, unread error) Check {
	if unread == nil {
		unread = ctx.Err()
	}
	if unread != nil {
		return d.check(Missed, CodePublishUnchecked, unread.Error())
	}
	if slices.ContainsFunc(apis, func(a API) bool { return (a.Path == d.Path) != (a.Number == d.Number) }) {
		return d.check(Missed, CodePublishMoved, "")
	}
	said, err := w.Define(ctx, d)
	switch {
	case err != nil:
		return d.check(Missed, CodePublishFailed, err.Error())
	case !said.OK:
		return d.check(Missed, CodePublishRefused, said.Message)
	case d.Disabled:
		return d.check(Passed, CodePublishOffDone, "")
	}
	return d.check(Passed, CodePublishDone, "")
}

// seen tells whether a list shows what was published: the API, or of one that was
// switched off that it is not there or off.
func (d *Definition) seen(apis []API) bool {
	at := slices.IndexFunc(apis, func(a API) bool { return a.Number == d.Number && a.Path == d.Path })
	if d.Disabled {
		return apis != nil && (at < 0 || apis[at].Disabled)
	}
	return at >= 0 && !apis[at].Disabled
}

// called asks for one object that cannot be there.
func (d *Definition) called(ctx context.Context, r Reader, k *Kind) Check {
	if _, err := r.List(ctx, k, Filter{"id": {"0"}}); err != nil {
		return d.check(Warned, CodePublishUncalled, err.Error())
	}
	return d.check(Passed, CodePublishCalled, "")
}

// silent tells whether a query that was switched off is: a list may show it all the same.
func (d *Definition) silent(ctx context.Context, r Reader, k *Kind) Check {
	if _, err := r.List(ctx, k, Filter{"id": {"0"}}); err != nil && Unpublished(err) {
		return d.check(Passed, CodePublishOffDone, "")
	}
	return d.check(Warned, CodePublishUnseen, "")
}
