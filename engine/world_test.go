package engine_test

import (
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"cosmicctl/engine"
)

// world is a tenant and the live side that it meets, as data: every run of it
// starts from the same state.
type world struct {
	rows    map[string][]map[string]any
	wanted  []engine.Resource
	version engine.Version
}

func (w *world) live() *fake {
	f := workshop()
	for form, rows := range w.rows {
		f.seed(form, rows...)
	}
	if w.version != testVersion {
		f.locked = "enable"
	}
	return f
}

func (w *world) tenant() *engine.Tenant {
	t := tenant(w.wanted...)
	t.Environment.Version = w.version
	return t
}

// key is the live key of an object of a form.
func keyIn(form string, r map[string]any) string {
	switch form {
	case "setting":
		return engine.KeyOf(r["configtype"].(string), r["configkey"].(string))
	case "grant":
		return r["subjectno"].(string)
	}
	return r["number"].(string)
}

var formOf = map[string]string{"Gadget": "gadget", "Part": "part", "Setting": "setting", "Grant": "grant", "Deed": "deed"}

// drawWorld draws a tenant over a live side. Of each object it may hold only
// one side or both, wanted or as a tombstone, and equal or not.
func drawWorld(t *rapid.T) *world {
	w := &world{rows: map[string][]map[string]any{}, version: rapid.SampledFrom([]engine.Version{testVersion, "5.0.019"}).Draw(t, "version")}
	id := 0
	there := func(form string, r map[string]any) {
		if rapid.Bool().Draw(t, "there") {
			id++
			r["id"] = fmt.Sprint(id)
			w.rows[form] = append(w.rows[form], r)
		}
	}
	wants := func(kind, key string, given func() fields) {
		switch rapid.SampledFrom([]string{"unmanaged", "wanted", "wanted", "gone"}).Draw(t, kind) {
		case "wanted":
			w.wanted = append(w.wanted, want(kind, key, given()))
		case "gone":
			r := gone(kind, key)
			if kind == "Setting" {
				r.Fields = given()
				delete(r.Fields, "value")
				r.Ref.Key = settingKind().KeyFrom(r.Fields)
			}
			w.wanted = append(w.wanted, r)
		}
	}
	for i := range 4 {
		there("gadget", drawGadgetRow(t, fmt.Sprintf("G%d", i)))
		wants("Gadget", fmt.Sprintf("G%d", i), func() fields { return drawGadget(t) })
	}
	for i := range 3 {
		there("part", row{"number": fmt.Sprintf("T%d", i), "gadgetcode": "G9"})
		wants("Part", fmt.Sprintf("T%d", i), func() fields { return fields{"gadget": "G9", "owner": "ann"} })
		there("setting", row{"configtype": "a", "configkey": fmt.Sprintf("b/%d", i), "configvalue": "0"})
		wants("Setting", "", func() fields {
			return fields{"type": "a", "name": fmt.Sprintf("b/%d", i), "value": word.Draw(t, "value")}
		})
		there("grant", row{"subjectno": fmt.Sprintf("S%d", i), "members": list(row{"userid_number": "P3"})})
		wants("Grant", fmt.Sprintf("S%d", i), func() fields {
			return fields{"members": set(rapid.SliceOfN(rapid.SampledFrom([]string{"P1", "bob", "P3"}), 0, 3).Draw(t, "members")...)}
		})
	}
	there("deed", row{"number": "D1", "name": "old"})
	wants("Deed", "D1", func() fields { return fields{"name": word.Draw(t, "name")} })
	w.rows["gadget"] = append(w.rows["gadget"], gadgetRow("PRESET", row{"id": "900", "preset": "1"}), gadgetRow("G9", row{"id": "901"}))
	return w
}

var word = rapid.SampledFrom([]string{"0", "1", "old", "new"})

func drawGadgetRow(t *rapid.T, code string) row {
	bit := rapid.SampledFrom([]string{"0", "1"})
	return gadgetRow(code, row{"enable": bit.Draw(t, "enable"), "mode": bit.Draw(t, "mode"), "maxrate": word.Draw(t, "rate"),
		"url1": word.Draw(t, "url1"), "allowall": bit.Draw(t, "allowall"),
		"ruleentry": list(row{"policy": bit.Draw(t, "policy"), "startip": "10.0.0.1", "endip": "10.0.0.9"})})
}

// drawGadget gives some fields, and always the switch: where a version cuts off
// during a save, a run that dies there leaves it off, and only a manifest that
// wants it on can tell.
func drawGadget(t *rapid.T) fields {
	all := fields{"name": word.Draw(t, "name"), "limit": rapid.Int64Range(0, 2).Draw(t, "limit"), "open": true,
		"mode": rapid.SampledFrom([]string{"plain", "locked"}).Draw(t, "mode"), "tools": set("saw", "hammer"),
		"urls": engine.List{"b", "a"}, "rules": engine.NewRows(engine.Range{Policy: "deny", Start: "10.0.0.1", End: "10.0.0.9"}),
		"owners": set("ann"), "pass": env("P")}
	out := fields{"enabled": rapid.Bool().Draw(t, "enabled")}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if rapid.Bool().Draw(t, name) && !(name == "tools" && out["open"] != nil) {
			out[name] = all[name]
		}
	}
	return out
}
