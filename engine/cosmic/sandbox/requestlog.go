package sandbox

import (
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// Entry is what the log says about one request. Secrets and tokens are not in it.
type Entry struct {
	Sequence       uint64          `json:"sequence"`
	Time           time.Time       `json:"time"`
	Tenant         string          `json:"tenant"`
	Method         string          `json:"method"`
	Path           string          `json:"path"`
	Form           string          `json:"form,omitempty"`
	Op             string          `json:"op,omitempty"`
	App            string          `json:"app,omitempty"`
	User           string          `json:"user,omitempty"`
	Status         int             `json:"status"` // 0: the connection was cut without an answer
	ErrorCode      string          `json:"errorCode,omitempty"`
	IDs            []string        `json:"ids,omitempty"`    // rows changed
	Keys           []string        `json:"keys,omitempty"`   // their candidate keys
	Preset         []string        `json:"preset,omitempty"` // ids of preset rows changed, which nobody should
	IdempotencyKey string          `json:"idempotencyKey,omitempty"`
	Effect         bool            `json:"effect"` // something in the tenant changed
	Faults         []string        `json:"faults,omitempty"`
	Cut            bool            `json:"cut,omitempty"` // the answer did not arrive whole
	Body           json.RawMessage `json:"body,omitempty"`
}

// touch notes a row the call changed.
func (e *Entry) touch(id string, keys map[string]string) {
	e.IDs = append(e.IDs, id)
	text := ""
	for i, name := range sortedKeys(keys) {
		if i > 0 {
			text += "/"
		}
		text += keys[name]
	}
	e.Keys = append(e.Keys, text)
}

// maxEntries bounds the log; the oldest go first.
const maxEntries = 20_000

type requestLog struct {
	mu      sync.Mutex
	last    uint64
	entries []Entry
}

func (l *requestLog) add(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	e.Sequence = l.last
	if len(l.entries) >= maxEntries {
		l.entries = append(l.entries[:0:0], l.entries[maxEntries/10:]...)
	}
	l.entries = append(l.entries, e)
}

func (l *requestLog) list() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.entries)
}

func (l *requestLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = nil
}
