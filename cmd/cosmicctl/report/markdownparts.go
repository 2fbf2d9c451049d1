package report

import (
	"fmt"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// problems writes what is wrong and what could not be planned.
func (m *markdown) problems() {
	wrong := m.diagnostics(engine.Error)
	m.list("**"+m.words["problems"]+"**\n\n", "\n", "n-problems", len(wrong), func(i int) string { return wrong[i] })
}

func (m *markdown) diagnostics(s engine.Severity) []string {
	var out []string
	add := func(tenant string, diags []engine.Diagnostic) {
		for _, d := range diags {
			if d.Severity == s {
				out = append(out, "- "+m.diagnostic(tenant, d)+"\n")
			}
		}
	}
	add("", m.run.Diagnostics)
	for _, t := range m.run.Tenants {
		add(t.Name, t.Plan.Problems)
	}
	return out
}

func (m *markdown) diagnostic(tenant string, d engine.Diagnostic) string {
	var b strings.Builder
	if tenant != "" && len(m.run.Tenants) > 1 {
		b.WriteString(code(tenant) + " ")
	}
	if d.Pos.File != "" {
		b.WriteString(code(placed(d.Pos)) + " ")
	}
	if d.Path != "" {
		b.WriteString(code(d.Path) + m.words["colon"])
	}
	b.WriteString(m.message(d))
	if hint := m.opts.Words[d.Hint]; hint != "" {
		b.WriteString(m.opts.Words["semicolon"] + m.words.inWords(hint, d.Args))
	}
	return b.String()
}

func (m *markdown) message(d engine.Diagnostic) string {
	if text, known := m.opts.Words[d.Code]; known && d.Text == nil {
		return m.words.inWords(text, d.Args)
	}
	return code(m.opts.Words.Message(d))
}

// inWords fills a text of the catalogue; what comes from outside stands as code.
func (w Words) inWords(text string, args map[string]string) string {
	var pairs []string
	for name, value := range args {
		value = w.argument(name, value)
		pairs = append(pairs, "&#96;{"+name+"}&#96;", code(value), "{"+name+"}", code(value))
	}
	return strings.NewReplacer(pairs...).Replace(entities(text))
}

// waivers writes those that the branch adds or extends.
func (m *markdown) waivers() {
	var items []string
	for _, t := range m.run.Tenants {
		for _, w := range t.Plan.Waivers {
			items = append(items, m.waiver(t.Name, w))
		}
	}
	m.list("**"+m.words["branch-waives"]+"**\n\n", "\n", "n-waivers", len(items), func(i int) string { return items[i] })
}

func (m *markdown) waiver(tenant string, w engine.Waiver) string {
	text := code(w.Rule)
	if w.Object != "" {
		text = m.words.Say("rule-for-object", "rule", text, "object", code(w.Object))
	}
	return "- " + m.words.Say("markdown-waiver", "rule", text+m.on(tenant), "expires", code(w.Expires), "owner", code(w.Owner), "reason", code(w.Reason), "at", code(at(w.At))) + "\n"
}

// risks writes the table of classes, by tenant where there are several.
func (m *markdown) risks() {
	if m.all.changes == 0 {
		return
	}
	if pair := m.run.pair(); pair != nil {
		m.kinds(pair)
		return
	}
	found := slices.DeleteFunc(engine.Risks(), func(r engine.Risk) bool { return m.all.byRisk[r] == 0 })
	if len(m.run.Tenants) == 1 {
		m.list("| "+m.words["column-risk"]+" | "+m.story.column+" |\n|---|---:|\n", "\n", "n-risks", len(found), func(i int) string {
			return fmt.Sprintf("| %s | %d |\n", m.words[riskCode(found[i])], m.all.byRisk[found[i]])
		})
		return
	}
	head, rule := "| "+m.words["column-tenant"]+" |", "|---|"
	for _, r := range found {
		head += " " + m.words[riskCode(r)] + " |"
		rule += "---:|"
	}
	tenants := m.riskiest()
	m.list(head+"\n"+rule+"\n"+countsRow("**"+m.words["scope-all"]+"**", &m.all, found), "\n", "n-tenants", len(tenants), func(i int) string {
		return countsRow(code(tenants[i].name), &tenants[i].tally, found)
	})
}

type tenantTally struct {
	name string
	tally
}

// riskiest counts the tenants that would change, the riskiest first.
func (m *markdown) riskiest() []tenantTally {
	var out []tenantTally
	for _, t := range m.run.Tenants {
		c := tenantTally{name: t.Name}
		if c.plan(t.Plan); c.changes > 0 {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b tenantTally) int {
		for _, r := range engine.Risks() {
			if d := b.byRisk[r] - a.byRisk[r]; d != 0 {
				return d
			}
		}
		return 0
	})
	return out
}

func countsRow(name string, t *tally, found []engine.Risk) string {
	row := "| " + name + " |"
	for _, r := range found {
		if n := t.byRisk[r]; n > 0 {
			row += fmt.Sprintf(" %d", n)
		}
		row += " |"
	}
	return row + "\n"
}

// access writes the tables of who may reach what, with the rows that change.
func (m *markdown) access() {
	for _, t := range m.words.accessTables(m.opts.Kinds, m.run.Tenants) {
		head, rule := "|  |", "|---|"
		if len(m.run.Tenants) > 1 {
			head, rule = head+" "+m.words["column-tenant"]+" |", rule+"---|"
		}
		for _, c := range t.columns {
			head += " " + c + " |"
			rule += "---|"
		}
		m.list("**"+t.title+"**\n\n"+head+"\n"+rule+"\n", "\n", "n-rows", len(t.rows), func(i int) string { return m.accessRow(t.rows[i]) })
	}
}

func (m *markdown) accessRow(r *accessRow) string {
	row := "| " + m.story.lost + " |"
	pair := m.run.pair()
	switch {
	case pair != nil:
		row = "| " + m.words.Say("only", "tenant", code(pair.side(r.gained))) + " |"
	case r.gained:
		row = "| **" + m.story.gained + "** |"
	}
	if len(m.run.Tenants) > 1 {
		row += " " + m.words.some(r.tenants, code) + " |"
	}
	for _, c := range r.cells {
		row += " " + m.words.scope(c, 10, code) + " |"
	}
	return row + "\n"
}

// asides writes what nobody must act on, folded.
func (m *markdown) asides() {
	m.aside("n-pieces-of-advice", "n-pieces", m.diagnostics(engine.Advice))
	if !m.opts.Unmanaged {
		return
	}
	var unmanaged []string
	for _, t := range m.run.Tenants {
		for _, r := range t.Plan.Unmanaged {
			unmanaged = append(unmanaged, "- "+m.objectCode(r)+m.on(t.Name)+"\n")
		}
	}
	m.aside("n-live-objects-unmentioned", "n-live-objects", unmanaged)
}

func (m *markdown) aside(summary, noun engine.Code, items []string) {
	m.list("<details><summary>"+m.words.Count(len(items), summary)+"</summary>\n\n", "\n</details>\n\n", noun,
		len(items), func(i int) string { return items[i] })
}

// on names a tenant, if there are several.
func (m *markdown) on(tenant string) string {
	if len(m.run.Tenants) < 2 {
		return ""
	}
	return m.words.Say("on-tenant", "tenant", code(tenant))
}

func (m *markdown) objectCode(r engine.Ref) string {
	return m.words.kindTitle(m.opts.Kinds, r.Kind) + " " + code(r.Key)
}
