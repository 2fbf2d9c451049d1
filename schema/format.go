package schema

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"cosmicctl/engine"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// Formatted is a file in its canonical layout.
type Formatted struct {
	File          string
	Before, After []byte
	// Diagnostics are why it has none.
	Diagnostics []engine.Diagnostic
}

// FormatFiles formats the manifests of files and folders, and changes none. Of a folder
// it passes over what holds no document of ours.
func FormatFiles(ctx context.Context, paths []string) []Formatted {
	w := &walk{}
	for _, p := range paths {
		w.add(p)
	}
	var out []Formatted
	for _, d := range w.diags {
		out = append(out, Formatted{File: d.Pos.File, Diagnostics: []engine.Diagnostic{d}})
	}
	for _, src := range w.sources {
		if ctx.Err() != nil {
			break
		}
		data, fault := read(src.path, src.path)
		if fault != nil {
			out = append(out, Formatted{File: src.path, Diagnostics: []engine.Diagnostic{*fault}})
			continue
		}
		if f, ours := format(src.path, data); ours || src.named || len(f.Diagnostics) > 0 && !alien(data) {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Formatted) int { return strings.Compare(a.File, b.File) })
	return out
}

// alien tells whether bytes that cannot be formatted do not even mention our version.
func alien(data []byte) bool { return !bytes.Contains(data, []byte("cosmicctl/")) }

// Format brings the bytes of a manifest to the canonical layout: an indent of two,
// lists further in than their key, one space where one may stand, at most one blank
// line, double quotes in place of single ones, a line end at the end. The order of what
// it holds, its lines, its comments and what it means stay. The layout of what is
// formatted is itself. A file that cannot be read, or of which that cannot be kept, has
// diagnostics in place of a layout.
func Format(file string, data []byte) Formatted {
	f, _ := format(file, data)
	return f
}

func format(file string, data []byte) (out Formatted, ours bool) {
	out = Formatted{File: file, Before: data}
	pos := engine.Position{File: file, Line: 1, Col: 1}
	if len(data) > MaxFileBytes {
		out.Diagnostics = []engine.Diagnostic{{Severity: engine.Error, Code: CodeTooLarge, Pos: pos, Args: pairs([]string{"max", fmt.Sprint(MaxFileBytes >> 20)})}}
		return out, false
	}
	plain, fault := text(file, data)
	if fault != nil {
		out.Diagnostics = []engine.Diagnostic{*fault}
		return out, false
	}
	docs, diags := parse(file, plain)
	for _, d := range docs {
		diags = append(diags, d.diags...)
		ours = ours || !foreign(d.root)
	}
	if len(diags) > 0 {
		out.Diagnostics = diags
		return out, ours
	}
	after, ok := laidOut(file, plain, docs)
	if !ok {
		out.Diagnostics = []engine.Diagnostic{{Severity: engine.Error, Code: CodeUnformattable, Pos: pos}}
		return out, ours
	}
	out.After = likeFile(data, after)
	return out, ours
}

// likeFile gives a text the mark and the line ends of a file.
func likeFile(data, text []byte) []byte {
	rest, marked := bytes.CutPrefix(data, byteOrderMark)
	if br := (&ruler{rest}).lineBreak(); br != "\n" {
		text = bytes.ReplaceAll(text, []byte("\n"), []byte(br))
	}
	if marked {
		text = slices.Concat(byteOrderMark, text)
	}
	return text
}

// laidOut lays a text out, and tells whether it then says the same with the same
// comments, and is laid out.
func laidOut(file string, src []byte, docs []document) ([]byte, bool) {
	once, ok := layOut(src, docs)
	if !ok {
		return nil, false
	}
	again, diags := parse(file, once)
	if len(diags) > 0 || !slices.EqualFunc(docs, again, func(a, b document) bool { return len(b.diags) == 0 && sameNode(a.root, b.root) }) {
		return nil, false
	}
	if !slices.Equal(comments(src), comments(once)) {
		return nil, false
	}
	twice, ok := layOut(once, again)
	return once, ok && bytes.Equal(once, twice)
}

// comments are those of a text, sorted.
func comments(src []byte) []string {
	var out []string
	for _, t := range lexer.Tokenize(string(src)) {
		if t.Type == token.CommentType {
			out = append(out, strings.TrimRight(t.Value, " \t\r\n"))
		}
	}
	slices.Sort(out)
	return out
}
