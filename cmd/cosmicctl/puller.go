package main

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/schema"
)

// puller brings manifests to what is live.
type puller struct {
	*suggestion
	flags   pullFlags
	targets map[string]*destination // by tenant; none where the files of PATH are edited
	secrets []secretToCome
	tally   map[string]*tally // by tenant
	order   []string          // of tenants
	hidden  int               // values that may be secrets
}

// secretToCome is a secret that somebody must supply.
type secretToCome struct{ env, object string }

// tally counts what became of a tenant's objects.
type tally struct{ added, changed, removed, same, elsewhere, left, preset int }

// adopt edits the manifests of all tenants that were read.
func (p *puller) adopt(all []*pulled) error {
	if err := p.begin(all); err != nil {
		return err
	}
	for _, d := range all {
		p.tally[d.tenant.Name] = &tally{preset: d.adoption.Preset}
		p.order = append(p.order, d.tenant.Name)
		if err := p.tenant(d); err != nil {
			return err
		}
	}
	return nil
}

// begin begins the files that are not there yet.
func (p *puller) begin(all []*pulled) error {
	openings := map[string][]schema.Opening{}
	for _, d := range all {
		to := p.targets[d.tenant.Name]
		if to == nil || !to.fresh {
			continue
		}
		o := schema.Opening{Tenant: d.tenant}
		if to.alone {
			from, err := p.draft(d.tenant.Origin.File)
			if err != nil {
				return err
			}
			o.From = from.Draft
		}
		openings[to.file] = append(openings[to.file], o)
	}
	for file, o := range openings {
		d, err := p.editor.Begin(file, o)
		if err != nil {
			return err
		}
		p.drafts[file] = &draft{Draft: d}
	}
	return nil
}

// tenant edits the manifests of one tenant.
func (p *puller) tenant(d *pulled) error {
	to := p.targets[d.tenant.Name]
	n := p.tally[d.tenant.Name]
	fresh := map[string][]engine.Adoptee{}
	for i := range d.adoption.Objects {
		o := &d.adoption.Objects[i]
		home := p.home(d.tenant, o.Ref).File
		if to != nil {
			home = to.file
		}
		switch {
		case to != nil && to.alone:
			if o.Live != nil {
				fresh[home] = append(fresh[home], *o)
			}
		case o.Want == nil:
			fresh[home] = append(fresh[home], *o)
		case o.Same:
			n.same++
		case to != nil && o.Want.Origin.File != to.file:
			n.elsewhere++
			p.code = worst(p.code, exitDiffers)
		case p.accept(d.tenant, o, n):
			fresh[o.Want.Origin.File] = append(fresh[o.Want.Origin.File], *o)
		}
	}
	for _, file := range slices.Sorted(maps.Keys(fresh)) {
		at, err := p.draft(file)
		if err != nil {
			return err
		}
		p.declare(d.tenant, at, file, fresh[file], n)
	}
	return nil
}

// accept brings the declaration of an object to what is live. It tells whether the
// object is to be declared anew, in place of what wanted it gone.
func (p *puller) accept(t *engine.Tenant, o *engine.Adoptee, n *tally) (anew bool) {
	r := o.Want
	if users := p.users[r.Origin]; users > 1 {
		p.fail(engine.Diagnostic{Code: report.CodeSharedResource, Pos: r.Origin, Path: o.Ref.String(), Args: map[string]string{"n": fmt.Sprint(users)}})
		return false
	}
	if p.loaded.Unchosen > 0 && slices.Contains(p.loaded.Bases, r.Origin.File) {
		p.fail(engine.Diagnostic{Code: report.CodeMayBeShared, Pos: r.Origin, Path: o.Ref.String()})
		return false
	}
	if o.Undeclarable() {
		p.leave(o.Ref, r.Origin, o.Faults)
		n.left++
		p.code = worst(p.code, exitDiffers)
		return false
	}
	file, err := p.draft(r.Origin.File)
	if err != nil {
		p.fail(engine.Diagnostic{Code: report.CodeNotEditable, Pos: r.Origin, Path: o.Ref.String(), Args: map[string]string{"error": err.Error()}})
		return false
	}
	var diags []engine.Diagnostic
	var secrets []schema.PlaceholderSecret
	if o.Live == nil || r.Absent {
		diags = file.Remove(r)
	} else {
		secrets, diags = file.Change(t, r, p.sayable(o))
	}
	switch {
	case len(diags) > 0:
		for _, d := range diags {
			p.fail(d)
		}
		return false
	case o.Live == nil:
		n.removed++
		p.advise(report.CodeNoLonger, r.Origin, o.Ref, nil)
	case r.Absent:
		return true
	default:
		n.changed++
	}
	p.supply(t, o.Ref, secrets)
	return false
}

// sayable are the live fields of a declared object without those that no manifest can
// repeat, of which it keeps what it wants.
func (p *puller) sayable(o *engine.Adoptee) map[string]any {
	live := maps.Clone(o.Live)
	for _, f := range o.Faults {
		if _, given := o.Want.Fields[f.Field]; given && f.Why.Code != engine.CodeMaySecret {
			delete(live, f.Field)
			p.leave(o.Ref, o.Want.Place(f.Field), []engine.Fault{f})
			p.code = worst(p.code, exitDiffers)
		}
	}
	return live
}

// declare declares objects that a file does not mention.
func (p *puller) declare(t *engine.Tenant, at *draft, file string, objects []engine.Adoptee, n *tally) {
	done, diags := at.Adopt(t, portable(objects, file), p.remark)
	for _, d := range diags {
		p.fail(d)
	}
	for _, d := range done {
		if d.Declared {
			n.added++
		} else {
			n.left++
		}
		p.leave(d.Ref, t.Origin, d.Left)
		p.supply(t, d.Ref, d.Secrets)
	}
}

// fail notes that a manifest still wants something else than what is live.
func (p *puller) fail(d engine.Diagnostic) {
	p.refuse(d)
	p.code = worst(p.code, exitDiffers)
}

// leave tells what a manifest does not say of a live object.
func (p *puller) leave(ref engine.Ref, at engine.Position, faults []engine.Fault) {
	for _, f := range faults {
		if f.Why.Code == engine.CodeMaySecret && !f.Object {
			p.hidden++
			continue
		}
		if f.Why.Class == engine.ClassUnreadable {
			p.code = worst(p.code, exitUnreachable)
		}
		code, args := p.leftOut(ref, f)
		p.advise(code, at, ref, args)
	}
}

// supply notes the secrets that a manifest now refers to.
func (p *puller) supply(t *engine.Tenant, ref engine.Ref, secrets []schema.PlaceholderSecret) {
	for _, s := range secrets {
		p.secrets = append(p.secrets, secretToCome{s.Env, t.Name + "/" + ref.String() + "." + s.Field})
	}
}

// remark is what a manifest says of something that it leaves out.
func (p *puller) remark(ref engine.Ref, f engine.Fault) string {
	code, args := p.leftOut(ref, f)
	return p.words.Phrase(code, args)
}

// leftOut is the message about something that is left out.
func (p *puller) leftOut(ref engine.Ref, f engine.Fault) (engine.Code, map[string]string) {
	args := map[string]string{"kind": p.words.Text(p.schema.Kinds.Kind(ref.Kind).Title), "key": ref.Key, "field": f.Field, "why": p.words.Message(f.Why)}
	if f.Why.Code == schema.CodeInexpressible {
		args["why"] = p.words.Phrase(report.CodeWantsOther, f.Why.Args)
	}
	switch {
	case !f.Object:
		return report.CodeFieldLeftOut, args
	case f.Field != "":
		return report.CodeObjectLeftOutFor, args
	}
	return report.CodeObjectLeftOut, args
}

// portable leaves out the references to files that lie beside another manifest.
func portable(objects []engine.Adoptee, file string) []engine.Adoptee {
	if file == "" {
		return objects
	}
	out := slices.Clone(objects)
	for i := range out {
		out[i].Live = maps.Clone(out[i].Live)
		maps.DeleteFunc(out[i].Live, func(_ string, v any) bool {
			ref, secret := v.(engine.SecretRef)
			return secret && ref.File != "" && filepath.Clean(ref.Dir) != filepath.Dir(file)
		})
	}
	return out
}

// finish writes the manifests, and says what became of the tenants.
func (p *puller) finish() error {
	for _, file := range slices.Sorted(maps.Keys(p.drafts)) {
		if err := p.put(file, p.drafts[file]); err != nil {
			return err
		}
	}
	p.tell()
	for _, name := range p.order {
		fmt.Fprintln(p.err, p.tally[name].words(p.words, name))
	}
	if p.hidden > 0 {
		fmt.Fprintln(p.err, p.words.Phrase(report.CodeHidden, map[string]string{"n": fmt.Sprint(p.hidden)}))
	}
	if len(p.secrets) == 0 {
		return nil
	}
	fmt.Fprintln(p.err, p.words.Phrase(report.CodeToSupply, nil))
	for _, s := range p.secrets {
		fmt.Fprintf(p.err, "  %s  %s\n", s.env, report.Clean(s.object))
	}
	return nil
}

// put writes one file, if it changed.
func (p *puller) put(file string, d *draft) error {
	data := d.Bytes()
	switch {
	case file == "":
		_, err := p.out.Write(data)
		return err
	case bytes.Equal(d.before, data):
		return nil
	case p.flags.diff:
		return report.Patch(p.out, relative(file), d.before, data)
	}
	return putFile(file, data)
}

// words says what became of a tenant's objects.
func (n *tally) words(w report.Words, tenant string) string {
	var parts []string
	for _, p := range []struct {
		code engine.Code
		n    int
	}{
		{report.CodePulledAdded, n.added}, {report.CodePulledChanged, n.changed}, {report.CodePulledRemoved, n.removed}, {report.CodePulledSame, n.same},
		{report.CodePulledElsewhere, n.elsewhere}, {report.CodePulledLeft, n.left}, {report.CodePulledPreset, n.preset},
	} {
		if p.n > 0 {
			parts = append(parts, w.Phrase(p.code, map[string]string{"n": fmt.Sprint(p.n)}))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, w.Phrase(report.CodePulledNothing, nil))
	}
	return w.Phrase(report.CodePulled, map[string]string{"tenant": tenant, "counts": strings.Join(parts, w["comma"])})
}
