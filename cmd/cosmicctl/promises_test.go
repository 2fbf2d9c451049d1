package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var heldBy = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+|[a-z0-9.-]+\\.txtar)`")

// Each promise, and each line about an attacker, names tests, and there are such.
func TestGuidesNameTheirTests(t *testing.T) {
	tests := testsOfProject(t)
	for _, file := range []string{"help/promises.md", "help/threats.md", "help/zh/promises.md", "help/zh/threats.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for _, line := range strings.Split(string(text), "\n") {
			if !strings.HasPrefix(line, "| ") || strings.HasSuffix(line, "| held by |") || strings.HasSuffix(line, "| 由此保证 |") {
				continue
			}
			rows++
			cells := strings.Split(line, "|")
			names := heldBy.FindAllStringSubmatch(cells[len(cells)-2], -1)
			if len(names) == 0 {
				t.Errorf("%s: nothing holds %q", file, line)
			}
			for _, n := range names {
				if !tests[n[1]] {
					t.Errorf("%s: there is no %s", file, n[1])
				}
			}
		}
		if rows < 10 {
			t.Errorf("%s has %d rows", file, rows)
		}
	}
}

// testsOfProject are all test functions and scripts.
func testsOfProject(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != "..":
			return filepath.SkipDir
		case strings.HasSuffix(path, ".txtar"):
			out[d.Name()] = true
		case strings.HasSuffix(path, "_test.go"):
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, x := range f.Decls {
				if fn, ok := x.(*ast.FuncDecl); ok {
					out[fn.Name.Name] = true
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
