package schema

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"

	"cosmicctl/engine"
)

// A Ciphertext is an encrypted secret where it stands in a manifest.
type Ciphertext struct {
	Pos  engine.Position
	Path string
	Text string
	// span is where it stands in the bytes of the file, quotes left out.
	begin, end int
}

// Armored tells whether it stands as an armored file and not as plain base64.
func (c *Ciphertext) Armored() bool { return strings.HasPrefix(c.Text, "-----") }

// ManifestFiles lists the files that Load would read, or says why it cannot.
func ManifestFiles(paths []string) ([]string, error) {
	w := &walk{}
	for _, p := range paths {
		w.add(p)
	}
	var files []string
	for _, s := range w.sources {
		files = append(files, s.path)
	}
	if len(w.diags) > 0 {
		return nil, fmt.Errorf("%s: %s", w.diags[0].Pos.File, w.diags[0].Args["reason"])
	}
	return files, nil
}

// ReadManifest returns the bytes of a manifest as they are, and the encrypted
// secrets in them.
func ReadManifest(path string) ([]byte, []Ciphertext, error) {
	if _, fault := read(path, path); fault != nil {
		return nil, nil, unreadable(fault)
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	all, err := Ciphertexts(path, src)
	return src, all, err
}

func unreadable(d *engine.Diagnostic) error {
	return fmt.Errorf("%s cannot be read as a manifest (%s); see what cosmicctl validate says of it", d.Pos, d.Code)
}

// Ciphertexts finds the encrypted secrets of a manifest, in the order in which
// they stand.
func Ciphertexts(file string, src []byte) ([]Ciphertext, error) {
	plain, fault := text(file, src)
	if fault != nil {
		return nil, unreadable(fault)
	}
	docs, diags := parse(file, plain)
	if len(diags) > 0 {
		return nil, unreadable(&diags[0])
	}
	f := &finder{src: src}
	for _, d := range docs {
		if !foreign(d.root) {
			f.visit(d.root, "")
		}
	}
	return f.found, f.err
}

// finder finds the encrypted secrets below a node.
type finder struct {
	src   []byte
	from  int // what lies before was passed
	found []Ciphertext
	err   error
}

func (f *finder) visit(n *node, path string) {
	if v := n.get("age"); n.kind == mapNode && sources(n) == 1 && v != nil && v.kind == stringNode {
		f.add(v, path)
		return
	}
	for _, e := range n.entries {
		f.visit(e.value, join(path, e.key))
	}
	for i, item := range n.items {
		f.visit(item, elementPath(path, i))
	}
}

func (f *finder) add(n *node, path string) {
	c := Ciphertext{Pos: n.pos, Path: path, Text: strings.TrimSpace(n.text)}
	// The text stands in the file as it reads, but for the blanks in it.
	words := strings.Fields(c.Text)
	for i := range words {
		words[i] = regexp.QuoteMeta(words[i])
	}
	f.from = max(f.from, offset(f.src, n.pos.Line)) // a remark above may say the same
	at := regexp.MustCompile(strings.Join(words, `\s+`)).FindIndex(f.src[f.from:])
	if c.Text == "" || at == nil {
		f.err = errors.Join(f.err, fmt.Errorf("%s: the ciphertext is not written plainly; write it as cosmicctl secret encrypt prints it", n.pos))
		return
	}
	c.begin, c.end = f.from+at[0], f.from+at[1]
	f.from = c.end
	f.found = append(f.found, c)
}

// offset is where a line begins.
func offset(src []byte, line int) int {
	at := 0
	for range line - 1 {
		at += bytes.IndexByte(src[at:], '\n') + 1
	}
	return at
}

// Rewrite returns a manifest with other ciphertexts in place of those that were
// found in it, and every other byte as it was. A text of several lines gets the
// line ends and the indentation of the one that it replaces.
func Rewrite(src []byte, found []Ciphertext, texts []string) ([]byte, error) {
	var out bytes.Buffer
	from := 0
	for i, c := range found {
		out.Write(src[from:c.begin])
		out.WriteString(strings.ReplaceAll(texts[i], "\n", lineBreak(src[c.begin:c.end])))
		from = c.end
	}
	out.Write(src[from:])
	return out.Bytes(), rewritten(out.Bytes(), found, texts)
}

var indentedBreak = regexp.MustCompile(`\r?\n[ \t]*`)

// lineBreak is what stands between the lines of a text, "\n" if it has but one.
func lineBreak(text []byte) string {
	if b := indentedBreak.Find(text); b != nil {
		return string(b)
	}
	return "\n"
}

// rewritten reads what was written once more: each ciphertext must be there, in
// its place.
func rewritten(src []byte, before []Ciphertext, texts []string) error {
	if len(before) == 0 {
		return nil
	}
	file := before[0].Pos.File
	now, err := Ciphertexts(file, src)
	if err != nil || len(now) != len(before) || !utf8.Valid(src) {
		return fmt.Errorf("%s would not read as before with other ciphertexts in it; it was left as it is", file)
	}
	for i := range now {
		if now[i].Path != before[i].Path || strings.Join(strings.Fields(now[i].Text), " ") != strings.Join(strings.Fields(texts[i]), " ") {
			return fmt.Errorf("%s: %s would not read as it was written; the file was left as it is", now[i].Pos, now[i].Path)
		}
	}
	return nil
}
