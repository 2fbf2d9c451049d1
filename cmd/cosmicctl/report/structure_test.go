package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"cosmicctl/cmd/cosmicctl/report"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	markdown "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
)

// structures take the structure out of a document, by format: what a program
// that reads it would see, without the texts.
func structures() map[string]func(testing.TB, []byte) []string {
	return map[string]func(testing.TB, []byte) []string{
		"text":     lineStructure,
		"markdown": markdownStructure,
		"json":     jsonStructure,
		"sarif":    jsonStructure,
		"junit":    xmlStructure,
		"github":   workflowStructure,
		"html":     htmlStructure,
	}
}

// Names, remarks and messages of servers change nothing in the structure of any
// format, whatever they hold.
func TestTextsFromOutsideChangeNoStructure(t *testing.T) {
	for _, format := range report.Formats() {
		structure := structures()[format]
		if structure == nil {
			t.Errorf("%s: this test does not know its structure", format)
			continue
		}
		for command, told := range tellers() {
			t.Run(format+"/"+command, func(t *testing.T) {
				got, want := documentOf(t, format, told(hostile)), documentOf(t, format, told(tame))
				if bytes.Equal(got, want) || !bytes.Contains(want, []byte("xxxxxxxxx")) {
					t.Fatal("the texts from outside are not in the document")
				}
				if diff := cmp.Diff(structure(t, want), structure(t, got)); diff != "" {
					t.Error(diff)
				}
				harmless(t, format, got)
			})
		}
	}
}

// Each attack alone, in place of each text, so that none hides behind another.
func TestEachTextFromOutsideAlone(t *testing.T) {
	for _, format := range report.Formats() {
		structure := structures()[format]
		if structure == nil {
			continue // the test above says so
		}
		for i, attack := range append(attacks(), "mail somebody@evil.example now", "2 * 3 * 4 *x* $a$") {
			t.Run(fmt.Sprintf("%s/%d", format, i), func(t *testing.T) {
				long := strings.Repeat("x", len([]rune(attack)))
				for command, told := range tellers() {
					got := documentOf(t, format, told(func(n int) string { return fmt.Sprintf("%s %03d", attack, n) }))
					want := documentOf(t, format, told(func(n int) string { return fmt.Sprintf("%s %03d", long, n) }))
					if diff := cmp.Diff(structure(t, want), structure(t, got)); diff != "" {
						t.Errorf("%s, %q: %s", command, attack, diff)
					}
					harmless(t, format, got)
				}
			})
		}
	}
}

// harmless refuses what no document holds raw, wherever it is shown: what moves a
// terminal's cursor, reverses a line or hides, or is a command in the log of a CI
// server.
func harmless(t *testing.T, format string, doc []byte) {
	t.Helper()
	if !utf8.Valid(doc) {
		t.Error("not UTF-8")
	}
	if bytes.Contains(doc, []byte("ZgotmplZ")) {
		t.Error("a text stands where a template allows none")
	}
	for _, line := range workflowStructure(t, doc) {
		if line != "text" && format != "github" {
			t.Errorf("printed in a log, a line is %s", line)
		}
	}
	for i, r := range string(doc) {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029') {
			t.Errorf("%U at byte %d: %q", r, i, doc[max(0, i-40):min(len(doc), i+40)])
			return
		}
	}
}

func decode(tb testing.TB, doc []byte, v any) {
	tb.Helper()
	if err := json.Unmarshal(doc, v); err != nil {
		tb.Fatalf("%v in %s", err, doc)
	}
}

// lineStructure is how far each line of a text is indented.
func lineStructure(_ testing.TB, doc []byte) []string {
	var out []string
	for line := range strings.Lines(string(doc)) {
		out = append(out, line[:len(line)-len(strings.TrimLeft(line, " "))]+"text")
	}
	return out
}

// jsonStructure is the names of one JSON value, and the types of what they hold.
func jsonStructure(tb testing.TB, doc []byte) []string {
	tb.Helper()
	var one any
	decode(tb, doc, &one)
	var out []string
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, item := range v {
				walk(path+"."+name, item)
			}
		case []any:
			for i, item := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), item)
			}
		default:
			out = append(out, fmt.Sprintf("%s: %T", path, v))
		}
	}
	walk("", one)
	slices.Sort(out)
	return out
}

// xmlStructure is the elements of an XML document, and which attributes they have.
func xmlStructure(tb testing.TB, doc []byte) []string {
	tb.Helper()
	var out []string
	for d := xml.NewDecoder(bytes.NewReader(doc)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			tb.Fatalf("%v in %s", err, doc)
		}
		switch token := token.(type) {
		case xml.StartElement:
			names := token.Name.Local
			for _, a := range token.Attr {
				names += " " + a.Name.Local
			}
			out = append(out, "<"+names+">")
		case xml.EndElement:
			out = append(out, "</"+token.Name.Local+">")
		case xml.CharData:
			out = withText(out, string(token))
		default:
			out = append(out, fmt.Sprintf("%T", token))
		}
	}
}

// withText notes that there is text, once for all that follows on each other.
func withText(out []string, text string) []string {
	if strings.TrimSpace(text) == "" || len(out) > 0 && out[len(out)-1] == "text" {
		return out
	}
	return append(out, "text")
}

// commandLine is a workflow command as GitHub's runner reads one: at the
// beginning of a line, after blanks.
var commandLine = regexp.MustCompile(`^\s*::([A-Za-z-]+)( [^:]*)?::`)

// olderCommand is a command anywhere in a line that is no command otherwise, as
// the runners of GitHub, Azure and TeamCity read it.
var olderCommand = regexp.MustCompile(`##[A-Za-z]*\[`)

// workflowStructure is the lines of a log, and of the commands to GitHub's runner
// in it the names and the properties.
func workflowStructure(_ testing.TB, doc []byte) []string {
	var out []string
	for _, line := range regexp.MustCompile("\r\n|\r|\n").Split(string(doc), -1) {
		shape := "text"
		if m := commandLine.FindStringSubmatch(line); m != nil {
			shape = "::" + m[1]
			for property := range strings.SplitSeq(m[2], ",") {
				name, _, _ := strings.Cut(property, "=")
				shape += " " + strings.TrimSpace(name)
			}
		} else if strings.HasPrefix(strings.TrimSpace(line), "::") {
			shape = "a command that does not end"
		} else if olderCommand.MatchString(line) {
			shape = "an older command"
		}
		out = append(out, shape)
	}
	return out
}

// markdownStructure is the structure of the page that GitHub makes of a comment.
func markdownStructure(tb testing.TB, doc []byte) []string {
	tb.Helper()
	md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(markdown.WithUnsafe()))
	var page bytes.Buffer
	if err := md.Convert(doc, &page); err != nil {
		tb.Fatal(err)
	}
	marks := fmt.Sprintf("%d lines begin with a marker", len(markerLine.FindAll(doc, -1)))
	return append([]string{marks}, elements(tb, page.Bytes(), mention)...)
}

// markerLine begins like the marker by which a job finds its earlier comment.
var markerLine = regexp.MustCompile(`(?m)^\s*<!--`)

// mention is what GitHub makes a link, or a notice to somebody, of.
var mention = regexp.MustCompile(`(^|[^\w@/])@[A-Za-z0-9]|(^|[^\w&])#[0-9]|\bGH-[0-9]|\b[\w-]+/[\w.-]+#[0-9]`)

// htmlStructure is the elements of a page, which attributes they have, and all of
// its styles and scripts.
func htmlStructure(tb testing.TB, doc []byte) []string {
	tb.Helper()
	return elements(tb, doc, nil)
}

// elements are those of a page; links, if given, are what else becomes one in a
// text that is no code.
func elements(tb testing.TB, doc []byte, links *regexp.Regexp) []string {
	tb.Helper()
	root, err := html.Parse(bytes.NewReader(doc))
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	var walk func(n *html.Node, code bool)
	walk = func(n *html.Node, code bool) {
		switch n.Type {
		case html.TextNode:
			if raw := n.Parent.Data; raw == "style" || raw == "script" {
				out = append(out, n.Data)
				break
			}
			out = withText(out, n.Data)
			if !code && links != nil && links.MatchString(n.Data) {
				out = append(out, "a mention")
			}
		case html.ElementNode:
			out = append(out, element(n))
		case html.CommentNode:
			out = append(out, "comment")
		}
		code = code || n.Data == "code" || n.Data == "pre"
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, code)
		}
		if n.Type == html.ElementNode {
			out = append(out, "/"+n.Data)
		}
	}
	walk(root, false)
	return out
}

// element is the name of an element, its attributes, where it leads, and its looks.
func element(n *html.Node) string {
	out := n.Data
	for _, a := range n.Attr {
		out += " " + a.Key
		if scheme, _, ok := strings.Cut(a.Val, ":"); ok && slices.Contains([]string{"href", "src", "action"}, a.Key) {
			out += "=" + scheme
		} else if a.Key == "class" {
			out += "=" + a.Val
		}
	}
	return out
}
