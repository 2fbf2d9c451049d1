package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
)

var askedFor = regexp.MustCompile(`\{(\w+)\}`)

// Each failure that the program makes has words, and gives them the arguments that they
// ask for.
func TestFailuresHaveWords(t *testing.T) {
	words := report.English()
	found := 0
	for _, root := range []string{".", "../../engine"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, is := n.(*ast.CallExpr)
				if !is || len(call.Args) == 0 || call.Ellipsis != token.NoPos || !makesFailure(call) {
					return true
				}
				code, known := codeOfLiteral(call.Args[0])
				if !known {
					return true
				}
				found++
				text, spoken := words[code]
				if !spoken {
					t.Errorf("%s: %s has no words", path, code)
				}
				given := argumentNames(call.Args[1:])
				for _, m := range askedFor.FindAllStringSubmatch(text, -1) {
					if !given[m[1]] {
						t.Errorf("%s: %s asks for {%s}, which is not given", path, code, m[1])
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 150 {
		t.Errorf("only %d failures are made", found)
	}
}

func makesFailure(call *ast.CallExpr) bool {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name == "refused" // of package secrets
	case *ast.SelectorExpr:
		x, is := f.X.(*ast.Ident)
		return is && (x.Name == "engine" && f.Sel.Name == "Fail" || x.Name == "report" && f.Sel.Name == "Fault")
	}
	return false
}

func codeOfLiteral(e ast.Expr) (engine.Code, bool) {
	l, is := e.(*ast.BasicLit)
	if !is {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return engine.Code(text), err == nil
}

func argumentNames(args []ast.Expr) map[string]bool {
	out := map[string]bool{}
	for i := 0; i < len(args); i += 2 {
		if name, is := codeOfLiteral(args[i]); is {
			out[string(name)] = true
		}
	}
	return out
}
