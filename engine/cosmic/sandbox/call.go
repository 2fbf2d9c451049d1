package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// call is one request on its way through a tenant.
type call struct {
	s    *Sandbox
	t    *tenant
	w    http.ResponseWriter
	r    *http.Request
	path string // below the context path, and below /kapi for an API
	kapi bool
	now  time.Time

	body     []byte
	tooLarge bool

	api     *api // the operation API called, if the path is one's
	service *row // its row in openapi_apilist, or that of a custom service
	app     *row
	user    *row

	fired  []Fault
	entry  Entry
	logged bool
}

// Handler serves the tenants, each under its context path.
func (s *Sandbox) Handler() http.Handler { return http.HandlerFunc(s.serve) }

func (s *Sandbox) serve(w http.ResponseWriter, r *http.Request) {
	c := &call{s: s, w: w, r: r, now: s.now()}
	c.entry = Entry{Time: c.now, Method: r.Method, Path: r.URL.Path}
	defer c.log()
	if c.locate(); c.t == nil {
		c.send(notFoundPage())
		return
	}
	if a := c.stopped(); a != nil {
		c.send(*a)
		return
	}
	if err := c.read(); err != nil {
		return
	}
	c.fired = s.faults.fire(c.t, c.entry.Form, c.entry.Op)
	c.respond()
}

// locate finds the tenant with the longest context path before the path, and what is called there.
func (c *call) locate() {
	base := c.r.URL.Path
	for {
		at := strings.LastIndexByte(base, '/')
		if at < 0 {
			return
		}
		base = base[:at]
		if c.t = c.s.tenant(base); c.t != nil {
			break
		}
	}
	c.entry.Tenant = c.t.path
	set := c.t.settingsNow()
	c.now = c.s.nowAt(&set)
	c.path, c.kapi = strings.CutPrefix(c.r.URL.Path[len(base):], "/kapi")
	c.identify()
}

// identify names what is called, for faults and for the log.
func (c *call) identify() {
	name := c.path[strings.LastIndexByte(c.path, '/')+1:]
	if !c.kapi || strings.HasPrefix(c.path, "/oauth2/") {
		c.entry.Op = strings.TrimSuffix(name, ".do")
		return
	}
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	if c.api = c.t.routes[c.path]; c.api != nil {
		c.entry.Form, c.entry.Op = c.api.form.name, c.api.op
	} else if c.path == gatewayPath || c.t.vendor[c.path].served {
		c.entry.Op = name
	}
}

func (c *call) read() error {
	c.t.mu.RLock()
	limit := c.t.version.bodyLimit()
	c.t.mu.RUnlock()
	body, err := io.ReadAll(io.LimitReader(c.r.Body, limit+1))
	c.body, c.tooLarge = body, int64(len(body)) > limit
	return err
}

// respond answers, with the faults that fired for this call before and after the effect.
func (c *call) respond() {
	answered := c.before()
	if answered == nil {
		if c.repeated() {
			c.answer()
		}
		a := c.answer()
		c.settle(&a)
		answered = &a
	}
	c.entry.ErrorCode, c.entry.Effect = answered.code, answered.effect
	c.after(answered)
	c.w.Header().Set("Date", c.now.UTC().Format(http.TimeFormat))
	c.send(*answered)
}

// settle holds an answer back until everything it could speak of is on disk.
func (c *call) settle(a *answer) {
	if err := c.s.store.wait(c.s.store.latest()); err != nil {
		*a = serverError(err)
	}
}

func (c *call) answer() answer {
	switch {
	case c.kapi && strings.HasPrefix(c.path, "/oauth2/"):
		return c.oauth()
	case c.kapi:
		return c.operate()
	}
	return c.login()
}

// log writes the call down, once. It does so before the caller hears anything, so that whoever has an answer, or has seen
// his connection cut, finds the call in the log.
func (c *call) log() {
	if c.logged {
		return
	}
	c.logged = true
	if len(c.body) > 0 {
		c.entry.Body = redact(c.body, c.api)
	}
	c.s.log.add(c.entry)
}

func (c *call) send(a answer) {
	c.entry.Status, c.entry.Cut = a.status, a.partial
	c.log()
	c.w.Header().Set("Content-Type", a.media)
	if a.partial {
		c.sendPart(a)
		return
	}
	c.w.WriteHeader(a.status)
	_, _ = c.w.Write(a.body)
}

// decodeObject reads a JSON object. Numbers keep their digits.
func decodeObject(body []byte) (map[string]any, bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil || object == nil {
		return nil, false
	}
	_, err := d.Token()
	return object, err == io.EOF
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
