package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// Error codes of the v2 API (facts §2.4).
const (
	codeOK           = "0"
	codeBadParameter = "400"
	codeUnauthorised = "401"
	codeForbidden    = "403"
	codeNotFound     = "404"
	codeMethod       = "405"
	codeMediaType    = "415"
	codeRate         = "429"
	codeServer       = "500"
	codeAbsent       = "602"
	codeInvalid      = "603"
	codeRepeat       = "604"
	codeUpdateFailed = "611"
	codeNoPermission = "612"
)

// refusal is an error a caller is told about: HTTP 200 with a code in the body (facts §0.7).
type refusal struct {
	code    string
	message string
}

func refuse(code, message string) *refusal { return &refusal{code, message} }

// answer is what goes back over the wire.
type answer struct {
	status  int
	media   string
	body    []byte
	code    string // errorCode, for the request log
	effect  bool   // something in the tenant changed
	partial bool   // the body is cut off before its end
}

const (
	mediaJSON = "application/json;charset=UTF-8"
	mediaHTML = "text/html;charset=UTF-8"
)

// envelope is the answer of v2 and of the oauth2 endpoints (facts §2.2).
type envelope struct {
	Data      any     `json:"data"`
	ErrorCode string  `json:"errorCode"`
	Message   *string `json:"message"`
	Status    bool    `json:"status"`
}

// envelope1 is the answer of 1.0 (facts §2.3).
type envelope1 struct {
	Success   bool   `json:"success"`
	ErrorCode string `json:"errorCode"`
	Message   string `json:"message"`
}

func jsonAnswer(code string, v any) answer {
	return answer{status: http.StatusOK, media: mediaJSON, body: encode(v), code: code}
}

// accept is a v2 answer with status true; the message is null.
func accept(data any) answer {
	return jsonAnswer(codeOK, envelope{Data: data, ErrorCode: codeOK, Status: true})
}

// acceptSaying is an oauth2 answer with status true, whose message is a text.
func acceptSaying(data any, message string) answer {
	return jsonAnswer(codeOK, envelope{Data: data, ErrorCode: codeOK, Message: &message, Status: true})
}

func (r *refusal) answer() answer {
	return jsonAnswer(r.code, envelope{ErrorCode: r.code, Message: &r.message})
}

// answerOn refuses in the manner of the API version the path belongs to.
func (r *refusal) answerOn(path string) answer {
	if strings.HasPrefix(path, "/app/") || strings.HasPrefix(path, "/sys/") {
		return jsonAnswer(r.code, envelope1{ErrorCode: r.code, Message: r.message})
	}
	return r.answer()
}

// serverError is what is left to say when the state cannot be written.
func serverError(err error) answer {
	a := refuse(codeServer, err.Error()).answer()
	a.status = http.StatusInternalServerError
	return a
}

// notFoundPage is what a web server says about a context path that is not there (facts §1.0).
func notFoundPage() answer {
	return htmlAnswer(http.StatusNotFound)
}

func htmlAnswer(status int) answer {
	title := http.StatusText(status)
	page := "<html>\r\n<head><title>" + numbered(status, title) + "</title></head>\r\n<body>\r\n<center><h1>" +
		numbered(status, title) + "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
	return answer{status: status, media: mediaHTML, body: []byte(page)}
}

// encode writes JSON as the vendor does: no HTML escapes, no line feed.
func encode(v any) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return []byte(`{"data":null,"errorCode":"999","message":"unencodable answer","status":false}`)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
