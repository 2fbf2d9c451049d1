package engine

// verify says whether a change is true of what was read back, as the code of
// what is wrong, or "".
func (k *Kind) verify(c *Change, objects []Resource) (Code, map[string]string) {
	switch {
	case c.Action == Delete && len(objects) == 0:
		return "", nil
	case c.Action == Delete:
		return CodeStillThere, nil
	case len(objects) == 0:
		return CodeNotThere, nil
	case len(objects) > 1:
		return CodeDoubled, map[string]string{"key": c.Ref.Key, "ids": idsOf(objects)}
	}
	var dropped, stayed []string
	for _, f := range k.Fields {
		want, wanted := c.After[f.Name]
		if c.CutsOff && f.Name == k.EditDisabled.Field {
			want, wanted = true, true // it was on, also where the manifest leaves it open
		}
		if _, secret := want.(SecretRef); !wanted || secret || f.Type == TypeVirtual {
			continue
		}
		got := objects[0].Fields[f.Name]
		switch {
		case equalValues(want, got):
		case superset(got, want):
			stayed = append(stayed, f.Name)
		default:
			dropped = append(dropped, f.Name)
		}
	}
	switch {
	case len(stayed) > 0:
		return CodeRowsStayed, map[string]string{"fields": joinWords(stayed), "form": k.Form}
	case len(dropped) > 0:
		return CodeDropped, map[string]string{"fields": joinWords(dropped), "form": k.Form}
	}
	return "", nil
}

// superset tells whether a list holds everything wanted and more: rows that a
// save should have removed and did not.
func superset(got, want any) bool {
	switch want := want.(type) {
	case Set:
		got, ok := got.(Set)
		return ok && containsAll(got, want)
	case Rows:
		got, ok := got.(Rows)
		return ok && containsAll(got, want)
	}
	return false
}

func containsAll[T comparable](all, some []T) bool {
	in := make(map[T]bool, len(all))
	for _, v := range all {
		in[v] = true
	}
	for _, v := range some {
		if !in[v] {
			return false
		}
	}
	return true
}
