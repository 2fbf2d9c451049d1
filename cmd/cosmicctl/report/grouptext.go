package report

import (
	"fmt"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// group writes a change and says where it is made the same way.
func (p *PlanText) group(g *group) {
	c := g.Change
	fmt.Fprintf(p.W, "  %s %s%s  %s\n", p.mark(&g.places[0]), p.name(c.Ref), p.risks(c.Risks), p.Style.dim(at(c.Origin)))
	p.fields(c)
	paint := p.Style.dim
	if undoes(c) {
		paint = p.Style.yellow
	}
	for _, note := range g.notes(p.Words, Clean) {
		fmt.Fprintf(p.W, "      %s\n", paint(note))
	}
	if c.CutsOff {
		fmt.Fprintf(p.W, "      %s\n", p.Style.yellow(p.Words.cutOff(c)))
	}
	if n := len(g.places); n > 1 {
		fmt.Fprintf(p.W, "      %s\n", p.Style.bold(p.Words.Say("the-same-on-keys",
			"objects", p.Words.Count(n, "n-of-kind", "kind", p.Words.kindTitle(p.Kinds, c.Ref.Kind)), "keys", p.Words.some(keys(g.places), Clean))))
	}
}

// risks writes the classes of a change in the colour of the worst.
func (p *PlanText) risks(risks []engine.Risk) string {
	words := p.Words.risky(risks)
	if len(words) == 0 {
		return ""
	}
	text := "(" + strings.Join(words, p.Words["list-comma"]) + ")"
	if risks[0].Rank() <= engine.Widens.Rank() || slices.Contains(risks, engine.Destroys) {
		return "  " + p.Style.red(text)
	}
	return "  " + p.Style.yellow(text)
}

func (p *PlanText) mark(at *place) string {
	text := at.mark(p.Words)
	switch at.Action.Sort() {
	case engine.Create:
		return p.Style.green(text)
	case engine.Delete:
		return p.Style.red(text)
	}
	return p.Style.yellow(text)
}

// mark is the verb of a change behind its sign.
func (p *place) mark(w Words) string {
	return map[engine.Action]string{engine.Create: "+ ", engine.Update: "~ ", engine.Delete: "- "}[p.Action.Sort()] + p.verb(w, Clean)
}

func (p *PlanText) fields(c *engine.Change) {
	lines := p.Words.fieldLines(c)
	widest := 0
	for _, l := range lines {
		widest = max(widest, width(l.name))
	}
	mixed := mixedCauses(c)
	for _, l := range lines {
		text := pad(l.name, widest) + "  " + p.values(l)
		if words := p.Words.risky(l.field.Risks); len(words) > 0 && len(c.Fields) > 1 && c.Action.Sort() == engine.Update {
			text += "  " + p.Style.yellow("("+strings.Join(words, p.Words["list-comma"])+")")
		}
		if mixed {
			text += "  " + p.Style.dim(p.Words["cause-"+engine.Code(l.field.Cause)])
		}
		fmt.Fprintf(p.W, "      %s\n", text)
	}
}

func (p *PlanText) values(l fieldLine) string {
	switch {
	case l.element && l.after != "":
		return p.Style.green("+ " + l.after)
	case l.element:
		return p.Style.red("- " + l.before)
	case l.isDefault:
		return l.after + p.Style.dim("  "+p.Words["default"])
	case l.quoted:
		before, after := p.Style.inline(l.before, l.after)
		return before + " → " + after
	case l.before == "":
		return l.after
	case l.after == "":
		return l.before
	}
	return l.before + " → " + l.after
}
