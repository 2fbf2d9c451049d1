package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"cosmicctl/engine"
)

// canaryProxy stands between cosmicctl and a sandbox. It keeps what passes, and may
// answer in the sandbox's place.
type canaryProxy struct {
	to       http.Handler
	kinds    engine.Catalog
	trouble  trouble
	mu       sync.Mutex
	canaries []canary
	requests []string        // what each holds beside what may be there
	placed   map[string]bool // places that held their canary
	echoed   bool            // an answer of its own held one
}

// trouble answers some requests in the sandbox's place: those of an operation, or
// of all; nil answers none.
type trouble struct {
	op     string
	answer func(w http.ResponseWriter, held []string)
}

func (p *canaryProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	held := p.keep(r, body)
	op := path.Base(r.URL.Path)
	if p.trouble.answer != nil && (p.trouble.op == op || p.trouble.op == "") {
		p.trouble.answer(&tap{ResponseWriter: w, read: p.hear}, held)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	read := func([]byte) {}
	if tokenField(op) != "" {
		read = p.learn
	}
	p.to.ServeHTTP(&tap{ResponseWriter: w, read: read}, r)
}

// tap lets an answer be read as it passes.
type tap struct {
	http.ResponseWriter
	read func([]byte)
}

func (t *tap) Unwrap() http.ResponseWriter { return t.ResponseWriter }

func (t *tap) Write(b []byte) (int, error) {
	t.read(b)
	return t.ResponseWriter.Write(b)
}

// hear notes whether an answer gives a secret back.
func (p *canaryProxy) hear(answer []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.echoed = p.echoed || len(sought(string(answer), p.canaries)) > 0
}

// learn makes canaries of the tokens in an answer, which comes in one piece. What
// stands before the first _ is the same in all of a sort.
func (p *canaryProxy) learn(answer []byte) {
	var a struct{ Data map[string]any }
	if json.Unmarshal(answer, &a) != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(a.Data)) {
		value, ok := a.Data[name].(string)
		if !ok || !strings.HasSuffix(name, "token") {
			continue
		}
		place := map[string]string{"access_token": "header Accesstoken", "app_token": "login.do.apptoken"}[name]
		if head, random, cut := strings.Cut(value, "_"); cut && len(head) < 20 {
			value = random
		}
		p.canaries = append(p.canaries, canary{name, value, place})
	}
}

func (p *canaryProxy) known() []canary {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.canaries)
}

// passed are the requests since it was last asked.
func (p *canaryProxy) passed() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	requests := p.requests
	p.requests = nil
	return requests
}

func (p *canaryProxy) saidAgain() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.echoed
}

// keep takes from a request what may be there, keeps the rest, and returns the
// secrets that were taken.
func (p *canaryProxy) keep(r *http.Request, body []byte) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var held []string
	take := func(place, value string) bool {
		if place == "header Access_token" { // as most clients call it; a doctor tries it
			place = "header Accesstoken"
		}
		at := slices.IndexFunc(p.canaries, func(c canary) bool {
			return c.place == place && (value == c.value || c.place == "header Accesstoken" && strings.HasSuffix(value, "_"+c.value))
		})
		if value == "" || at < 0 {
			return false
		}
		p.placed[place] = true
		held = append(held, value)
		return true
	}
	rest := string(body)
	if value, ok := takeFields(p.kinds, r.URL.Path, body, take); ok {
		rest = value
	}
	header := r.Header.Clone()
	maps.DeleteFunc(header, func(name string, values []string) bool { return len(values) == 1 && take("header "+name, values[0]) })
	p.requests = append(p.requests, fmt.Sprintf("%s %s\n%v\n%s\n%v", r.Method, r.RequestURI, header, rest, r.Trailer))
	return held
}

// tokenField is the place of the secret in the request of an operation that gives a
// token, or "".
func tokenField(op string) string {
	return map[string]string{"getToken": "client_secret", "getAppToken.do": "appSecret", "login.do": "apptoken"}[op]
}

// takeFields takes the secrets out of a body, each by the name of its place: the
// operation and field of a token request, or form, key and property of a row that
// is saved.
func takeFields(kinds engine.Catalog, url string, body []byte, take func(place, value string) bool) (string, bool) {
	var object map[string]any
	if json.Unmarshal(body, &object) != nil {
		return "", false
	}
	op, form := path.Base(url), path.Base(path.Dir(url))
	if name := tokenField(op); name != "" {
		takeField(object, op, name, take)
		takeProof(kinds, object, name, take)
	}
	rows, _ := object["data"].([]any)
	for _, k := range kinds {
		for _, row := range rows {
			fields, ok := row.(map[string]any)
			if !ok || k.Form != form || op != "save" {
				continue
			}
			key := liveKey(k, fields)
			for _, f := range k.Fields {
				if f.MaySecret {
					takeField(fields, form+"/"+key, f.Property, take)
				}
			}
		}
	}
	rest, err := json.Marshal(object)
	return string(rest), err == nil
}

// takeProof takes the secret of an app out of a token request that proves it: the
// request is for that very app.
func takeProof(kinds engine.Catalog, object map[string]any, name string, take func(place, value string) bool) {
	app, _ := cmp.Or(object["client_id"], object["appId"]).(string)
	for _, k := range kinds {
		value, ok := object[name].(string)
		if k.Probe != nil && ok && take(k.Form+"/"+app+"."+k.Field(k.Probe.Secret).Property, value) {
			delete(object, name)
		}
	}
}

func takeField(object map[string]any, owner, name string, take func(place, value string) bool) {
	if value, ok := object[name].(string); ok && take(owner+"."+name, value) {
		delete(object, name)
	}
}

// liveKey is the key of a live row.
func liveKey(k *engine.Kind, row map[string]any) string {
	fields := map[string]any{}
	for _, name := range k.Key {
		fields[name] = row[k.Field(name).Property]
	}
	return k.KeyFrom(fields)
}

// shapes are the answers in which a server repeats a text.
func shapes() map[string]func(w http.ResponseWriter, text string) {
	envelope := func(status int, answer func(text string) any) func(http.ResponseWriter, string) {
		return func(w http.ResponseWriter, text string) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			b, _ := json.Marshal(answer(text))
			_, _ = w.Write(b)
		}
	}
	refusal := func(text string) any {
		return map[string]any{"status": false, "errorCode": "500", "message": text, "data": nil}
	}
	return map[string]func(http.ResponseWriter, string){
		"HTTP 500": envelope(http.StatusInternalServerError, refusal),
		"status":   envelope(http.StatusOK, refusal),
		"code": envelope(http.StatusOK, func(text string) any {
			return map[string]any{"status": false, "errorCode": text, "message": "no"}
		}),
		"row": envelope(http.StatusOK, func(text string) any {
			return map[string]any{"status": false, "errorCode": "0", "message": "操作失败", "data": map[string]any{
				"failCount": "1", "result": []any{map[string]any{"billIndex": 0, "billStatus": false, "id": text, "errors": []any{text}}}}}
		}),
		"page": func(w http.ResponseWriter, text string) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, "<html><title>Wrong: "+text+"</title><body>"+text+"</body></html>")
		},
		"plain": func(w http.ResponseWriter, text string) { http.Error(w, text, http.StatusBadRequest) },
		"redirect": func(w http.ResponseWriter, text string) {
			w.Header().Set("Location", "https://user:"+text+"@elsewhere.invalid/"+text+"?q="+text)
			w.WriteHeader(http.StatusTemporaryRedirect)
			_, _ = io.WriteString(w, text)
		},
	}
}
