package engine

// A Journal keeps what an apply does, durable before it is done, so that whatever
// ends the program, what it leaves can be named. Calls never overlap.
type Journal interface {
	// Request is told of a request before it is sent, and returns its key: a new
	// one where it has none. An error forbids the request.
	Request(Request) (key string, err error)
	// Results is told what became of changes. An error forbids what comes after.
	Results([]ChangeResult) error
}

// Request is a write as a journal names it.
type Request struct {
	// Key is what the live side refuses to execute a second time.
	Key  string `json:"key"`
	Kind string `json:"kind"`
	Op   string `json:"op"`
	Refs []Ref  `json:"refs"`
}

// ask tells the journal of a request and returns its key; without a journal, ""
// leaves the key to the writer.
func (a *applier) ask(kind, op string, changes []*Change) (string, error) {
	r := Request{Kind: kind, Op: op}
	if op == OpSave {
		r.Key = a.doubt(changes[0]) // that of all in the batch
	}
	if a.opts.Journal == nil {
		return r.Key, nil
	}
	for _, c := range changes {
		r.Refs = append(r.Refs, c.Ref)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.broken != nil {
		return "", a.broken
	}
	return a.opts.Journal.Request(r)
}

// keep tells the journal of the results that it has not got yet.
func (a *applier) keep() {
	if a.opts.Journal == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if fresh := a.results[a.kept:]; len(fresh) > 0 && a.broken == nil {
		a.broken = a.opts.Journal.Results(fresh)
		a.kept = len(a.results)
	}
}
