package policy

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// Want is a finding that a manifest of a policy's tests says must be there, in a
// comment at the end of its line: `# want: rule-id`, several ids with blanks.
type Want struct {
	Rule string
	Pos  engine.Position
}

var want = regexp.MustCompile(`#\s*want:\s*(.*?)\s*$`)

// Wants reads what the manifests of a folder want.
func Wants(dir string) ([]Want, error) {
	var out []Want
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != dir && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case !d.Type().IsRegular() || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(path)):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read wants: %w", err)
		}
		out = append(out, wantsOf(filepath.Clean(path), string(text))...)
		return nil
	})
	return out, err
}

func wantsOf(path, text string) []Want {
	var out []Want
	for i, line := range strings.Split(text, "\n") {
		m := want.FindStringSubmatchIndex(line)
		if m == nil {
			continue
		}
		for _, rule := range strings.Fields(line[m[2]:m[3]]) {
			at := engine.Position{File: path, Line: i + 1, Col: len([]rune(line[:m[0]])) + 1}
			out = append(out, Want{rule, at})
		}
	}
	return out
}

// Differ gives the findings that nobody wanted, and what was wanted and not found.
// Of several findings of a rule in a line, one must be wanted.
func Differ(found []engine.Diagnostic, wants []Want) []engine.Diagnostic {
	type place struct {
		file string
		line int
		rule string
	}
	unseen := map[place]bool{}
	for _, w := range wants {
		unseen[place{w.Pos.File, w.Pos.Line, w.Rule}] = true
	}
	var out []engine.Diagnostic
	for _, d := range found {
		at := place{d.Pos.File, d.Pos.Line, ruleOf(d)}
		if _, wanted := unseen[at]; !wanted {
			u := fault(CodeUnwanted, d.Pos, "rule", at.rule)
			u.Path = d.Path
			out = append(out, *u)
		}
		unseen[at] = false
	}
	for _, w := range wants {
		if at := (place{w.Pos.File, w.Pos.Line, w.Rule}); unseen[at] {
			unseen[at] = false
			out = append(out, *fault(CodeNotFound, w.Pos, "rule", w.Rule))
		}
	}
	slices.SortStableFunc(out, engine.Diagnostic.Compare)
	return out
}

// ruleOf is the rule of a finding, or what else a waiver is told.
func ruleOf(d engine.Diagnostic) string {
	if strings.HasPrefix(string(d.Code), RulePrefix) {
		return d.Args["rule"]
	}
	return string(d.Code)
}

// Untested gives advice on the rules of folders that no finding shows to work.
func (s *Set) Untested(found []engine.Diagnostic) []engine.Diagnostic {
	shown := map[string]bool{}
	for _, d := range found {
		shown[ruleOf(d)] = true
	}
	var out []engine.Diagnostic
	for _, r := range s.Rules() {
		if !shown[r.ID] && !slices.Contains(Packs(), r.Policy) {
			d := fault(CodeUntested, r.At, "rule", r.ID)
			d.Severity = engine.Advice
			out = append(out, *d)
		}
	}
	return out
}
