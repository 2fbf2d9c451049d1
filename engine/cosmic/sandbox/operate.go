package sandbox

import (
	"crypto/sha256"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// operate answers a call to an API: who calls, may he, was it sent before, and only then what it says (facts §9).
func (c *call) operate() answer {
	if refused := c.authorise(); refused != nil {
		return refused.answerOn(c.path)
	}
	switch {
	case c.api == nil && c.path != generatePath:
		return c.serve()
	case c.api != nil && c.api.reads():
		return c.query()
	}
	key, until, refused := c.claim()
	if refused != nil {
		return refused.answer()
	}
	print := c.fingerprint()
	if !c.t.repeats.start(print) {
		return refuse(codeRepeat, textStillRunning).answer()
	}
	defer c.t.repeats.finish(print)
	if c.service.values["check_repeat_req"] == "1" && !c.t.repeats.fresh(print, c.now, c.profile().repeatWindow()) {
		return refuse(codeRepeat, textRepeated).answer()
	}
	return c.write(key, until)
}

// serve answers for a custom service, of which, but for the gateway, the sandbox knows only who may call it.
func (c *call) serve() answer {
	if c.path == gatewayPath {
		return c.gateway()
	}
	if vendor := c.t.vendorAt(c.path); vendor.served {
		return vendor.answer(c)
	}
	if strings.HasPrefix(c.path, "/v2/") {
		return accept(nil)
	}
	return jsonAnswer(codeOK, envelope1{Success: true, ErrorCode: codeOK})
}

// claim takes the call's idempotency key (facts §2.5). A key is spent by the call that brings it, whatever comes of it.
func (c *call) claim() (key string, until time.Time, refused *refusal) {
	key = c.r.Header.Get("Idempotency-Key")
	if key == "" {
		return "", until, nil
	}
	c.entry.IdempotencyKey = key
	window, refused := c.window()
	if refused != nil {
		return "", until, refused
	}
	until = c.now.Add(window)
	if !c.t.repeats.claim(key, c.now, until) {
		return "", until, refuse(codeRepeat, textRepeated)
	}
	return key, until, nil
}

func (c *call) window() (time.Duration, *refusal) {
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	window := idempotencyWindow
	if own := c.t.settings.IdempotencySeconds; own > 0 {
		window = time.Duration(own) * time.Second
	}
	header := c.r.Header.Get("Idempotency-Timeout")
	if header == "" || !c.t.version.idempotencyTimeout() {
		return window, nil
	}
	seconds, err := strconv.ParseInt(header, 10, 32)
	if window = time.Duration(seconds) * time.Second; err != nil || seconds <= 0 || window > idempotencyMax {
		return 0, refuse(codeBadParameter, textIdempotencyTimeout)
	}
	return window, nil
}

func (c *call) fingerprint() fingerprint {
	h := sha256.New()
	_, _ = io.WriteString(h, c.path+"\x00"+formatID(c.app.id)+"\x00")
	_, _ = h.Write(c.body)
	return fingerprint(h.Sum(nil))
}

func (c *call) profile() version {
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	return c.t.version
}

// input reads the JSON object a POST brings.
func (c *call) input() (map[string]any, *refusal) {
	if c.tooLarge {
		return nil, refuse(codeInvalid, textBodyTooLarge)
	}
	media, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		return nil, refuse(codeMediaType, textNotJSON)
	}
	object, ok := decodeObject(c.body)
	if !ok {
		return nil, refuse(codeBadParameter, textBadRequest)
	}
	return object, nil
}

// methodAllowed: POST for everything, GET besides for what only reads (facts §2.2, §3.1).
func (c *call) methodAllowed() bool {
	switch {
	case c.api == nil:
		vendor := c.t.vendor[c.path]
		return !vendor.served || c.r.Method == vendor.method
	case c.api.op == opQueryByApp:
		return c.r.Method == http.MethodGet
	case c.api.def.Method != "":
		return c.r.Method == c.api.def.Method
	case c.api.reads() && c.r.Method == http.MethodGet:
		return true
	}
	return c.r.Method == http.MethodPost
}
