package report_test

import (
	"fmt"
	"io"
	"runtime"
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
// tenants and on one, and never more than 200 MB at once.
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
		for _, format := range report.Formats() {
			t.Run(format+" of "+shape.name, func(t *testing.T) {
				few, _ := heapOf(t, format, shape.plan(manyChanges/10), o)
				all, peak := heapOf(t, format, shape.plan(manyChanges), o)
				t.Logf("%d MB at once, %d MB in all, %.1f times as much", peak>>20, all>>20, float64(all)/float64(few))
				if all > 16*few { // buffers that double, and what the measuring itself takes
					t.Errorf("%d bytes for a tenth of the changes, %d for all", few, all)
				}
				if peak > 200<<20 {
					t.Errorf("%d MB", peak>>20)
				}
			})
		}
	}
}

// heapOf renders a run, and tells how many bytes that allocates in all and how many
// are in use at once, the run itself included.
func heapOf(t *testing.T, format string, run *report.Run, o report.Options) (all, peak uint64) {
	t.Helper()
	runtime.GC() // twice, so that no pool keeps a buffer of the run before
	runtime.GC()
	before, _ := heap()
	stop, highest := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for tick := time.Tick(100 * time.Microsecond); ; {
			_, now := heap()
			most = max(most, now)
			select {
			case <-tick:
			case <-stop:
				highest <- most
				return
			}
		}
	}()
	err := write(io.Discard, format, run, o)
	after, _ := heap()
	close(stop)
	if err != nil {
		t.Fatal(err)
	}
	return after - before, <-highest
}

// heap is how many bytes this process has ever allocated, and how many are in use.
func heap() (allocated, inUse uint64) {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64(), s[1].Value.Uint64()
}
