package sandbox

// The recycle bin of apps and APIs (facts §3.5). What lies in it is in no form, so nothing lists it, logs in by it or calls it.
// It is a table like any other, and durable as one.

// binOf is the table that deleted rows of a form go to.
func binOf(form string) string { return form + "/recycled" }

// recycles tells which forms have a bin, from 8.0.11 on.
func recycles(form string) bool { return form == "third_app" || form == "openapi_apilist" }

// discard deletes a row as a person or an API does.
func (x *tx) discard(form string, id int64) {
	if r := x.tables[form].rows[id]; r != nil && recycles(form) && x.version.softDeletes() {
		x.put(binOf(form), r)
	}
	x.remove(form, id)
}

// binned tells whether a deleted row still holds the natural key of a new one. Whether it does on a real tenant is not public.
func (t *tenant) binned(f *form, r *row) bool {
	bin := t.tables[binOf(f.name)]
	if bin == nil || t.settings.ReuseDeletedKeys {
		return false
	}
	var values []string
	for _, column := range f.key {
		values = append(values, r.text(column))
	}
	return len(bin.find(f.key, values)) > 0
}
