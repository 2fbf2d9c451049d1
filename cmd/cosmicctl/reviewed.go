package main

import (
	"slices"
	"strconv"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
	"cosmicctl/engine/saved"
	"cosmicctl/engine/secrets"

	"github.com/spf13/cobra"
)

// reviewFlags say what was reviewed before.
type reviewFlags struct {
	expect       string
	signedBy     string
	allowPartial bool
	// choosy says that what is applied comes from an earlier run.
	choosy bool
}

func (f *reviewFlags) register(cmd *cobra.Command) {
	f.registerExpected(cmd)
	fs := cmd.Flags()
	fs.StringVar(&f.signedBy, "signed-by", "", "file of public keys, one of which must have signed PLAN")
	fs.BoolVar(&f.allowPartial, "allow-partial", false, "with PLAN or --resume, make the other changes where some objects moved")
}

func (f *reviewFlags) registerExpected(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.expect, "expect", "", "digest of the reviewed plan; anything else is refused")
}

// reviewed is what of the new plans is to be applied: all of them, or what somebody
// reviewed before this run as a saved plan or the digest of one, or what an earlier
// run left. It decides what is applied, never what a plan holds.
type reviewed struct {
	plan    *saved.Plan
	key     *secrets.Key // of its fingerprints; nil if it has none
	expect  engine.Digest
	partial bool

	// choose leaves in a new plan what is to be applied, and returns what cannot
	// be; nil leaves everything.
	choose func(*planned, *report.PlanText) []engine.Moved
	digest engine.PlanDigest // of the new plans
	moved  []engine.Moved
}

// approved tells whether somebody reviewed the plan, so that nobody is asked.
func (r *reviewed) approved() bool { return r.plan != nil || r.expect != "" }

// reviewed reads what was reviewed, and returns the manifests' paths.
func (a *app) reviewed(args []string, f reviewFlags) (*reviewed, []string, error) {
	at := slices.IndexFunc(args, savedPlan)
	switch {
	case at < 0 && (f.allowPartial && !f.choosy || f.signedBy != ""):
		return nil, nil, coded(exitInvalid, report.Fault("review-flags"))
	case at < 0 && f.expect == "":
		return &reviewed{partial: f.allowPartial}, args, nil
	case at < 0:
		digest, err := parseDigest(f.expect)
		return &reviewed{expect: digest, partial: f.allowPartial}, args, err
	case f.expect != "":
		return nil, nil, coded(exitInvalid, report.Fault("two-reviews"))
	case f.choosy:
		return nil, nil, coded(exitInvalid, report.Fault("plan-and-run"))
	case at > 0 || slices.ContainsFunc(args[1:], savedPlan):
		return nil, nil, coded(exitInvalid, report.Fault("one-plan"))
	case len(args) == 1:
		return nil, nil, coded(exitInvalid, report.Fault("plan-needs-manifests"))
	}
	p, err := a.readSaved(args[0], f.signedBy)
	if err != nil {
		return nil, nil, err
	}
	key, err := keyOf(p)
	r := &reviewed{plan: p, key: key, partial: f.allowPartial}
	r.choose = r.saved
	return r, args[1:], err
}

func parseDigest(s string) (engine.Digest, error) {
	if !engine.Digest(s).Valid() {
		return "", coded(exitInvalid, report.Fault("expect-no-digest", "value", strconv.Quote(s)))
	}
	return engine.Digest(s), nil
}

// options are those that the plan was made with, as far as they decide it.
func (r *reviewed) options(f connectFlags) connectFlags {
	if r.plan != nil {
		f.setSecrets = r.plan.SetSecrets
	}
	return f
}

// sameManifests refuses manifests other than those that the plan was made from.
func (r *reviewed) sameManifests(tenants []engine.Declared) error {
	if r.plan == nil {
		return nil
	}
	if now := engine.DigestManifests(tenants); now != r.plan.Manifests {
		return coded(exitRefused, report.Fault("other-manifests", "was", r.plan.Manifests, "now", now))
	}
	return nil
}

// keep leaves in a new plan what is to be applied, and tells of the rest.
func (r *reviewed) keep(p *planned, text *report.PlanText) {
	if r.choose != nil {
		moved := r.choose(p, text)
		r.moved = append(r.moved, moved...)
		text.Moved(moved)
	}
	r.digest.Add(p.tenant, p.plan)
}

// saved leaves what the saved plan holds.
func (r *reviewed) saved(p *planned, text *report.PlanText) []engine.Moved {
	kept := engine.Review(r.planOf(p.tenant.Name), p.plan, p.seen)
	p.plan = kept.Plan
	text.More(kept.More, "reviewed-plan")
	return kept.Moved
}

func (r *reviewed) planOf(tenant string) *engine.Plan {
	for _, t := range r.plan.Tenants {
		if t.Name == tenant {
			return t.Plan
		}
	}
	return &engine.Plan{}
}

func (r *reviewed) end(text *report.PlanText) {
	if r.approved() {
		text.Digest(string(r.digest.Digest()))
	}
}

// holds refuses to go on where the new plans are not the reviewed ones.
func (r *reviewed) holds() error {
	switch {
	case r.expect != "" && r.digest.Digest() != r.expect:
		return coded(exitStale, report.Fault("other-plan", "digest", r.digest.Digest(), "expected", r.expect))
	case len(r.moved) == 0 || r.partial:
		return nil
	}
	return coded(r.leftOut(nil), report.Fault("changes-moved", "n", len(r.moved)))
}

// leftOut is the code for reviewed changes that are not made, beside the codes of
// the tenants that others were made on.
func (r *reviewed) leftOut(others []exitCode) exitCode {
	switch {
	case len(r.moved) == 0:
		return exitClean
	case slices.Contains(others, exitClean) || slices.Contains(others, exitPartial):
		return exitPartial
	case slices.ContainsFunc(r.moved, func(m engine.Moved) bool { return m.Read }):
		return exitStale
	}
	return exitUnreachable
}
