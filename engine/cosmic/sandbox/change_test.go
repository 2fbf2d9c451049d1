package sandbox

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDelete(t *testing.T) {
	tests := []struct{ name, data, code, left string }{
		{"by key", `{"number":"A"}`, "0", "B C"},
		{"by keys", `{"number":["A","C"]}`, "0", "B"},
		{"by id", `{"id":["7000001"]}`, "0", "A C"},
		{"nobody", `{"number":"x"}`, "0", "A B C"},
		{"no condition", `{}`, "603", "A B C"},
		{"unknown condition", `{"nothing":"A"}`, "603", "A B C"},
		{"empty list", `{"id":[]}`, "603", "A B C"},
		{"empty key", `{"number":""}`, "603", "A B C"},
		{"empty key in a list", `{"number":["A",""]}`, "603", "A B C"},
		{"list for data", `["A"]`, "400", "A B C"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := ensured(t, "6.0.14")
			h.byHand("bdm_org", `[{"number":"A"},{"number":"B"},{"number":"C"}]`)
			token := h.token()
			id := h.rows(token, "bdm/bdm_org/query", `{"number":"B"}`)[0]["id"].(string)
			r := h.call(token, "bdm/bdm_org/delete", `{"data":`+strings.ReplaceAll(tt.data, "7000001", id)+`}`)
			if r.code(t) != tt.code {
				t.Errorf("%s, want %s", r.body, tt.code)
			}
			if h.last().Effect != (tt.left != "A B C") {
				t.Errorf("log: %+v", h.last())
			}
			if got := numbers(t, h.call(token, "bdm/bdm_org/query", `{"data":{},"pageSize":9}`)); got != tt.left {
				t.Errorf("left %q, want %q", got, tt.left)
			}
		})
	}
}

func TestDeleteAnswer(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("bdm_org", `[{"id":"5","number":"A"}]`)
	r := h.call(h.token(), "bdm/bdm_org/delete", `{"data":{"number":["A"]}}`)
	sameBytes(t, `{"data":{"failCount":"0","filter":"[number in ('A')]","result":[{"billIndex":0,"billStatus":true,"errors":[],"id":"5","keys":{"number":"A"},"number":"A","type":"delete"}],"successCount":"1","totalCount":1},"errorCode":"0","message":null,"status":true}`, r.body)
}

func TestDeleteIgnoredFilterIsNotAll(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"published":{"bdm_org":{"delete":{"filters":[]}}}}`)
	h.byHand("bdm_org", `[{"number":"A"}]`)
	if r := h.call(h.token(), "bdm/bdm_org/delete", `{"data":{"number":"A"}}`); r.code(t) != "603" {
		t.Error(r.body)
	}
}

func TestAccountsAreNotDeleted(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("bdm_einvoice_account", `[{"number":"A"}]`)
	r := h.call(h.token(), "bdm/bdm_einvoice_account/delete", `{"data":{"number":"A"}}`)
	if diff := cmp.Diff([]string{rowUndeletable}, rowErrors(t, r)); diff != "" || r.code(t) != "611" {
		t.Error(diff, r.body)
	}
}

func TestStateChanges(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	h.call(token, "open/third_app/save", `{"data":[{"number":"x"}]}`)
	tests := []struct{ op, want, enable, status string }{
		{"enable", rowStateRepeated, "1", "A"},
		{"disable", "ok", "0", "A"},
		{"disable", rowStateRepeated, "0", "A"},
		{"enable", "ok", "1", "A"},
		{"audit", rowNotSubmitted, "1", "A"},
		{"submit", "ok", "1", "B"},
		{"submit", rowStateRepeated, "1", "B"},
		{"audit", "ok", "1", "C"},
		{"submit", rowNotSaved, "1", "C"},
	}
	for _, tt := range tests {
		r := h.call(token, "open/third_app/"+tt.op, `{"data":{"number":["x"]}}`)
		if diff := cmp.Diff([]string{tt.want}, rowErrors(t, r)); diff != "" {
			t.Errorf("%s: %s", tt.op, diff)
		}
		row := h.rows(token, "open/third_app/query", `{"number":"x"}`)[0]
		if row["enable"] != tt.enable || row["status"] != tt.status {
			t.Errorf("%s: enable %v, status %v", tt.op, row["enable"], row["status"])
		}
	}
}

func TestRepeatedChangeMaySucceed(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.must(http.MethodPut, h.admin+"/tenants/%2Fierp/settings", `{"published":{"third_app":{"enable":{"repeat":"success"}}}}`)
	h.byHand("third_app", `[{"number":"x"}]`)
	if r := h.call(h.token(), "open/third_app/enable", `{"data":{"number":["x"]}}`); r.code(t) != "0" {
		t.Error(r.body)
	}
}

func TestSubmitWithoutDocumentStatus(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("invsm_app_access_config", `[{"code":"x"}]`)
	token := h.token()
	for _, op := range []string{"submit", "audit"} {
		if r := h.call(token, "invsm/invsm_app_access_config/"+op, `{"data":{"code":"x"}}`); r.code(t) != "0" {
			t.Errorf("%s: %s", op, r.body)
		}
	}
	if r := h.call(token, "invsm/invsm_app_access_config/disable", `{"data":{"code":"x"}}`); r.code(t) != "404" {
		t.Errorf("nothing to disable: %s", r.body)
	}
}

func TestPresetRowsAreLoggedNotProtected(t *testing.T) {
	h := ensured(t, "6.0.14")
	h.byHand("third_app", `[{"id":"5","number":"a","apptype":"1"},{"id":"6","number":"b","is_preset":"1"},{"id":"7","number":"c"}]`)
	token := h.token()
	h.call(token, "open/third_app/save", `{"data":[{"number":"a","name":"x"},{"number":"c","name":"x"}]}`)
	if diff := cmp.Diff([]string{"5"}, h.last().Preset); diff != "" {
		t.Errorf("save: %s", diff)
	}
	h.call(token, "open/third_app/delete", `{"data":{"number":["b","c"]}}`)
	if diff := cmp.Diff([]string{"6"}, h.last().Preset); diff != "" {
		t.Errorf("delete: %s", diff)
	}
}
