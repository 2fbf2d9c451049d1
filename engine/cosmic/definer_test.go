package cosmic

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"cosmicctl/engine"
)

// A definition goes out whole: a list that is left out would be emptied, and an empty
// one is no null. It has a key, so that it is not executed twice.
func TestADefinitionIsSentWhole(t *testing.T) {
	f := newFake(t)
	live, _ := f.tenant()
	_, err := live.Definer().Define(t.Context(), &engine.Definition{Number: "cosmicctl_lamp_save", Path: "/v2/house/lamp/save", App: "house", Form: "lamp", Op: "save",
		Replaces: true, Body: []engine.Property{{Number: "room", Entry: "t_rooms"}}})
	if e := asError(t, err); !e.Unpublished() { // the fake does not publish
		t.Fatal(err)
	}
	last := f.requests[len(f.requests)-1]
	got, _ := json.Marshal(last.Body)
	want := `{"data":[{"OverrideEntry":true,"apiservicetype":"0","appid_number":"house","bizobject_number":"lamp","bodyentryentity":[{"entry":"t_rooms","number":"room"}],` +
		`"enable":"1","filter_entity":[],"httpmethod":"1","name":"","number":"cosmicctl_lamp_save","operation":"save","respentryentity":[],"status":"C","urlformat":"/v2/house/lamp/save","version":"2"}]}`
	if string(got) != want || last.Header.Get("Idempotency-Key") == "" {
		t.Errorf("sent %s\nwant %s", got, want)
	}
}

// console serves the vendor's own APIs about one form.
func console(f *fake, apis string) {
	f.on(func(w http.ResponseWriter, r *http.Request, _ int) bool {
		data := map[string]string{
			pathQueryByApp: apis,
			pathMetaQuery:  `[{"number":"number","name":{"zh_CN":"编码"}},{"fieldNumber":"room","caption":"房间","entry":"t_rooms"}]`,
		}[strings.TrimPrefix(r.URL.Path, "/ierp")]
		if data == "" || r.Method != http.MethodGet || f.tokens[r.Header.Get("accesstoken")].IsZero() {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"data":` + data + `,"errorCode":"0","status":true}`))
		return true
	})
}

// A list of APIs is whole or an error, addresses are read in every spelling, and the
// metadata has a second way.
func TestFormsAndAPIsAreRead(t *testing.T) {
	f := newFake(t)
	live, _ := f.tenant()
	console(f, `{"rows":[{"number":"a","urlformat":"v2/x/y/save"},{"number":"b","urlformat":"/kapi/v2/x/y/query","enable":"0"}],"totalCount":"2"}`)
	apis, err := live.APIs(t.Context(), "x")
	if err != nil || len(apis) != 2 || apis[0] != (engine.API{Number: "a", Path: "/v2/x/y/save"}) || apis[1] != (engine.API{Number: "b", Path: "/v2/x/y/query", Disabled: true}) {
		t.Errorf("read %+v, %v", apis, err)
	}
	properties, err := live.Properties(t.Context(), "lamp")
	if err != nil || len(properties) != 2 || properties[0] != (engine.Property{Number: "number", Title: "编码"}) || properties[1] != (engine.Property{Number: "room", Title: "房间", Entry: "t_rooms"}) {
		t.Errorf("read %+v, %v", properties, err)
	}
	console(f, `{"rows":[{"number":"a","urlformat":"/v2/x/y/save"}],"lastPage":true,"totalCount":"2"}`)
	if apis, err := live.APIs(t.Context(), "x"); err == nil {
		t.Errorf("half a list was taken for whole: %+v", apis)
	}
}
