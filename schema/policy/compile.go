package policy

import (
	"fmt"
	"strings"

	"cosmicctl/engine"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// compile evaluates a policy by itself and says what is wrong with it. It is done
// anew for each tenant: a context of CUE keeps something of every value it has
// seen.
func (s source) compile(ctx *cue.Context) (cue.Value, []engine.Diagnostic) {
	inst := build.NewContext().NewInstance("", nil)
	for _, f := range s.files {
		syntax, err := parser.ParseFile(f.path, f.text)
		if err != nil {
			return cue.Value{}, s.faults(err, whole(s.name))
		}
		if d := s.foreign(syntax); d != nil {
			return cue.Value{}, []engine.Diagnostic{*d}
		}
		if err := inst.AddSyntax(syntax); err != nil {
			return cue.Value{}, s.faults(err, whole(s.name))
		}
	}
	if err := inst.Complete(); err != nil {
		return cue.Value{}, s.faults(err, whole(s.name))
	}
	v := ctx.BuildInstance(inst)
	if err := v.Validate(); err != nil {
		return cue.Value{}, s.faults(err, whole(s.name))
	}
	return v, nil
}

// foreign refuses an import of what is not CUE's own; those names have no dot.
func (s source) foreign(f *ast.File) *engine.Diagnostic {
	for i := range f.ImportSpecs() {
		path := strings.Trim(i.Path.Value, `"`)
		if domain, _, _ := strings.Cut(path, "/"); strings.Contains(domain, ".") {
			at, _ := s.place(i.Path.Pos())
			return fault(CodeImport, at, "value", path)
		}
	}
	return nil
}

// faults turns the errors of CUE into diagnostics, one for each place in the
// policy; what has none stands at the place given.
func (s source) faults(err error, otherwise engine.Position) []engine.Diagnostic {
	var out []engine.Diagnostic
	seen := map[engine.Position]bool{}
	for _, e := range errors.Errors(errors.Sanitize(errors.Promote(err, ""))) {
		at, ok := s.placeOf(errors.Positions(e))
		if !ok || seen[at] {
			continue // the summary of others
		}
		seen[at] = true
		out = append(out, invalid(e, at))
	}
	if len(out) == 0 {
		out = append(out, invalid(errors.Promote(err, ""), otherwise))
	}
	return out
}

func invalid(e errors.Error, at engine.Position) engine.Diagnostic {
	format, args := e.Msg()
	d := fault(CodeInvalid, at, "reason", fmt.Sprintf(format, args...))
	d.Path = strings.Join(e.Path(), ".")
	return *d
}

// placeOf is the first of some positions that lies in the policy.
func (s source) placeOf(positions []token.Pos) (engine.Position, bool) {
	for _, p := range positions {
		if at, ok := s.place(p); ok {
			return at, true
		}
	}
	return whole(s.name), false
}

// at is where a value of the policy stands.
func (s source) at(v cue.Value) engine.Position {
	positions := []token.Pos{v.Pos()}
	if f, ok := v.Source().(*ast.Field); ok {
		positions = []token.Pos{f.Label.Pos(), v.Pos()}
	}
	at, _ := s.placeOf(positions)
	return at
}
