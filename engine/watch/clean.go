package watch

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Texts come from tenants, and a tenant may hold anything. They are cleaned once, on
// their way into the store: what does not show, or changes how its neighbours show,
// becomes visible, and what is very long is cut.
const (
	longest   = 2000 // characters of a text
	mostLines = 200  // lines of a finding
)

func clean(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > longest {
			b.WriteString("…")
			break
		}
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == utf8.RuneError) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (f Finding) clean() Finding {
	f.Kind, f.Key, f.Class, f.Note = clean(f.Kind), clean(f.Key), Class(clean(string(f.Class))), clean(f.Note)
	f.Title.EN, f.Title.ZH = clean(f.Title.EN), clean(f.Title.ZH)
	f.By, f.When, f.File = clean(f.By), clean(f.When), clean(f.File)
	f.Risks = slices.Clone(f.Risks)
	for i, r := range f.Risks {
		if r.Rank() < 0 {
			f.Risks[i] = "routine"
		}
	}
	lines := f.Lines
	if cut := len(lines) - mostLines; cut > 0 {
		lines = append(slices.Clone(lines[:mostLines]), Line{Field: fmt.Sprintf("… and %d more", cut)})
	}
	f.Lines = nil
	for _, l := range lines {
		f.Lines = append(f.Lines, Line{clean(l.Field), clean(l.Wanted), clean(l.Live)})
	}
	return f
}

func (k KindLook) clean() KindLook {
	k.Kind, k.Title.EN, k.Title.ZH, k.Err = clean(k.Kind), clean(k.Title.EN), clean(k.Title.ZH), clean(k.Err)
	return k
}

func (t Target) clean() Target {
	labels := map[string]string{}
	for _, k := range slices.Sorted(maps.Keys(t.Labels)) {
		labels[clean(k)] = clean(t.Labels[k])
	}
	return Target{clean(t.Name), clean(t.Live), labels}
}
