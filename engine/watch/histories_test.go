package watch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cosmicctl/engine/watch"
)

// A model of what a watch must know and tell, as simple as can be: for each finding
// its content, whether it is open, and until when it is acknowledged. Time goes by in
// spans in which each tenant is looked at, and finds the same each time.
type model struct {
	live  map[string]map[string]string // tenant, finding → content, as the live side now is
	dark  map[string]bool              // tenants that cannot be read
	blind map[string]map[string]bool   // tenant, kind: kinds that cannot be read
	known map[string]*modelled         // tenant + finding
	told  []string
}

type modelled struct {
	content string
	open    bool
	until   time.Time
}

const span = 20 * time.Minute

// look is what a look at a tenant finds.
func (m *model) look(tenant string) watch.Look {
	if m.dark[tenant] {
		return unreadable()
	}
	l := clean()
	for i, k := range l.Kinds {
		if m.blind[tenant][k.Kind] {
			l.Kinds[i].Read, l.Kinds[i].Err = watch.Failed, "no right"
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.live[tenant])) {
		kind, key, _ := strings.Cut(name, "/")
		if !m.blind[tenant][kind] {
			l.Findings = append(l.Findings, drift(kind, key, m.live[tenant][name]))
		}
	}
	return l
}

// passes is what a span does.
func (m *model) passes(tenants []string, end time.Time) {
	for _, t := range tenants {
		seen := map[string]string{}
		for _, f := range m.look(t).Findings {
			seen["changed "+f.Kind+"/"+f.Key] = f.Lines[0].Live
		}
		if m.dark[t] {
			seen["unreadable"] = "-"
		} else {
			for k, blind := range m.blind[t] {
				if blind {
					seen["unreadable "+k+"/"] = "-"
				}
			}
		}
		for name, content := range seen {
			m.sees(t, name, content)
		}
		for id, k := range m.known {
			tenant, name, _ := strings.Cut(id, "|")
			_, still := seen[name]
			_, about, _ := strings.Cut(name, " ")
			kind, _, _ := strings.Cut(about, "/")
			if tenant == t && k.open && !still && !m.dark[t] && !m.blind[t][kind] {
				k.open = false
				m.tell("closed", t, name, k)
			}
		}
	}
	for id, k := range m.known {
		if !k.until.IsZero() && !k.until.After(end) {
			k.until = time.Time{}
			if tenant, name, _ := strings.Cut(id, "|"); k.open {
				m.tell("expired", tenant, name, k)
			}
		}
	}
}

func (m *model) sees(tenant, name, content string) {
	k := m.known[tenant+"|"+name]
	if k == nil {
		k = &modelled{}
		m.known[tenant+"|"+name] = k
	}
	was := *k
	if was.content != content {
		k.content, k.until = content, time.Time{}
	}
	switch {
	case !was.open:
		k.open = true
		m.tell("opened", tenant, name, k)
	case was.content != content:
		m.tell("changed", tenant, name, k)
	}
}

func (m *model) tell(what, tenant, name string, k *modelled) {
	if k.until.IsZero() {
		m.told = append(m.told, what+" "+tenant+" "+name)
	}
}

// open is what is open, and whether it is acknowledged.
func (m *model) open() map[string]bool {
	out := map[string]bool{}
	for id, k := range m.known {
		if k.open {
			out[id] = !k.until.IsZero()
		}
	}
	return out
}

// mortal is a world that can be killed: in the middle of a look, or between the
// sending of a message and its being marked as sent. What is on the disk then is all
// that is left.
type mortal struct {
	*world
	dir  string
	n    int
	mu   sync.Mutex
	when string // what is to kill it: look, send, or nothing
	kill func()
	dead chan struct{}
}

func (m *mortal) strike(what string) {
	m.mu.Lock()
	hit := m.when == what
	if hit {
		m.when = ""
	}
	kill, dead := m.kill, m.dead
	m.mu.Unlock()
	if hit {
		kill()
		<-dead
	}
}

// Notify of a mortal world hears a message, and may not live to say so.
func (m *mortal) Notify(ctx context.Context, msg watch.Message) error {
	err := m.ear.Notify(ctx, msg)
	if err == nil {
		m.strike("send")
	}
	return err
}

// lives lets a span go by, through deaths.
func (m *mortal) lives(d time.Duration) {
	m.t.Helper()
	end := m.clock.Now().Add(d)
	for {
		ctx, kill := context.WithCancel(context.Background())
		m.mu.Lock()
		m.kill, m.dead = kill, make(chan struct{})
		m.mu.Unlock()
		next := m.Step(ctx)
		if ctx.Err() != nil {
			m.rise()
			continue
		}
		kill()
		if next.After(end) {
			m.clock.move(end.Sub(m.clock.Now()))
			return
		}
		m.clock.move(next.Sub(m.clock.Now()))
	}
}

// rise goes on with what the dead left on the disk.
func (m *mortal) rise() {
	m.t.Helper()
	m.n++
	file := filepath.Join(m.dir, fmt.Sprintf("%d.db", m.n))
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(m.file + suffix)
		if err != nil {
			m.t.Fatal(err)
		}
		if err := os.WriteFile(file+suffix, data, 0o600); err != nil {
			m.t.Fatal(err)
		}
	}
	close(m.dead)
	if err := m.store.Close(); err != nil {
		m.t.Fatal(err)
	}
	m.file = file
	m.begin()
}

func (m *mortal) begin() {
	m.t.Helper()
	m.store = openStore(m.t, m.file)
	o := options(m.t, m.store, m.side, m.clock, m.ear)
	o.Channels[0].Notifier = m
	var err error
	if m.Watch, err = watch.New(m.t.Context(), o); err != nil {
		m.t.Fatal(err)
	}
}

func TestHistories(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { history(t, rand.New(rand.NewPCG(seed, 1))) })
	}
}

// history draws what happens, and compares all that a watch shows with the model.
func history(t *testing.T, draw *rand.Rand) {
	tenants := []string{"east", "north", "west"}
	w := &mortal{world: newWorld(t, tenants...), dir: t.TempDir()}
	w.store.Close()
	w.begin()
	w.before = func(context.Context, watch.Target) { w.strike("look") }
	m := &model{live: map[string]map[string]string{}, dark: map[string]bool{}, blind: map[string]map[string]bool{}, known: map[string]*modelled{}}
	for _, n := range tenants {
		m.live[n], m.blind[n] = map[string]string{}, map[string]bool{}
	}
	deaths := 0
	for range 40 {
		tenant := tenants[draw.IntN(len(tenants))]
		name := []string{"App/A", "App/B", "Grant/A"}[draw.IntN(3)]
		switch draw.IntN(10) {
		case 0, 1, 2:
			m.live[tenant][name] = fmt.Sprintf("http://%d", draw.IntN(3))
		case 3, 4:
			delete(m.live[tenant], name)
		case 5:
			m.dark[tenant] = !m.dark[tenant]
		case 6:
			m.blind[tenant]["App"] = !m.blind[tenant]["App"]
		case 7:
			w.acknowledgeSome(m, draw)
		case 8:
			w.ear.fail([]error{nil, errRefused}[draw.IntN(2)])
		case 9:
			w.mu.Lock()
			w.when = []string{"look", "send"}[draw.IntN(2)]
			w.mu.Unlock()
			deaths++
		}
		for _, n := range tenants {
			w.set(n, m.look(n))
		}
		w.lives(span)
		m.passes(tenants, w.clock.Now())
		w.agrees(m)
	}
	w.ear.fail(nil)
	for range 9 { // the longest wait after failures, and what is acknowledged meanwhile
		w.lives(span)
		m.passes(tenants, w.clock.Now())
	}
	w.agrees(m)
	expect(t, "told", w.toldOnce(), slices.Sorted(slices.Values(m.told)))
	if len(m.told) < 5 || deaths > 0 && w.n == 0 && w.when == "" {
		t.Errorf("%d told, %d deaths of %d: too little happened", len(m.told), w.n, deaths)
	}
}

func (m *mortal) acknowledgeSome(mod *model, draw *rand.Rand) {
	m.t.Helper()
	open := slices.Sorted(maps.Keys(mod.open()))
	if len(open) == 0 {
		return
	}
	id := open[draw.IntN(len(open))]
	until := m.clock.Now().Add(time.Duration(1+draw.IntN(6)) * span)
	if err := m.store.Acknowledge(m.t.Context(), m.ids()[id], watch.Ack{By: "li", Reason: "planned", At: m.clock.Now(), Until: until}); err != nil {
		m.t.Fatal(err)
	}
	mod.known[id].until = until
}

// toldOnce is what was told, each event once: the same message may come twice, but
// then it says the same.
func (m *mortal) toldOnce() []string {
	m.t.Helper()
	events, messages := map[string]string{}, map[string]string{}
	for _, msg := range m.ear.messages {
		text, err := json.Marshal(msg)
		if err != nil {
			m.t.Fatal(err)
		}
		if before, twice := messages[msg.ID]; twice && before != string(text) {
			m.t.Errorf("the message %s says %s and then %s", msg.ID, before, text)
		}
		messages[msg.ID] = string(text)
		for _, e := range msg.Events {
			words := string(e.What) + " " + e.Tenant + " " + string(e.Finding.Class)
			if e.Finding.Kind != "" {
				words += " " + e.Finding.Kind + "/" + e.Finding.Key
			}
			events[e.ID] = words
		}
	}
	return slices.Sorted(maps.Values(events))
}

// agrees compares API, page and metrics with the model.
func (m *mortal) agrees(mod *model) {
	m.t.Helper()
	_, open := m.found()
	expect(m.t, "findings", open, mod.open())
	objects := map[string]int{}
	want := map[watch.State]int{}
	for _, t := range []string{"east", "north", "west"} {
		state := watch.StateClean
		for id, ack := range mod.open() {
			tenant, name, _ := strings.Cut(id, "|")
			if tenant != t {
				continue
			}
			unread := strings.HasPrefix(name, "unreadable")
			switch {
			case ack && state == watch.StateClean:
				state = watch.StateAcknowledged
			case !ack && unread:
				state = watch.StateUnreadable
			case !ack && state != watch.StateUnreadable:
				state = watch.StateDrifted
			}
			if !unread {
				_, about, _ := strings.Cut(name, " ")
				kind, _, _ := strings.Cut(about, "/")
				objects[fmt.Sprintf(`cosmicctl_drifted_objects{acknowledged="%t",class="changed",kind="%s"}`, ack, kind)]++
			}
		}
		want[state]++
	}
	metrics := m.get("/metrics")
	series := map[string]int{}
	for _, l := range regexp.MustCompile(`(?m)^(cosmicctl_drifted_objects\{.*\}) (\d+)$`).FindAllStringSubmatch(metrics, -1) {
		n := 0
		fmt.Sscan(l[2], &n)
		series[l[1]] = n
	}
	expect(m.t, "metrics", series, objects)
	states, tiles := map[watch.State]int{}, map[watch.State]int{}
	for _, s := range watch.States() {
		var n int
		if _, after, ok := strings.Cut(metrics, fmt.Sprintf("cosmicctl_tenants{state=%q} ", s)); ok {
			fmt.Sscan(after, &n)
		}
		if n > 0 {
			states[s] = n
		}
	}
	for _, l := range regexp.MustCompile(`<a class="tile ([a-z]+)[^>]*><b>(\d+)</b>`).FindAllStringSubmatch(m.get("/"), -1) {
		n := 0
		if fmt.Sscan(l[2], &n); n > 0 && l[1] != "stale" {
			tiles[watch.State(l[1])] = n
		}
	}
	expect(m.t, "states by the metrics", states, want)
	expect(m.t, "states by the page", tiles, want)
}
