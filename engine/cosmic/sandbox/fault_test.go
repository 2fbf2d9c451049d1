package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// saved tells whether organisation A is in the tenant.
func (h *server) saved(token string) bool {
	h.Helper()
	return len(h.rows(token, "bdm/bdm_org/query", `{"number":"A"}`)) > 0
}

const saveA = `{"data":[{"number":"A"}]}`

// sendSave sends a save that may end without an answer.
func (h *server) sendSave(token string) (response, error) {
	h.Helper()
	return h.send(http.MethodPost, h.url+"/ierp/kapi/v2/bdm/bdm_org/save", saveA, "accesstoken", token)
}

func TestErrorFaults(t *testing.T) {
	tests := []struct {
		name, fault string
		status      int
		body        string
		effect      bool
	}{
		{"401", `{"kind":"401","op":"save"}`, 401, `"errorCode":"401","message":"未经授权的访问"`, false},
		{"401 after", `{"kind":"401","op":"save","when":"after"}`, 401, `"errorCode":"401"`, true},
		{"429", `{"kind":"429","op":"save"}`, 200, `"errorCode":"429"`, false},
		{"429 as status", `{"kind":"429","op":"save","status":429}`, 429, `"errorCode":"429"`, false},
		{"500", `{"kind":"500","op":"save"}`, 500, `"errorCode":"500"`, false},
		{"500 after", `{"kind":"500","op":"save","when":"after","message":"boom"}`, 500, `"message":"boom"`, true},
		{"502", `{"kind":"502","op":"save"}`, 502, `<h1>502 Bad Gateway</h1>`, false},
		{"502 after", `{"kind":"502","op":"save","when":"after"}`, 502, `<h1>502 Bad Gateway</h1>`, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := ensured(t, "6.0.14")
			token := h.token()
			h.fault(tt.fault)
			r := h.call(token, "bdm/bdm_org/save", saveA)
			if r.status != tt.status || !strings.Contains(r.body, tt.body) {
				t.Errorf("HTTP %d %s", r.status, r.body)
			}
			if e := h.last(); e.Effect != tt.effect || e.Status != tt.status || fmt.Sprint(e.Faults) != "["+tt.name[:3]+"]" {
				t.Errorf("log: %+v", e)
			}
			if got := h.saved(token); got != tt.effect {
				t.Errorf("saved: %v", got)
			}
		})
	}
}

func TestCutFaults(t *testing.T) {
	tests := []struct {
		name, fault string
		effect      bool
		want        error
	}{
		{"reset before", `{"kind":"reset","op":"save"}`, false, syscall.ECONNRESET},
		{"reset after", `{"kind":"reset","op":"save","when":"after"}`, true, syscall.ECONNRESET},
		{"unreachable", `{"kind":"unreachable","op":"save"}`, false, io.EOF},
		{"truncated", `{"kind":"truncate","op":"save"}`, true, io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := ensured(t, "6.0.14")
			token := h.token()
			h.fault(tt.fault)
			r, err := h.sendSave(token)
			if !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v (%s)", err, tt.want, r.body)
			}
			if got := h.saved(token); got != tt.effect {
				t.Errorf("saved: %v", got)
			}
			if e := h.s.Log()[1]; e.Effect != tt.effect || !e.Cut {
				t.Errorf("log: %+v", e)
			}
		})
	}
}

func TestHang(t *testing.T) {
	for when, effect := range map[string]bool{"before": false, "after": true} {
		t.Run(when, func(t *testing.T) {
			h := ensured(t, "6.0.14")
			token := h.token()
			h.fault(`{"kind":"hang","op":"save","when":"` + when + `"}`)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			req, _ := http.NewRequestWithContext(ctx, http.MethodPost, h.url+"/ierp/kapi/v2/bdm/bdm_org/save", strings.NewReader(saveA))
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("accesstoken", token)
			if _, err := http.DefaultClient.Do(req); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
			if got := h.saved(token); got != effect {
				t.Errorf("saved: %v", got)
			}
		})
	}
}

func TestCloseEndsHanging(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	h.fault(`{"kind":"hang"}`)
	done := make(chan error)
	go func() {
		_, err := h.sendSave(token)
		done <- err
	}()
	time.Sleep(10 * time.Millisecond)
	if err := h.s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err == nil {
		t.Error("the hanging call was answered")
	}
}

func TestLatency(t *testing.T) {
	h := ensured(t, "6.0.14")
	var waited []time.Duration
	h.s.options.Sleep = func(_ context.Context, d time.Duration) { waited = append(waited, d) }
	h.fault(`{"kind":"latency","ms":250,"op":"getToken"}`)
	h.token()
	if fmt.Sprint(waited) != "[250ms]" {
		t.Error(waited)
	}
}

func TestExpire(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	h.fault(`{"kind":"expire","form":"bdm_org","times":1}`)
	if r := h.call(token, "bdm/bdm_org/save", saveA); r.code(t) != "401" {
		t.Error(r.body)
	}
	token = h.token()
	if r := h.call(token, "bdm/bdm_org/save", saveA); r.code(t) != "0" {
		t.Error(r.body)
	}
}

func TestRowFault(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	h.fault(`{"kind":"row","keys":["B"],"message":"编码规则校验失败"}`)
	r := h.call(token, "bdm/bdm_org/save", `{"data":[{"number":"A"},{"number":"B"}]}`)
	if got := fmt.Sprint(rowErrors(t, r)); got != "[ok 编码规则校验失败]" || r.code(t) != "611" {
		t.Error(r.body)
	}
	h.fault(`{"kind":"row","op":"delete"}`)
	if r := h.call(token, "bdm/bdm_org/delete", `{"data":{"number":"A"}}`); fmt.Sprint(rowErrors(t, r)) != "[操作失败]" || !h.saved(token) {
		t.Error(r.body)
	}
}

func TestDropFault(t *testing.T) {
	h := ensured(t, "6.0.14")
	token := h.token()
	h.fault(`{"kind":"drop","property":"name"}`)
	h.fault(`{"kind":"drop","property":"t_open_3rdapps_ips"}`)
	h.call(token, "open/third_app/save", `{"data":[{"number":"x","name":"n","t_open_3rdapps_ips":[{"startip":"1.1.1.1"}]}]}`)
	row := h.rows(token, "open/third_app/query", `{"number":"x"}`)[0]
	if row["name"] != nil || len(row["t_open_3rdapps_ips"].([]any)) != 0 {
		t.Error(row)
	}
}

func TestHideAndShift(t *testing.T) {
	tests := []struct{ name, fault, first, second string }{
		{"nothing", ``, "A B", "C D"},
		{"hidden", `{"kind":"hide","keys":["B"]}`, "A C", "D E"},
		{"all hidden", `{"kind":"hide","form":"bdm_org"}`, "", ""},
		{"shifted on", `{"kind":"shift","by":1}`, "A B", "D E"},
		{"shifted back", `{"kind":"shift","by":-1}`, "A B", "B C"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, token := orgs(t, `{}`)
			if tt.fault != "" {
				h.fault(tt.fault)
			}
			page := func(n int) string {
				return numbers(t, h.call(token, "bdm/bdm_org/query", fmt.Sprintf(`{"data":{},"pageNo":%d,"pageSize":2}`, n)))
			}
			if first, second := page(1), page(2); first != tt.first || second != tt.second {
				t.Errorf("%q, %q", first, second)
			}
		})
	}
}

func TestFaultSelectors(t *testing.T) {
	tests := []struct{ name, fault, codes string }{
		{"always", `{"kind":"429","op":"query"}`, "429 429 429 429"},
		{"once", `{"kind":"429","op":"query","times":1}`, "429 0 0 0"},
		{"second and third", `{"kind":"429","op":"query","nth":2,"times":2}`, "0 429 429 0"},
		{"from the third on", `{"kind":"429","nth":3,"form":"bdm_org"}`, "0 0 429 429"},
		{"another form", `{"kind":"429","form":"third_app"}`, "0 0 0 0"},
		{"another op", `{"kind":"429","op":"save"}`, "0 0 0 0"},
		{"this tenant", `{"kind":"429","op":"query","tenant":"/ierp"}`, "429 429 429 429"},
		{"another tenant", `{"kind":"429","tenant":"/other"}`, "0 0 0 0"},
		{"root tenant", `{"kind":"429","tenant":""}`, "0 0 0 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := ensured(t, "6.0.14")
			h.seed(`"/other":{"accountId":"1","version":"6.0"},"":{"accountId":"2","version":"6.0"}`)
			token := h.token()
			h.fault(tt.fault)
			var codes []string
			for range 4 {
				codes = append(codes, h.call(token, "bdm/bdm_org/query", `{"data":{},"pageSize":1}`).code(t))
			}
			if got := strings.Join(codes, " "); got != tt.codes {
				t.Errorf("%s, want %s", got, tt.codes)
			}
		})
	}
}

func TestFaultsAdmin(t *testing.T) {
	h := ensured(t, "6.0.14")
	for name, fault := range map[string]string{
		"unknown kind": `{"kind":"fire"}`, "unknown member": `{"kind":"429","code":1}`, "unknown tenant": `{"kind":"429","tenant":"/x"}`,
		"unknown form": `{"kind":"429","form":"x"}`, "latency of nothing": `{"kind":"latency"}`, "drop of nothing": `{"kind":"drop"}`,
		"shift of nothing": `{"kind":"shift"}`, "unknown moment": `{"kind":"500","when":"soon"}`, "between": `{"kind":"500","when":"between"}`,
		"status": `{"kind":"500","status":1000}`, "negative": `{"kind":"500","times":-1}`,
	} {
		if r := h.must(http.MethodPost, h.admin+"/faults", fault); r.status != http.StatusBadRequest {
			t.Errorf("%s: HTTP %d %s", name, r.status, r.body)
		}
	}
	h.fault(`{"kind":"429"}`)
	h.fault(`{"kind":"500","nth":2,"times":3}`)
	sameBytes(t, `{"id":"2","kind":"500","nth":2,"times":3}`, strings.TrimSpace(string(encode(h.s.faults.all()[1]))))
	if r := h.must(http.MethodDelete, h.admin+"/faults/1", ""); !strings.Contains(r.body, `[{"id":"2"`) {
		t.Error(r.body)
	}
	if r := h.must(http.MethodDelete, h.admin+"/faults/1", ""); r.status != http.StatusNotFound {
		t.Error(r.body)
	}
	if r := h.must(http.MethodDelete, h.admin+"/faults", ""); strings.TrimSpace(r.body) != `{"faults":[]}` {
		t.Error(r.body)
	}
}
