package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Admin is the handler of the admin endpoint, which no tenant has and which belongs on a port of its own.
func (s *Sandbox) Admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /log", s.getLog)
	mux.HandleFunc("DELETE /log", s.clearLog)
	mux.HandleFunc("GET /faults", s.getFaults)
	mux.HandleFunc("POST /faults", s.postFault)
	mux.HandleFunc("DELETE /faults", s.deleteFaults)
	mux.HandleFunc("DELETE /faults/{id}", s.deleteFaults)
	mux.HandleFunc("POST /seed", s.postSeed)
	mux.HandleFunc("GET /tenants", s.getTenants)
	mux.HandleFunc("PUT /tenants/{path}/settings", s.putSettings)
	mux.HandleFunc("POST /tenants/{path}/callback", s.postCallback)
	mux.HandleFunc("GET /tenants/{path}/forms/{form}/rows", s.getRows)
	mux.HandleFunc("PUT /tenants/{path}/forms/{form}/rows", s.putRows)
	mux.HandleFunc("DELETE /tenants/{path}/forms/{form}/rows", s.deleteRows)
	return mux
}

// getLog lists requests; the query's tenant, form and op narrow the list.
func (s *Sandbox) getLog(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	entries := []Entry{}
	for _, e := range s.Log() {
		if q.Has("tenant") && cleanPath(q.Get("tenant")) != e.Tenant ||
			q.Has("form") && q.Get("form") != e.Form || q.Has("op") && q.Get("op") != e.Op {
			continue
		}
		entries = append(entries, e)
	}
	reply(w, map[string]any{"entries": entries})
}

func (s *Sandbox) clearLog(w http.ResponseWriter, _ *http.Request) {
	s.log.clear()
	reply(w, map[string]any{"entries": []Entry{}})
}

func (s *Sandbox) getFaults(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]any{"faults": s.faults.all()})
}

func (s *Sandbox) postFault(w http.ResponseWriter, r *http.Request) {
	var f Fault
	err := decode(r, &f)
	if err == nil {
		err = f.check()
	}
	if err == nil && f.Tenant != nil && s.tenant(cleanPath(*f.Tenant)) == nil {
		err = fmt.Errorf("tenant %q does not exist", *f.Tenant)
	}
	if err == nil && f.Form != "" && s.dict[f.Form] == nil {
		err = fmt.Errorf("form %q is not in the dictionary", f.Form)
	}
	if err != nil {
		complain(w, http.StatusBadRequest, err)
		return
	}
	reply(w, s.faults.add(f))
}

func (s *Sandbox) deleteFaults(w http.ResponseWriter, r *http.Request) {
	if id := r.PathValue("id"); !s.faults.remove(id) {
		complain(w, http.StatusNotFound, fmt.Errorf("fault %q does not exist", id))
		return
	}
	reply(w, map[string]any{"faults": s.faults.all()})
}

func (s *Sandbox) postSeed(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err == nil {
		err = s.Seed(data)
	}
	if err != nil {
		complain(w, http.StatusBadRequest, err)
		return
	}
	s.getTenants(w, r)
}

// tenantSummary is a tenant as the admin endpoint lists it.
type tenantSummary struct {
	Path     string         `json:"path"`
	Settings Settings       `json:"settings"`
	Rows     map[string]int `json:"rows"`
}

func (s *Sandbox) getTenants(w http.ResponseWriter, _ *http.Request) {
	list := []tenantSummary{}
	for _, t := range s.all() {
		list = append(list, t.summary())
	}
	reply(w, map[string]any{"tenants": list})
}

func (t *tenant) summary() tenantSummary {
	t.mu.RLock()
	defer t.mu.RUnlock()
	counts := map[string]int{}
	for name, table := range t.tables {
		if len(table.ids) > 0 {
			counts[name] = len(table.ids)
		}
	}
	return tenantSummary{t.path, t.settings, counts}
}

// putSettings changes the settings named, such as the version, and publishes APIs that are new by it.
func (s *Sandbox) putSettings(w http.ResponseWriter, r *http.Request) {
	t := s.named(w, r)
	if t == nil {
		return
	}
	var next Settings
	err := json.Unmarshal(encode(t.settingsNow()), &next)
	if err == nil {
		err = decode(r, &next)
	}
	if err == nil {
		err = s.update(t, func(x *tx) error {
			if err := x.set(next); err != nil {
				return err
			}
			return x.publish()
		})
	}
	if err != nil {
		complain(w, http.StatusBadRequest, err)
		return
	}
	reply(w, t.summary())
}

// named finds the tenant of an admin path, whose slashes are escaped: /tenants/%2Fierp. A lone escaped slash does not get
// through net/http, so the tenant of the empty path is called "-".
func (s *Sandbox) named(w http.ResponseWriter, r *http.Request) *tenant {
	path := r.PathValue("path")
	if path == "-" {
		path = ""
	}
	path = cleanPath(path)
	t := s.tenant(path)
	if t == nil {
		complain(w, http.StatusNotFound, fmt.Errorf("tenant %q does not exist", path))
	}
	return t
}

func decode(r *http.Request, into any) error {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	return strict(data, into)
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", mediaJSON)
	_, _ = w.Write(append(encode(v), '\n'))
}

func complain(w http.ResponseWriter, status int, err error) {
	w.Header().Set("Content-Type", mediaJSON)
	w.WriteHeader(status)
	_, _ = w.Write(append(encode(map[string]string{"error": strings.TrimSpace(err.Error())}), '\n'))
}
