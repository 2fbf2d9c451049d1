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
	cmd.Flags().StringArrayVar(&f.policies, "policy", nil, "folder of rules, or one built in ("+strings.Join(policy.Packs(), ", ")+"), that the manifests must keep; may be repeated")
	cmd.Flags().DurationVar(&f.timeout, "policy-timeout", policy.DefaultLimits().Time, "time that one policy may take for one tenant")
}

func (f *policyFlags) limits() policy.Limits {
	l := policy.DefaultLimits()
	l.Time = f.timeout
	return l
}

// load validates the manifests and holds the valid tenants against the policies.
// What it finds there is a diagnostic like any other.
func (a *app) load(ctx context.Context, paths []string, f policyFlags, o schema.Options) (*schema.Result, error) {
	o.Keep = o.Keep || len(f.policies) > 0
	res, err := a.schema.Load(ctx, paths, o)
	if err != nil || len(f.policies) == 0 {
		return res, err
	}
	found, err := a.held(ctx, res.Tenants, f)
	if err != nil {
		return nil, err
	}
	res.Diagnostics = append(res.Diagnostics, found...)
	slices.SortStableFunc(res.Diagnostics, engine.Diagnostic.Compare)
	return res, nil
}

// held gives what the tenants do against the policies, and what is wrong with
// those.
func (a *app) held(ctx context.Context, tenants []engine.Tenant, f policyFlags) ([]engine.Diagnostic, error) {
	set, diags, err := policy.Load(a.schema.Kinds, f.policies, f.limits())
	for i := 0; err == nil && i < len(tenants) && ctx.Err() == nil; i++ {
		var found []engine.Diagnostic
		found, err = set.Check(&tenants[i], f.limits())
		diags = append(diags, found...)
	}
	var limit *policy.LimitError
	if errors.As(err, &limit) {
		return nil, coded(exitInvalid, err)
	}
	return diags, err
}
