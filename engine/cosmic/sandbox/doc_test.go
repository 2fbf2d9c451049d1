package sandbox

import (
	"os"
	"strings"
	"testing"
)

// TestDocumentedSeed takes the seed out of the package documentation and serves it.
func TestDocumentedSeed(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(source), "//\t", "")
	_, text, _ = strings.Cut(text, "any order:\n//\n")
	seed, _, _ := strings.Cut(text, "\n//\n")
	h := newServer(t)
	if err := h.s.Seed([]byte(seed)); err != nil {
		t.Fatalf("%v in\n%s", err, seed)
	}
	token := h.token("client_secret", "Example-Secret-01", "username", "integration")
	app := h.rows(token, "open/third_app/query", `{"number":"deployer"}`)[0]
	if list, _ := app["entryentity"].([]any); len(list) != 3 || list[2].(map[string]any)["api_number"] != "bill_push" {
		t.Errorf("%v", app)
	}
	if r := h.call(token, "bdm/bdm_org/query", `{"data":{},"pageSize":1}`); r.code(t) != "403" {
		t.Error(r.body)
	}
}

// TestDocumentedFaults: every kind of fault is told of.
func TestDocumentedFaults(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, faults, _ := strings.Cut(string(source), "# Faults")
	for _, kind := range faultKinds {
		if !strings.Contains(faults, kind) {
			t.Errorf("%s is not documented", kind)
		}
	}
}
