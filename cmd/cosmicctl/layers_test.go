package main

import (
	"bufio"
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers is who may import whom, inside the project. Nothing else is allowed.
var layers = map[string][]string{
	"cosmicctl/cmd/cosmicctl": {"cosmicctl/cmd/cosmicctl/report", "cosmicctl/schema", "cosmicctl/schema/policy", "cosmicctl/engine",
		"cosmicctl/engine/baseline", "cosmicctl/engine/cosmic", "cosmicctl/engine/cosmic/sandbox", "cosmicctl/engine/journal", "cosmicctl/engine/notify", "cosmicctl/engine/saved", "cosmicctl/engine/secrets",
		"cosmicctl/engine/watch"},
	"cosmicctl/cmd/cosmicctl/report":  {"cosmicctl/engine", "cosmicctl/schema", "cosmicctl/schema/policy"},
	"cosmicctl/schema":                {"cosmicctl/engine"},
	"cosmicctl/schema/policy":         {"cosmicctl/engine"},
	"cosmicctl/engine":                {},
	"cosmicctl/engine/baseline":       {"cosmicctl/engine"},
	"cosmicctl/engine/cosmic":         {"cosmicctl/engine"},
	"cosmicctl/engine/journal":        {"cosmicctl/engine"},
	"cosmicctl/engine/notify":         {"cosmicctl/engine"},
	"cosmicctl/engine/saved":          {"cosmicctl/engine"},
	"cosmicctl/engine/secrets":        {"cosmicctl/engine"},
	"cosmicctl/engine/watch":          {"cosmicctl/engine"},
	"cosmicctl/engine/cosmic/sandbox": {},
}

// homes are the libraries that only one package, and those below it, may know.
var homes = map[string]string{
	"cuelang.org/":               "cosmicctl/schema",
	"github.com/goccy/go-yaml":   "cosmicctl/schema",
	"github.com/sergi/go-diff":   "cosmicctl/cmd/cosmicctl/report",
	"github.com/google/go-cmp":   "cosmicctl/engine",
	"github.com/spf13/cobra":     "cosmicctl/cmd/cosmicctl",
	"github.com/gofrs/flock":     "cosmicctl/engine/journal",
	"github.com/hiddeco/sshsig":  "cosmicctl/engine/saved",
	"filippo.io/age":             "cosmicctl/engine/secrets",
	"golang.org/x/crypto":        "cosmicctl/engine/saved",
	"github.com/mattn/go-runewi": "cosmicctl/cmd/cosmicctl/report",
	"github.com/owenrumney/":     "cosmicctl/cmd/cosmicctl/report",
	"github.com/netresearch/":    "cosmicctl/engine/watch",
	"modernc.org/sqlite":         "cosmicctl/engine/watch",
	"github.com/prometheus/":     "cosmicctl/engine/watch",
}

func TestLayers(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}}: {{join .Imports \" \"}}", "cosmicctl/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); seen++ {
		pkg, imports, _ := strings.Cut(s.Text(), ": ")
		allowed, known := layers[pkg]
		if !known {
			t.Errorf("%s has no layer", pkg)
		}
		for _, i := range strings.Fields(imports) {
			if strings.HasPrefix(i, "cosmicctl/") && !slices.Contains(allowed, i) {
				t.Errorf("%s must not import %s", pkg, i)
			}
			for library, home := range homes {
				if strings.HasPrefix(i, library) && pkg != home && !shares(pkg, home) {
					t.Errorf("%s must not import %s, whose home is %s", pkg, i, home)
				}
			}
		}
	}
	if seen != len(layers) {
		t.Errorf("%d packages listed, %d have a layer", seen, len(layers))
	}
}

// shares tells whether a package may know the libraries of its parent. The
// command's parent is not one, and the engine's children must do without.
func shares(pkg, home string) bool {
	return home == "cosmicctl/schema" && pkg == "cosmicctl/schema/policy"
}
