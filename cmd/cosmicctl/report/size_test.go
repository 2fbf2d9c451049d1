package report_test

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
)

// BenchmarkFormats renders plans of two sizes to each format: what a change takes
// must not grow with the size of the plan.
func BenchmarkFormats(b *testing.B) {
	o := options(b)
	for _, format := range report.Formats() {
		for _, n := range []int{manyChanges / 10, manyChanges} {
			run := many(n)
			b.Run(fmt.Sprintf("%s/%d", format, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := write(io.Discard, format, run, o); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/change")
			})
		}
	}
}

// Ten times the changes take about ten times the memory and not its square, on many
// tenants and on one, and never more than 200 MB at once. Up to 12 times is measured,
// as buffers double; the square would be 100 times.
func TestRenderingIsLinearAndWithin200MB(t *testing.T) {
	o := options(t)
	shapes := []struct {
		name string
		plan func(changes int) *report.Run
	}{
		{"many tenants", many},
		{"one tenant", func(changes int) *report.Run { return manyOn(1, changes) }},
	}
	for _, shape := range shapes {
		tenth, whole := shape.plan(manyChanges/10), shape.plan(manyChanges)
		for _, format := range report.Formats() {
			t.Run(format+" of "+shape.name, func(t *testing.T) {
				few, all := allocated(t, format, tenth, o), allocated(t, format, whole, o)
				peak := highest(t, format, whole, o)
				t.Logf("%d MB at once, %d MB in all, %.1f times as much", peak>>20, all>>20, float64(all)/float64(few))
				if all > 15*few {
					t.Errorf("%d bytes for a tenth of the changes, %d for all", few, all)
				}
				if peak > 200<<20 {
					t.Errorf("%d MB", peak>>20)
				}
			})
		}
	}
}

// allocated is how many bytes it takes to render a run. All pools are empty at first,
// and nothing is collected meanwhile, or the moments of that would count. The counters
// are exact: those of package runtime/metrics leave out small objects of spans that are
// still filled, which is up to a fifth of a small run.
func allocated(t *testing.T, format string, run *report.Run, o report.Options) uint64 {
	t.Helper()
	runtime.GC() // twice, so that no pool keeps a buffer of the run before
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := write(io.Discard, format, run, o)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	return after.TotalAlloc - before.TotalAlloc
}

// highest is how many bytes are in use at once while a run is rendered, the run itself
// included.
func highest(t *testing.T, format string, run *report.Run, o report.Options) uint64 {
	t.Helper()
	runtime.GC()
	stop, highest := make(chan struct{}), make(chan uint64)
	go func() {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		var most uint64
		for tick := time.Tick(100 * time.Microsecond); ; {
			metrics.Read(s)
			most = max(most, s[0].Value.Uint64())
			select {
			case <-tick:
			case <-stop:
				highest <- most
				return
			}
		}
	}()
	err := write(io.Discard, format, run, o)
	close(stop)
	if err != nil {
		t.Fatal(err)
	}
	return <-highest
}
