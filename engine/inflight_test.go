package engine_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"cosmicctl/engine"
)

// crowd is a live side that holds each write for a moment, and counts what is under
// way for one object at once.
type crowd struct {
	*fake
	mu    sync.Mutex
	now   map[string]int
	most  int // for one object
	width int // over all, at any time
}

func (c *crowd) Write(ctx context.Context, k *engine.Kind, w engine.Write) ([]engine.Outcome, error) {
	var objects []string
	for _, id := range w.IDs {
		objects = append(objects, k.Form+" "+id)
	}
	for _, r := range w.Rows {
		objects = append(objects, fmt.Sprint(k.Form, " ", r["id"], r["number"]))
	}
	c.count(objects, 1)
	time.Sleep(time.Millisecond)
	defer c.count(objects, -1)
	return c.fake.Write(ctx, k, w)
}

func (c *crowd) count(objects []string, by int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	under := 0
	for _, o := range objects {
		c.now[o] += by
		c.most = max(c.most, c.now[o])
	}
	for _, n := range c.now {
		under += n
	}
	c.width = max(c.width, under-len(objects)+1)
}

// Never more than one request is under way for an object, however many there are at
// once for others.
func TestOneRequestAtOnceForAnObject(t *testing.T) {
	f := workshop()
	var wanted []engine.Resource
	for i := range 8 * engine.BatchSize {
		key := fmt.Sprintf("G%03d", i)
		if i%2 == 0 {
			f.seed("gadget", gadgetRow(key, row{"id": fmt.Sprint(1000 + i), "name": "old", "enable": "1"}))
		}
		wanted = append(wanted, want("Gadget", key, fields{"name": "new", "enabled": i%4 != 0}))
	}
	declared := tenant(wanted...)
	p := planOf(declared, f, engine.PlanOptions{})
	c := &crowd{fake: f, now: map[string]int{}}
	r, err := engine.Apply(context.Background(), catalog(), p, c, engine.ApplyOptions{Secrets: resolve, Parallel: 8})
	if err != nil || r.Count(engine.Done, "") != len(p.Changes()) {
		t.Fatal(err, outcomes(r))
	}
	if c.most != 1 {
		t.Errorf("%d requests at once for one object", c.most)
	}
	if c.width < 2 {
		t.Error("no two requests were under way at once, so this shows nothing")
	}
	converged(t, declared, f)
}
