package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func pageOf(t testing.TB, r *report.Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, "html", r, options(t)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func parsed(t testing.TB, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
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

// structure is a page without its texts: elements with the names of their
// attributes, and the values of those that do anything.
func structure(root *html.Node) []string {
	var out []string
	for n := range root.Descendants() {
		if n.Type == html.TextNode || n.DataAtom == atom.Mark { // a mark stands around what changed
			continue
		}
		depth := 0
		for range n.Ancestors() {
			depth++
		}
		line := fmt.Sprintf("%*s%d %s", depth, "", n.Type, n.DataAtom)
		for _, a := range n.Attr {
			line += " " + a.Key
			if a.Key == "class" || a.Key == "content" {
				line += "=" + a.Val
			}
		}
		out = append(out, line)
	}
	return out
}

// No text from outside changes the structure of a page.
func TestPageOfHostileText(t *testing.T) {
	page := pageOf(t, told(hostile))
	if diff := cmp.Diff(structure(parsed(t, pageOf(t, told(tame)))), structure(parsed(t, page))); diff != "" {
		t.Error(diff)
	}
	bad := func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Cf, r) || r == '\u2028'
	}
	if i := strings.IndexFunc(page, bad); i >= 0 {
		t.Errorf("%q holds a control character", page[max(0, i-40):i+10])
	}
	if strings.Contains(page, "ZgotmplZ") {
		t.Error("a text stands where the template allows none")
	}
}

// The policy names the inline blocks by their digests and allows nothing else.
func TestPagePolicy(t *testing.T) {
	root := parsed(t, pageOf(t, told(hostile)))
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

// The page says that there are no changes exactly when there are none.
func TestPageWithoutChanges(t *testing.T) {
	for _, f := range fixtures(t) {
		want := f.name == "none"
		if got := verdict(t, f.run); (got == "No changes") != want {
			t.Errorf("%s: %q", f.name, got)
		}
	}
	advised := &report.Run{Command: "plan", Diagnostics: []engine.Diagnostic{{Severity: engine.Advice, Code: engine.CodeProtected}}}
	if got := verdict(t, advised); got != "No changes" {
		t.Errorf("advice: %q", got)
	}
}

func verdict(t *testing.T, r *report.Run) string {
	t.Helper()
	return textIn(only(t, parsed(t, pageOf(t, r)), atom.H1))
}
