package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
)

// What is said by its code is in the catalogue, with just the arguments that it is
// given: a slip in either would be seen by a person only.
func TestWhatIsSaidIsInTheCatalogue(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.go", "report/*.go"} {
		found, _ := filepath.Glob(pattern)
		files = append(files, found...)
	}
	said := 0
	for _, file := range files {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && !strings.HasSuffix(file, "_test.go") {
				if code, args := saying(call); code != "" {
					said++
					checkSaid(t, fset.Position(call.Pos()).String(), engine.Code(code), args)
				}
			}
			return true
		})
	}
	if said < 150 {
		t.Errorf("only %d places found where something is said", said)
	}
}

// saying reads a call of Say, Error or Count: the code and the names of arguments. What
// has a space is no code: a log has errors too.
func saying(call *ast.CallExpr) (code string, args []string) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"Say", "Error", "Count", "Fault"}, f.Sel.Name) {
		return "", nil
	}
	rest := call.Args
	if f.Sel.Name == "Count" && len(rest) > 1 {
		rest, args = rest[1:], []string{"n"}
	}
	if len(rest) == 0 {
		return "", nil
	}
	if code = literal(rest[0]); code == "" || strings.Contains(code, " ") || call.Ellipsis.IsValid() {
		return "", nil
	}
	for i := 1; i < len(rest); i += 2 {
		args = append(args, literal(rest[i]))
	}
	return code, args
}

func literal(e ast.Expr) string {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(l.Value)
	return s
}

func checkSaid(t *testing.T, at string, code engine.Code, args []string) {
	text, known := report.English()[code]
	if !known {
		t.Errorf("%s: %s is not in the catalogue", at, code)
		return
	}
	for _, m := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(text, -1) {
		if !slices.Contains(args, m[1]) {
			t.Errorf("%s: %s is not given its {%s}", at, code, m[1])
		}
	}
	for _, name := range args {
		if !strings.Contains(text, "{"+name+"}") {
			t.Errorf("%s: %s has no {%s}", at, code, name)
		}
	}
}
