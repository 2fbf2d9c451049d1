package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// vendorAPI is an API of the vendor's own that is no operation of a form (facts §3). It is called under the same checks as
// any other, and its row of openapi_apilist goes by its name.
type vendorAPI struct {
	name   string
	url    string // below /kapi, without the tenant's isv
	method string
	answer func(*call) answer // nil for what writes
}

const metaQuery = "metaQuery"

// vendorAPIs in the order of facts §3.
func vendorAPIs() []vendorAPI {
	return []vendorAPI{
		{"getEntityOperations", "/v2/open/openapi/getEntityOperations", http.MethodPost, (*call).entityOperations},
		{"getEntityFields", "/v2/devportal/ai-meta/getEntityFields", http.MethodGet, (*call).entityFields},
		{"getEntityType", "/v2/devportal/ai-meta/getEntityType", http.MethodGet, (*call).entityType},
		{"queryFormsByApp", "/v2/devportal/ai-meta/queryFormsByApp", http.MethodGet, (*call).formsByApp},
		{"genV2ApiByMetaData", generatePath, http.MethodPost, nil},
		{metaQuery, "/v2/mdl/meta-query/getEntityFields", http.MethodGet, (*call).entityFields},
	}
}

// at is the API's address. The other way to the fields has the tenant's isv in it, Kingdee's own being empty (facts §2.1, §12).
func (v *vendorAPI) at(isv string) string {
	if v.name != metaQuery || isv == "" {
		return v.url
	}
	return "/v2/" + isv + strings.TrimPrefix(v.url, "/v2")
}

// app is the application the API belongs to.
func (v *vendorAPI) app() string {
	app, _, _ := strings.Cut(strings.TrimPrefix(v.url, "/v2/"), "/")
	return app
}

// offered is what a tenant serves of a path of the vendor's.
type offered struct {
	vendorAPI
	served bool
}

// offers finds out which of them a tenant serves: those its settings name, else the ones the facts saw on V8 (facts §3.2, §3.3).
func (s *Settings) offers(v version) (map[string]offered, error) {
	served := func(name string) bool { return v.from(8, 0, 0) && name != metaQuery }
	all := vendorAPIs()
	if strings.Contains(s.ISV, "/") {
		return nil, fmt.Errorf("isv %q is more than one segment of an address", s.ISV)
	}
	if s.VendorAPIs != nil {
		for _, name := range *s.VendorAPIs {
			if !slices.ContainsFunc(all, func(a vendorAPI) bool { return a.name == name }) {
				return nil, fmt.Errorf("vendorApis: the vendor has no API called %q", name)
			}
		}
		served = func(name string) bool { return slices.Contains(*s.VendorAPIs, name) }
	}
	byPath := map[string]offered{}
	for _, a := range all {
		byPath[a.at(s.ISV)] = offered{a, served(a.name)}
	}
	return byPath, nil
}

func (t *tenant) vendorAt(path string) offered {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.vendor[path]
}

// vendors lists the APIs served, by address.
func (t *tenant) vendors() []offered {
	var list []offered
	for _, path := range sortedKeys(t.vendor) {
		if a := t.vendor[path]; a.served {
			list = append(list, a)
		}
	}
	return list
}

// described is the API as a row of openapi_apilist.
func (v *vendorAPI) described(isv string) map[string]any {
	method := "1"
	if v.method == http.MethodGet {
		method = "0"
	}
	return map[string]any{
		"number": v.name, "name": v.name, "urlformat": v.at(isv), "httpmethod": method, "apiservicetype": "2",
		"version": "2", "appid": v.app(),
	}
}
