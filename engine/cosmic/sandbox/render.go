package sandbox

// render shows a row through a view. NULL values and empty dates are left out (facts §2.2), secrets always (facts §1.6).
// The caller holds the tenant's lock, for what the row refers to.
func (t *tenant) render(r *row, v *view) map[string]any {
	shown := map[string]any{"id": formatID(r.id)}
	for _, f := range v.main {
		value, set := r.values[f.name]
		t.renderField(shown, f, value, set)
	}
	for _, p := range v.parts {
		lines := make([]map[string]any, len(r.entries[p.table]))
		for i, e := range r.entries[p.table] {
			lines[i] = t.renderEntry(e, p.fields)
		}
		shown[p.live] = lines
	}
	return shown
}

func (t *tenant) renderEntry(e entry, fields []field) map[string]any {
	shown := map[string]any{}
	for _, f := range fields {
		value, set := e[f.name]
		t.renderField(shown, f, value, set)
	}
	return shown
}

func (t *tenant) renderField(shown map[string]any, f field, value string, set bool) {
	switch {
	case !set || f.secret:
	case f.kind == reference:
		t.renderReference(shown, f, value)
	case value == "" && f.kind != text:
	default:
		shown[f.live] = f.json(value)
	}
}

// renderReference flattens base data. Of a row that is gone only the id is left.
func (t *tenant) renderReference(shown map[string]any, f field, id string) {
	if id == "" || id == "0" {
		return
	}
	shown[f.live+"_id"] = id
	target := t.tables[f.ref].rows[parseID(id)]
	if target == nil {
		return
	}
	if number, set := target.values["number"]; set {
		shown[f.live+"_number"] = number
	}
	if name, set := target.values[t.dict[f.ref].nameColumn()]; set {
		shown[f.live+"_name"] = name
	}
}
