package sandbox

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// What a fault does to a call: on the wire before and after the effect, and inside to rows and pages.

// before runs the faults that strike on arrival. An answer it returns stands for the whole call, which then has no effect.
func (c *call) before() *answer {
	for _, f := range c.fired {
		c.entry.Faults = append(c.entry.Faults, f.Kind)
		if f.When == "after" || f.When == "between" {
			continue
		}
		switch f.Kind {
		case "expire":
			_ = c.s.update(c.t, func(x *tx) error { x.expireAll(); return nil })
		case "truncate":
		default:
			if a := c.strike(f); a != nil {
				return a
			}
		}
	}
	return nil
}

// after runs the faults that strike when the effect has taken place and only the answer is missing.
func (c *call) after(a *answer) {
	for _, f := range c.fired {
		if f.Kind == "truncate" {
			a.partial = true
		}
		if f.When != "after" {
			continue
		}
		if wrong := c.strike(f); wrong != nil {
			*a = *wrong
			c.entry.ErrorCode = a.code
		}
	}
}

// pause runs what strikes between finding the rows to change and changing them.
func (c *call) pause(when string) {
	for _, f := range c.fired {
		if f.When == when {
			c.strike(f)
		}
	}
}

// strike does what a wire fault does. It does not return from a cut connection.
func (c *call) strike(f Fault) *answer {
	switch f.Kind {
	case "latency":
		d := time.Duration(f.MS) * time.Millisecond
		if f.Detached {
			c.s.options.Sleep(c.s.closing, d)
			return nil
		}
		c.wait(d)
	case "hang":
		c.entry.Cut = true
		c.log()
		c.wait(1<<63 - 1)
		c.cut(false)
	case "reset":
		c.cut(true)
	case "unreachable":
		c.cut(false)
	case "401", "429", "500", "502":
		a := f.answer()
		return &a
	}
	return nil
}

// wait ends early, and cuts the call off, when the client has left or the sandbox closes.
func (c *call) wait(d time.Duration) {
	ctx, cancel := context.WithCancel(c.r.Context())
	defer context.AfterFunc(c.s.closing, cancel)()
	defer cancel()
	c.s.options.Sleep(ctx, d)
	if ctx.Err() != nil {
		c.cut(false)
	}
}

// answer of an error fault. The facts know 401 and 429 as codes in the body of HTTP 200; a bare 401 stands for the HTTP
// status other clients saw (facts §2.4).
func (f *Fault) answer() answer {
	status, a := http.StatusOK, answer{}
	switch f.Kind {
	case "401":
		status, a = http.StatusUnauthorized, f.refusal(textUnauthorised).answer()
	case "429":
		a = f.refusal(textRateLimited).answer()
	case "500":
		status, a = http.StatusInternalServerError, f.refusal("Internal Server Error").answer()
	case "502":
		status, a = http.StatusBadGateway, htmlAnswer(http.StatusBadGateway)
	}
	if a.status = status; f.Status != 0 {
		a.status = f.Status
	}
	return a
}

func (f *Fault) refusal(message string) *refusal {
	if f.Message != "" {
		message = f.Message
	}
	return refuse(f.Kind, message)
}

// cut ends the connection without an answer, by RST if reset says so, and the handler with it.
func (c *call) cut(reset bool) {
	c.entry.Cut = true
	c.log()
	if conn, _, err := http.NewResponseController(c.w).Hijack(); err == nil {
		if tcp, is := conn.(*net.TCPConn); is && reset {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	}
	panic(http.ErrAbortHandler)
}

// sendPart announces the whole body and breaks off in the middle of it.
func (c *call) sendPart(a answer) {
	c.w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	c.w.WriteHeader(a.status)
	_, _ = c.w.Write(a.body[:len(a.body)/2])
	_ = http.NewResponseController(c.w).Flush()
	c.cut(false)
}

// rowFault is the message a row fails with, or "".
func (c *call) rowFault(key string) string {
	for _, f := range c.fired {
		if f.Kind == "row" && f.means(key) {
			if f.Message == "" {
				return textOperationFails
			}
			return f.Message
		}
	}
	return ""
}

func (f *Fault) means(key string) bool { return len(f.Keys) == 0 || slices.Contains(f.Keys, key) }

func (c *call) dropped(live string) bool {
	return slices.ContainsFunc(c.fired, func(f Fault) bool { return f.Kind == "drop" && f.Property == live })
}

// visible leaves out the rows the caller has no data permission for, without a word (facts §1.4).
func (c *call) visible(t *table, ids []int64) []int64 {
	for _, f := range c.fired {
		if f.Kind == "hide" {
			ids = slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return f.means(c.api.keyText(t.rows[id])) })
		}
	}
	return ids
}

func (c *call) shift() int {
	by := 0
	for _, f := range c.fired {
		if f.Kind == "shift" {
			by += f.By
		}
	}
	return by
}
