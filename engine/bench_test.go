package engine_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

// The sizes of the benchmarks: twelve fields each, one resource in twenty changed.
var sizes = []int{1_000, 10_000, 100_000}

// inMemory is a tenant of n resources and its live side as it was observed.
func inMemory(n int) (engine.Catalog, *engine.Tenant, *engine.Observation) {
	kinds := catalog()
	kinds.Kind("Gadget").Access = &engine.Access{If: "enabled", Columns: []engine.AccessColumn{{Field: "code"},
		{Field: "tools", All: engine.Opener{Flag: "open"}}, {Field: "rules"}}}
	t := &engine.Tenant{Name: "acme", Environment: engine.Environment{Version: testVersion}}
	live := &engine.Live{Objects: make(map[string][]engine.Resource, n)}
	for i := range n {
		key := fmt.Sprintf("G%06d", i)
		wanted, there := benchFields(i), benchFields(i)
		wanted["code"], there["code"] = key, key
		if i%20 == 0 {
			wanted["name"] = "changed"
		}
		ref := engine.Ref{Kind: "Gadget", Key: key}
		t.Resources = append(t.Resources, engine.Resource{Ref: ref, Fields: wanted, Origin: engine.Position{File: "a.yaml", Line: i + 1, Col: 1}})
		live.Objects[key] = []engine.Resource{{Ref: ref, Fields: there, ID: fmt.Sprint(i)}}
	}
	lookups := map[string]*engine.Lookup{
		"Tool":   {Keys: map[string][]string{"saw": {"saw"}, "hammer": {"hammer"}, "drill": {"drill"}}},
		"Person": {Keys: map[string][]string{"P1": {"P1"}}},
	}
	return kinds, t, &engine.Observation{Live: map[string]*engine.Live{"Gadget": live}, Lookups: lookups}
}

// benchFields are eleven fields; the code is the twelfth.
func benchFields(i int) fields {
	return fields{"name": fmt.Sprintf("gadget number %d", i), "enabled": true, "open": false, "fresh": i%2 == 0, "limit": int64(i),
		"mode": "plain", "note": "kept by hand until 2026", "tools": engine.NewSet("saw", "hammer", "drill"), "owners": engine.NewSet("P1"),
		"urls":  engine.List{"https://a.example/1", "https://a.example/2"},
		"rules": engine.NewRows(engine.Range{Policy: "allow", Start: "10.0.0.0", End: "10.0.0.255"}, engine.Range{Policy: "deny", Start: "10.0.0.9", End: "10.0.0.9"})}
}

// BenchmarkPlan plans with equality first, so that go-cmp sees changed
// resources only. The same work by go-cmp over everything is [BenchmarkCmp].
func BenchmarkPlan(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			kinds, t, o := inMemory(n)
			b.ReportAllocs()
			for b.Loop() {
				if p := engine.NewPlan(kinds, t, o, engine.PlanOptions{}); p.Count(engine.Update) != n/20 {
					b.Fatalf("%d updates", p.Count(engine.Update))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/resource")
		})
	}
}

// BenchmarkAccess plans as many changes as there are resources, each with a row
// lost and a row gained.
func BenchmarkAccess(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			kinds, t, o := inMemory(n)
			for i := range t.Resources {
				t.Resources[i].Fields["tools"] = engine.NewSet("saw", "file")
			}
			o.Lookups["Tool"].Keys["file"] = []string{"file"}
			b.ReportAllocs()
			for b.Loop() {
				if p := engine.NewPlan(kinds, t, o, engine.PlanOptions{}); len(p.Access) != 2*n {
					b.Fatalf("%d rows", len(p.Access))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
		})
	}
}

// BenchmarkCmp finds the same changes with go-cmp over every resource.
func BenchmarkCmp(b *testing.B) {
	for _, n := range sizes[:2] {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			_, t, o := inMemory(n)
			b.ReportAllocs()
			for b.Loop() {
				if got := cmpAll(t, o); got != n/20 {
					b.Fatalf("%d changes", got)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/resource")
		})
	}
}

// BenchmarkRatio measures both in one run, turn by turn, so that what else the
// machine does falls on both.
func BenchmarkRatio(b *testing.B) {
	const n = 10_000
	kinds, t, o := inMemory(n)
	var ours, theirs float64
	for b.Loop() {
		ours += seconds(func() { engine.NewPlan(kinds, t, o, engine.PlanOptions{}) })
		theirs += seconds(func() { cmpAll(t, o) })
	}
	b.ReportMetric(theirs/ours, "times-faster")
}

func seconds(work func()) float64 {
	start := time.Now()
	work()
	return time.Since(start).Seconds()
}

// leaves counts differences, the least that a reporter can do.
type leaves struct {
	path    cmp.Path
	changes int
}

func (l *leaves) PushStep(s cmp.PathStep) { l.path = append(l.path, s) }
func (l *leaves) PopStep()                { l.path = l.path[:len(l.path)-1] }
func (l *leaves) Report(r cmp.Result) {
	if !r.Equal() {
		l.changes++
	}
}

func cmpAll(t *engine.Tenant, o *engine.Observation) int {
	l := &leaves{}
	for i := range t.Resources {
		cmp.Equal(o.Live["Gadget"].Objects[t.Resources[i].Ref.Key][0].Fields, t.Resources[i].Fields, cmp.Reporter(l))
	}
	return l.changes
}
