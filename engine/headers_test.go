package engine_test

import (
	"testing"

	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
)

// One app's identity is none of another's, and what an app sends itself takes the place
// of what every call sends, however the name is written.
func TestHeadersOfAnApp(t *testing.T) {
	plain := func(pairs ...string) map[string]engine.HeaderValue {
		out := map[string]engine.HeaderValue{}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i]] = engine.HeaderValue{Text: pairs[i+1]}
		}
		return out
	}
	e := engine.Environment{Auth: engine.Auth{AppID: "own"}, Headers: plain("X-ACGW-Identity", "own's", "x-all", "all"),
		AppHeaders: map[string]map[string]engine.HeaderValue{"ERP01": plain("x-acgw-identity", "its"), "ERP02": plain("X-All", "other")}}
	own := plain("X-ACGW-Identity", "own's", "x-all", "all")
	for app, want := range map[string]map[string]engine.HeaderValue{
		"own": own, "ERP01": plain("x-acgw-identity", "its", "x-all", "all"), "ERP02": plain("X-All", "other"), "ERP03": plain("x-all", "all"),
	} {
		if diff := cmp.Diff(want, e.HeadersOf(app)); diff != "" {
			t.Errorf("%s: %s", app, diff)
		}
	}
	if diff := cmp.Diff(own, e.Headers); diff != "" {
		t.Errorf("the environment changed: %s", diff)
	}
	e.Headers = nil
	if diff := cmp.Diff(plain("X-All", "other"), e.HeadersOf("ERP02")); diff != "" || len(e.HeadersOf("ERP03")) > 0 {
		t.Error(diff, e.HeadersOf("ERP03"))
	}
}
