package notify

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"cosmicctl/engine"
)

// The codes of the words of a message; beside them there is one for each thing
// that can happen, such as notice-opened, and for each risk and class, such as
// notice-risk-widens-access.
const (
	CodeTitle engine.Code = "notice-title"
	CodeCount engine.Code = "notice-count"
	CodeBy    engine.Code = "notice-by"
	CodeWhen  engine.Code = "notice-when"
	CodeSince engine.Code = "notice-since"
	CodeLines engine.Code = "notice-lines"
	CodeMore  engine.Code = "notice-more"
	CodePage  engine.Code = "notice-page"
)

// Codes returns all codes whose words a message may need, but those of classes.
func Codes() []engine.Code {
	codes := []engine.Code{CodeTitle, CodeCount, CodeBy, CodeWhen, CodeSince, CodeLines, CodeMore, CodePage}
	for _, what := range Whats() {
		codes = append(codes, engine.Code("notice-"+what))
	}
	for _, r := range engine.Risks() {
		codes = append(codes, engine.Code("notice-risk-"+r))
	}
	return codes
}

// phrase puts a code into words; it returns the code itself for one it does not know.
type phrase func(code engine.Code, args map[string]string) string

// word names a thing by its code, or as it is.
func (p phrase) word(prefix, name string) string {
	code := engine.Code(prefix + name)
	if text := p(code, nil); text != string(code) {
		return text
	}
	return name
}

func (p phrase) number(code engine.Code, n int) string {
	return p(code, map[string]string{"n": strconv.Itoa(n)})
}

// draft is a message in words, before a vendor's markup. No text in it has a line
// end.
type draft struct {
	title  string
	events [][]string // the lines of each
	more   string
	link   string
	page   string // what the link is called
}

const mostLines = 6 // of one event

// draft tells of some of the events of a message, and counts the others.
func (p phrase) draft(m *Message, told []Event, brief bool) *draft {
	d := &draft{title: p.title(m), link: clean(m.Link), page: p(CodePage, nil)}
	for i := range told {
		lines := []string{p.head(&told[i])}
		if !brief {
			lines = append(lines, p.details(&told[i])...)
		}
		d.events = append(d.events, lines)
	}
	if n := len(m.Events) - len(told) + m.Omitted; n > 0 {
		d.more = p.number(CodeMore, n)
	}
	return d
}

// title counts what happened.
func (p phrase) title(m *Message) string {
	var counts []string
	for _, what := range Whats() {
		n := 0
		for _, e := range m.Events {
			if e.What == what {
				n++
			}
		}
		if n > 0 {
			counts = append(counts, p(CodeCount, map[string]string{"n": strconv.Itoa(n), "what": p.word("notice-", what)}))
		}
	}
	return line(p(CodeTitle, map[string]string{"counts": strings.Join(counts, ", ")}))
}

func (p phrase) head(e *Event) string {
	object := clean(e.Title)
	if object == "" {
		object = strings.TrimSpace(clean(e.Kind) + " " + clean(e.Key))
	}
	parts := []string{clean(p.word("notice-", e.What)), clean(e.Tenant), object, clean(p.word("notice-class-", e.Class))}
	for _, r := range e.Risks {
		if r != engine.Routine {
			parts = append(parts, clean(p.word("notice-risk-", string(r))))
		}
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return cut(strings.Join(parts, separator), longest)
}

func (p phrase) details(e *Event) []string {
	var out []string
	for _, l := range e.Lines[:min(len(e.Lines), mostLines)] {
		out = append(out, "  "+line(l))
	}
	if n := len(e.Lines) - mostLines; n > 0 {
		out = append(out, "  "+p.number(CodeLines, n))
	}
	var last []string
	switch {
	case e.By != "" && e.When != "":
		last = append(last, clean(p(CodeWhen, map[string]string{"by": e.By, "when": e.When})))
	case e.By != "":
		last = append(last, clean(p(CodeBy, map[string]string{"by": e.By})))
	}
	if !e.Since.IsZero() {
		last = append(last, clean(p(CodeSince, map[string]string{"since": e.Since.Format("2006-01-02 15:04 -07:00")})))
	}
	if len(last) > 0 {
		out = append(out, "  "+cut(strings.Join(last, separator), longest))
	}
	return out
}

// body is what stands between title and link, without any markup.
func (d *draft) body() string {
	lines := slices.Concat(d.events...)
	if d.more != "" {
		lines = append(lines, d.more)
	}
	return strings.Join(lines, "\n")
}

// text is all of it.
func (d *draft) text() string {
	text := d.title + "\n" + d.body()
	if d.link != "" {
		text += "\n" + d.link
	}
	return text
}

// fit writes a message with as many of its events as the vendor takes, the most
// important first. write returns nil for a draft that is too large, and so does fit
// if even one event is.
func (p phrase) fit(m *Message, write func(*draft) []byte) []byte {
	events := m.byWeight()
	if body := write(p.draft(m, events, false)); body != nil {
		return body
	}
	n := sort.Search(len(events), func(n int) bool { return write(p.draft(m, events[:n], false)) == nil }) - 1
	if n > 0 {
		return write(p.draft(m, events[:n], false))
	}
	return write(p.draft(m, events[:1], true))
}
