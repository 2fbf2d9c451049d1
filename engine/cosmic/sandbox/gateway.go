package sandbox

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
)

// The gateway of Invoice Cloud (facts §5.1). It holds no invoices: a query finds nothing, and what would make or change
// one is refused. Of its codes the facts know 0 and 4; every other failure is 9999, the failure code of callbacks.

const (
	gatewayPath        = "/app/sim/openApi"
	gatewayUnknownCode = "4"
	gatewayFailed      = "9999"
)

// gatewayAnswer has both flags, since clients test one or the other.
type gatewayAnswer struct {
	Message   string `json:"message"`
	ErrorCode string `json:"errorCode"`
	Success   bool   `json:"success"`
	Status    bool   `json:"status"`
	Data      string `json:"data,omitempty"`
}

// interfaces are the interface codes, and whether each is a query.
func interfaces() map[string]bool {
	return map[string]bool{
		"BILL.INVOICE.QUERY": true, "ALLE.INVOICE.QUERY": true, "ALLE.BATCH.QUERY": true,
		"BILL.PUSH": false, "BILL.WITHDRAW": false, "BILL.REISSUE.CREATE": false, "ALLE.INVOICE.OPEN": false,
		"ALLE.INVOICE.RED": false, "ALLE.ACCOUNT.CHECK": false, "INVOICE.OPEN.VEHICLE": false,
		"INVOICE.RED.VEHICLE": false, "YYPT.ADD.ORG": false,
	}
}

// requestIDShape is milliseconds since the epoch and three random digits.
var requestIDShape = regexp.MustCompile(`^\d{16}$`)

func (c *call) gateway() answer {
	if c.r.Method != http.MethodPost {
		return refuse(codeMethod, textMethod).answerOn(c.path)
	}
	object, refused := c.input()
	if refused != nil {
		return refused.answerOn(c.path)
	}
	in := texts(object)
	k, refused := c.ask(in)
	if refused != nil {
		return jsonAnswer(refused.code, gatewayAnswer{Message: refused.message, ErrorCode: refused.code})
	}
	iv, err := c.s.draw(ivSize)
	if err != nil {
		return serverError(err)
	}
	data, err := k.encode([]byte("[]"), iv)
	if err != nil {
		return serverError(err)
	}
	return jsonAnswer(codeOK, gatewayAnswer{Message: textNothingFound, ErrorCode: codeOK, Success: true, Status: true, Data: data})
}

// ask checks a request from the outside in, and says how to encode the answer. A requestId is spent by the call that
// brings it.
func (c *call) ask(in map[string]string) (codec, *refusal) {
	id := in["requestId"]
	if !requestIDShape.MatchString(id) {
		return codec{}, refuse(gatewayFailed, textRequestID)
	}
	if !c.t.nonces.use("requestId\x00"+id, c.now) {
		return codec{}, refuse(gatewayFailed, textRequestRepeated)
	}
	k, refused := c.system(in["businessSystemCode"])
	if refused != nil {
		return k, refused
	}
	query, known := interfaces()[in["interfaceCode"]]
	if !known {
		return k, refuse(gatewayFailed, textUnknownInterface)
	}
	plain, err := k.decode(in["data"])
	if err != nil || !json.Valid(plain) {
		return k, refuse(gatewayFailed, textDataUnreadable)
	}
	switch {
	case !query:
		return k, refuse(gatewayFailed, textNotDone)
	case !asks(plain):
		return k, refuse(gatewayFailed, textNothingAsked)
	}
	return k, nil
}

// system finds a business system by its code. With a doubled code the oldest row counts.
func (c *call) system(code string) (codec, *refusal) {
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	r := c.t.tables["invsm_app_access_config"].first("code", code)
	switch {
	case r == nil:
		return codec{}, refuse(gatewayUnknownCode, textUnknownCode)
	case r.values["isvalid"] != "1":
		return codec{}, refuse(gatewayFailed, textCodeDisabled)
	}
	k, usable := codecOf(r)
	if !usable {
		return k, refuse(gatewayFailed, textDataUnreadable)
	}
	return k, nil
}

// asks tells whether a query is an object with a value in it, whatever the serial it is for is called.
func asks(plain []byte) bool {
	in, ok := decodeObject(plain)
	return ok && says(in)
}

func says(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), says)
	case []any:
		return slices.ContainsFunc(v, says)
	}
	return v != nil && v != ""
}
