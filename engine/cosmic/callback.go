package cosmic

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"cosmicctl/engine"
)

// What calling a callback address showed (facts page §5.2).
const (
	CallbackFine       engine.Code = "callback-fine"
	CallbackLogin      engine.Code = "callback-login"
	CallbackRedirect   engine.Code = "callback-redirect"
	CallbackNotThere   engine.Code = "callback-not-there"
	CallbackStatus     engine.Code = "callback-status"
	CallbackPage       engine.Code = "callback-page"
	CallbackNotJSON    engine.Code = "callback-not-json"
	CallbackNo         engine.Code = "callback-no"
	CallbackCode       engine.Code = "callback-code"
	CallbackUnfinished engine.Code = "callback-unreachable"
)

// CallbackCodes returns all of them, so that a catalogue can be checked.
func CallbackCodes() []engine.Code {
	return []engine.Code{CallbackFine, CallbackLogin, CallbackRedirect, CallbackNotThere, CallbackStatus,
		CallbackPage, CallbackNotJSON, CallbackNo, CallbackCode, CallbackUnfinished}
}

// CallbackAnswer is what calling a callback address showed; Said is the evidence.
type CallbackAnswer struct {
	Code engine.Code
	Said string
}

// A Notifier calls callback addresses as Invoice Cloud does: without any
// authentication, following no redirect, once.
type Notifier struct {
	client  *http.Client
	timeout time.Duration
	random  *random
	censor  censor
}

// NewNotifier makes a notifier; a timeout of zero is ten seconds.
func NewNotifier(roots *x509.CertPool, timeout time.Duration, rand io.Reader) *Notifier {
	return &Notifier{client: newClient(roots), timeout: cmp.Or(timeout, 10*time.Second), random: &random{source: rand}}
}

// Close closes the connections that wait for a next request.
func (n *Notifier) Close() { n.client.CloseIdleConnections() }

// Notify tells an address that the invoice of a serial which cannot exist failed.
func (n *Notifier) Notify(ctx context.Context, address string, c Codec) CallbackAnswer {
	body, err := n.body(c)
	if err != nil {
		return CallbackAnswer{CallbackUnfinished, err.Error()}
	}
	limited, cancel := context.WithTimeout(ctx, n.timeout)
	defer cancel()
	var w wire
	req, err := http.NewRequestWithContext(w.watch(limited), http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return CallbackAnswer{CallbackUnfinished, "it is not an address"}
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "cosmicctl")
	resp, err := n.client.Do(req)
	if err != nil {
		return n.unfinished(failure(ctx, limited, err, &w))
	}
	defer resp.Body.Close()
	a := &answer{status: resp.StatusCode, header: resp.Header}
	if a.body, err = io.ReadAll(io.LimitReader(resp.Body, 1<<20)); err != nil {
		return n.unfinished(failure(ctx, limited, fmt.Errorf("the answer breaks off: %w", err), &w))
	}
	return n.judge(a, address)
}

func (n *Notifier) unfinished(e *Error) CallbackAnswer {
	return CallbackAnswer{CallbackUnfinished, n.censor.text(e.Reason())}
}

// body is a callback of a failure, returnCode 9999 (facts page §5.2).
func (n *Notifier) body(c Codec) ([]byte, error) {
	serial, err := impossibleSerial(n.random)
	if err != nil {
		return nil, err
	}
	data, err := c.seal(map[string]string{"serialNo": serial}, n.random)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"interfaceCode": interfaceOpened, "returnCode": "9999", "returnMsg": "cosmicctl verify: 连通性检查，请忽略",
		"data": data, "bizControl": map[string]any{},
	})
}

// judge reads the answer. Required is {"errorCode":"0","success":true}, or, in
// another edition, {"code":…,"success":true}, whose values are not public.
func (n *Notifier) judge(a *answer, address string) CallbackAnswer {
	status := "HTTP " + strconv.Itoa(a.status)
	switch {
	case a.status == 401, a.status == 403, a.status == 407:
		return CallbackAnswer{CallbackLogin, status}
	case a.status >= 300 && a.status < 400:
		return CallbackAnswer{CallbackRedirect, n.censor.text(status + leading(a, address))}
	case a.status == 404, a.status == 405, a.status == 410:
		return CallbackAnswer{CallbackNotThere, status}
	case a.status >= 300 || a.status < 200:
		return CallbackAnswer{CallbackStatus, status}
	case a.page():
		return CallbackAnswer{CallbackPage, n.censor.text("an HTML page" + a.title())}
	}
	m, err := decodeObject(a.body)
	if err != nil {
		return CallbackAnswer{CallbackNotJSON, status}
	}
	said := n.censor.text(compact(m))
	code := text(m["errorCode"])
	switch {
	case m["success"] != true:
		return CallbackAnswer{CallbackNo, said}
	case code != "" && code != "0", code == "" && text(m["code"]) == "":
		return CallbackAnswer{CallbackCode, said}
	}
	return CallbackAnswer{CallbackFine, said}
}

// leading says where a redirect leads, without what may be secret in it.
func leading(a *answer, from string) string {
	at, err := url.Parse(from)
	if err != nil {
		return ""
	}
	to, err := at.Parse(a.header.Get("Location"))
	if err != nil || to.Host == "" {
		return ""
	}
	return " → " + to.Scheme + "://" + to.Host + to.EscapedPath()
}
