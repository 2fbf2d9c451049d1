package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// pageOf is the page of a run.
func pageOf(t testing.TB, r *report.Run) *html.Node {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(documentOf(t, "html", r)))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// only returns the one element of a page that has this name.
func only(t *testing.T, root *html.Node, name atom.Atom) *html.Node {
	t.Helper()
	var found []*html.Node
	for n := range root.Descendants() {
		if n.DataAtom == name {
			found = append(found, n)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d elements <%s>", len(found), name)
	}
	return found[0]
}

func textIn(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// The policy names the inline blocks by their digests and allows nothing else.
func TestPagePolicy(t *testing.T) {
	root := pageOf(t, told(hostile))
	digest := func(a atom.Atom) string {
		sum := sha256.Sum256([]byte(textIn(only(t, root, a))))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := "default-src 'none'; style-src " + digest(atom.Style) + "; script-src " + digest(atom.Script) + "; base-uri 'none'; form-action 'none'"
	policy := ""
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "src":
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			case a.Key == "href" && !strings.HasPrefix(a.Val, "#"):
				t.Errorf("a link to %q", a.Val)
			case a.Key == "content" && strings.HasPrefix(a.Val, "default-src"):
				policy = a.Val
			}
		}
	}
	if policy != want {
		t.Errorf("policy %s, want %s", policy, want)
	}
}

// Advice alone does not make a page say more than that nothing changes.
func TestPageOfAdvice(t *testing.T) {
	advised := &report.Run{Command: "plan", Diagnostics: []engine.Diagnostic{{Severity: engine.Advice, Code: engine.CodeProtected}}}
	if got := textIn(only(t, pageOf(t, advised), atom.H1)); got != "No changes" {
		t.Errorf("%q", got)
	}
}
