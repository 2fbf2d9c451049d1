package cosmic

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// envelope is an answer of Cosmic itself, of any generation:
//
//	v2       {"data":…,"errorCode":"0","message":null,"status":true}      facts page §2.2
//	1.0      {"data":…,"success":true,"errorCode":"success","message":…}  facts page §2.3
//	token    {"data":…,"state":"success","status":true}                   facts page §1.2
type envelope struct {
	ok      bool
	code    string // "" on success
	message string
	data    any
}

var (
	errNotJSON     = errors.New("the answer is not JSON")
	errNotEnvelope = errors.New("the answer is not one of the Cosmic OpenAPI")
)

// decodeEnvelope reads an answer. An error means that it is no envelope; a
// failure that Cosmic reports is an envelope that is not ok.
func decodeEnvelope(body []byte) (*envelope, error) {
	m, err := decodeObject(body)
	if err != nil {
		return nil, err
	}
	e := &envelope{
		code:    text(field(m, "errorCode", "errorcode", "error_code")),
		message: text(field(m, "message", "errorMsg", "errormsg", "msg", "description_cn", "description", "error_desc", "error_message")),
		data:    m["data"],
	}
	fine := fineCode(e.code)
	said, failed := verdict(m)
	if !said && e.code == "" {
		return nil, errNotEnvelope
	}
	if e.ok = fine && !failed; fine {
		e.code = ""
	}
	return e, nil
}

// fineCode tells whether an errorCode means success: "0", an empty one beside
// status true (facts page §2.2), and the words of older APIs (§2.3, §5.1).
func fineCode(code string) bool {
	return code == "" || code == "0" || code == "0000" || code == "success"
}

// verdict reads the flags of all generations. Contradicting flags count as a
// failure: a success must be said by all of them.
func verdict(m map[string]any) (said, failed bool) {
	for _, name := range []string{"status", "success", "state"} {
		if yes, ok := flag(m[name]); ok {
			said, failed = true, failed || !yes
		}
	}
	return said, failed
}

// decodeObject reads exactly one JSON object, its numbers as they were sent.
func decodeObject(body []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, errNotJSON
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errNotJSON
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, errNotEnvelope
	}
	return m, nil
}
