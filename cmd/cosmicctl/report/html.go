package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
)

// A page is one file: its style and its script stand in it, and its policy lets
// the browser load and run nothing else. Every text from outside is cleaned on
// the way into the page's data, and html/template escapes what it places.

//go:embed page
var pageFiles embed.FS

// writeHTML writes a run as a page for a browser.
func writeHTML(w io.Writer, r *Run, o Options) error {
	t, err := template.New("page.html").Funcs(template.FuncMap{"say": o.Words.Say, "count": o.Words.Count, "text": o.Words.Text}).ParseFS(pageFiles, "page/*.html")
	if err != nil {
		return err
	}
	css, err := pageFiles.ReadFile("page/page.css")
	if err != nil {
		return err
	}
	js, err := pageFiles.ReadFile("page/page.js")
	if err != nil {
		return err
	}
	p := newPage(r, o)
	p.CSS, p.JS = template.CSS(css), template.JS(js)
	p.Policy = "default-src 'none'; style-src " + digest(css) + "; script-src " + digest(js) + "; base-uri 'none'; form-action 'none'"
	return t.ExecuteTemplate(w, "page.html", p)
}

// digest names an inline block for a content security policy.
func digest(block []byte) string {
	sum := sha256.Sum256(block)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
