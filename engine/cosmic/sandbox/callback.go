package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// What 发票云 sends to a customer's system when something was done for it (facts §5.2), on demand.

// callbackOrder is what a test asks for. Without data an empty object is sent.
type callbackOrder struct {
	Code          string          `json:"code"`
	InterfaceCode string          `json:"interfaceCode"` // INVOICE.OPEN
	ReturnCode    string          `json:"returnCode"`    // 0
	ReturnMsg     string          `json:"returnMsg"`     // success
	Data          json.RawMessage `json:"data"`
	BizControl    json.RawMessage `json:"bizControl"`
}

// callbackBody is what goes over the wire.
type callbackBody struct {
	InterfaceCode string          `json:"interfaceCode"`
	ReturnCode    string          `json:"returnCode"`
	ReturnMsg     string          `json:"returnMsg"`
	Data          string          `json:"data"`
	BizControl    json.RawMessage `json:"bizControl"`
}

// callbackReport is what became of one address. Accepted means that 发票云 would not send it again.
type callbackReport struct {
	URL      string `json:"url"`
	Status   int    `json:"status"`
	Body     string `json:"body"`
	Accepted bool   `json:"accepted"`
	Error    string `json:"error,omitempty"`
}

const (
	callbackTime = 10 * time.Second
	callbackRead = 64 << 10
)

func (s *Sandbox) postCallback(w http.ResponseWriter, r *http.Request) {
	t := s.named(w, r)
	if t == nil {
		return
	}
	order := callbackOrder{InterfaceCode: "INVOICE.OPEN", ReturnCode: "0", ReturnMsg: "success", Data: []byte("{}"), BizControl: []byte("{}")}
	err := decode(r, &order)
	var body []byte
	var addresses []string
	if err == nil {
		body, addresses, err = s.callback(t, &order)
	}
	if err != nil {
		complain(w, http.StatusBadRequest, err)
		return
	}
	reports := []callbackReport{}
	for _, address := range addresses {
		reports = append(reports, deliver(r.Context(), address, body))
	}
	reply(w, map[string]any{"callbacks": reports})
}

// callback encodes what to send by the scheme of the code's row, and finds where to.
func (s *Sandbox) callback(t *tenant, order *callbackOrder) (body []byte, addresses []string, err error) {
	t.mu.RLock()
	row := t.tables["invsm_app_access_config"].first("code", order.Code)
	t.mu.RUnlock()
	if row == nil || row.values["isvalid"] != "1" {
		return nil, nil, fmt.Errorf("business system code %q is not there or not enabled", order.Code)
	}
	k, usable := codecOf(row)
	if !usable {
		return nil, nil, fmt.Errorf("business system code %q has no encryptiontype, or no aespwds for it", order.Code)
	}
	for _, column := range []string{"callbackurl", "callbackurltwo", "callbackurlthr"} {
		if address := row.values[column]; address != "" {
			addresses = append(addresses, address)
		}
	}
	iv, err := s.draw(ivSize)
	if err != nil {
		return nil, nil, err
	}
	data, err := k.encode(order.Data, iv)
	if err != nil {
		return nil, nil, err
	}
	return encode(callbackBody{order.InterfaceCode, order.ReturnCode, order.ReturnMsg, data, order.BizControl}), addresses, nil
}

// deliver sends a callback once, with no token and no redirect followed.
func deliver(ctx context.Context, address string, body []byte) callbackReport {
	report := callbackReport{URL: address}
	ctx, cancel := context.WithTimeout(ctx, callbackTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		report.Error = err.Error()
		return report
	}
	req.Header.Set("Content-Type", "application/json")
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := stay.Do(req)
	if err != nil {
		report.Error = err.Error()
		return report
	}
	defer res.Body.Close()
	got, err := io.ReadAll(io.LimitReader(res.Body, callbackRead))
	if err != nil {
		report.Error = err.Error()
	}
	report.Status, report.Body = res.StatusCode, string(got)
	report.Accepted = err == nil && res.StatusCode == http.StatusOK && acceptedBy(got)
	return report
}

// acceptedBy: an answer without success true is sent again (facts §5.2); the code goes by two names.
func acceptedBy(body []byte) bool {
	in, ok := decodeObject(body)
	code := in["errorCode"]
	if code == nil {
		code = in["code"]
	}
	return ok && in["success"] == true && (code == "0" || code == json.Number("0"))
}
