package watch

import (
	"net/http"
	"slices"
)

// tenantPage is all about a tenant.
func (s *site) tenantPage(w http.ResponseWriter, r *http.Request) {
	all, err := s.tenantViews(r.Context())
	if err != nil {
		s.broken(w, r, err)
		return
	}
	i := slices.IndexFunc(all, func(t *TenantView) bool { return t.ID == r.PathValue("id") })
	if i < 0 {
		s.fail(w, r, http.StatusNotFound, "no-tenant")
		return
	}
	data := struct {
		frame
		row
		Findings, Closed []FindingView
		More             int
		Looks            []PastLook
	}{frame: s.frame(r, all[i].Name, refresh), row: s.newRow(all[i], columns(all[i:i+1]))}
	var total int
	data.Findings, total, err = s.Store.findings(r.Context(), Filter{Tenant: all[i].ID, State: FindOpen, Limit: rowsOfPage})
	data.More = total - len(data.Findings)
	if err == nil {
		data.Closed, _, err = s.Store.findings(r.Context(), Filter{Tenant: all[i].ID, State: FindClosed, Sort: "newest", Limit: newest})
	}
	if err == nil {
		data.Looks, err = s.Store.looks(r.Context(), all[i].ID, newest)
	}
	if err != nil {
		s.broken(w, r, err)
		return
	}
	s.show(w, http.StatusOK, "tenant.html", data)
}
