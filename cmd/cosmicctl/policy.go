package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"cosmicctl/engine"
	"cosmicctl/schema"
	"cosmicctl/schema/policy"

	"github.com/spf13/cobra"
)

// policyFlags say which rules the manifests are held against.
type policyFlags struct {
	policies []string
	timeout  time.Duration
}

func (f *policyFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.policies, "policy", nil, "folder of rules, or one built in ("+strings.Join(policy.Packs(), ", ")+"), that the manifests must keep; may be repeated (cosmicctl help policy)")
	cmd.Flags().DurationVar(&f.timeout, "policy-timeout", policy.DefaultLimits().Time, "time that one policy may take for one tenant")
}

func (f *policyFlags) limits() policy.Limits {
	l := policy.DefaultLimits()
	l.Time = f.timeout
	return l
}

// load validates the manifests and holds the valid tenants against the policies.
// What it finds there is a diagnostic like any other.
func (a *app) load(ctx context.Context, paths []string, choice choiceFlags, f policyFlags, o schema.Options) (*schema.Result, error) {
	var err error
	if o.Choice, err = choice.parse(); err != nil {
		return nil, err
	}
	o.Today = time.Now().Format(time.DateOnly)
	o.Keep = o.Keep || len(f.policies) > 0
	res, err := a.schema.Load(ctx, paths, o)
	if ctx.Err() != nil {
		return nil, interrupted(ctx, "not all manifests were read")
	}
	if err == nil {
		err = choice.some(a.words, res)
	}
	if err != nil || len(f.policies) == 0 {
		return res, err
	}
	set, diags, err := policy.Load(a.schema.Kinds, f.policies, f.limits())
	if err != nil {
		return nil, limited(err)
	}
	found, err := held(ctx, set, res.Tenants, o.Today, f.limits())
	if ctx.Err() != nil {
		return nil, interrupted(ctx, "not all rules were held against the manifests")
	}
	if err != nil {
		return nil, limited(err)
	}
	res.Diagnostics = slices.Concat(res.Diagnostics, diags, found)
	slices.SortStableFunc(res.Diagnostics, engine.Diagnostic.Compare)
	return res, nil
}

// held holds the tenants against the rules.
func held(ctx context.Context, set *policy.Set, tenants []engine.Declared, today string, limits policy.Limits) ([]engine.Diagnostic, error) {
	var out []engine.Diagnostic
	for i := range tenants {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		found, err := set.Check(tenants[i].Whole(), today, limits)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// limited gives the code of a policy that took more than it may.
func limited(err error) error {
	var limit *policy.LimitError
	if errors.As(err, &limit) {
		return coded(exitInvalid, err)
	}
	return err
}
