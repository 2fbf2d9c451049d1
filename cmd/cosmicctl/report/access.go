package report

import "cosmicctl/engine"

// Scope writes a cell of an access table.
func Scope(s engine.Scope) string {
	switch {
	case s.All && len(s.Items) == 0:
		return "everything"
	case s.All:
		return "everything but " + cleanJoin(s.Items)
	}
	return cleanJoin(s.Items)
}
