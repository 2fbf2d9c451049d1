package main

import (
	"context"
	"regexp"
	"strconv"

	"cosmicctl/cmd/cosmicctl/report"
)

var objectName = regexp.MustCompile(`^[0-9a-f]{40,64}$`)

// commit returns the name of the commit that a revision means.
func (r *repository) commit(ctx context.Context, rev string) (string, error) {
	name, err := r.output(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err == nil && objectName.MatchString(name):
		return name, nil
	}
	if shallow, err := r.output(ctx, "rev-parse", "--is-shallow-repository"); err == nil && shallow == "true" {
		return "", report.Fault("shallow", "way", r.deepen(ctx, rev))
	}
	return "", report.Fault("no-revision", "repository", r.top)
}

// ancestor is a revision that counts generations: HEAD~2, HEAD^, main^2~1.
var (
	ancestor   = regexp.MustCompile(`^([^~^]+)((?:\^\d*|~\d*)+)$`)
	generation = regexp.MustCompile(`([~^])(\d*)`)
)

// deepen says how to fetch a revision into a shallow clone, with the depth that it
// needs if it is an ancestor of one that is there.
func (r *repository) deepen(ctx context.Context, rev string) error {
	if m := ancestor.FindStringSubmatch(rev); m != nil {
		if _, err := r.output(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", m[1]+"^{commit}"); err == nil {
			depth := 1 + generations(m[2])
			return report.Fault("deepen-to", "depth", depth)
		}
	}
	return report.Fault("deepen")
}

// generations counts how far ~2 or ^2~1 goes back: ^ is one step, to whichever
// parent, and ^0 is none.
func generations(steps string) int {
	total := 0
	for _, g := range generation.FindAllStringSubmatch(steps, -1) {
		n, err := strconv.Atoi(g[2])
		switch {
		case err != nil: // without a number
			n = 1
		case g[1] == "^":
			n = min(n, 1)
		}
		total += n
	}
	return total
}
