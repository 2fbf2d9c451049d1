package report_test

import (
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
)

func BenchmarkJSON(b *testing.B)   { benchmarkFormat(b, "json") }
func BenchmarkSARIF(b *testing.B)  { benchmarkFormat(b, "sarif") }
func BenchmarkJUnit(b *testing.B)  { benchmarkFormat(b, "junit") }
func BenchmarkGitHub(b *testing.B) { benchmarkFormat(b, "github") }
func BenchmarkHTML(b *testing.B)   { benchmarkFormat(b, "html") }

// benchmarkFormat renders plans of three sizes: what a change takes must not grow
// with the size of the plan.
func benchmarkFormat(b *testing.B, format string) {
	for _, n := range []int{100, 1_000, manyChanges} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			run, o := many(n), options(b)
			b.ReportAllocs()
			for b.Loop() {
				if err := report.Write(io.Discard, format, run, o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/change")
		})
	}
}

// A plan of 10,000 changes renders to each format within 200 MB, counting all that
// is allocated on the way.
func TestRenderingWithin200MB(t *testing.T) {
	run, o := many(manyChanges), options(t)
	for _, format := range []string{"json", "sarif", "junit", "github", "html"} {
		before := allocated()
		if err := report.Write(io.Discard, format, run, o); err != nil {
			t.Fatal(err)
		}
		if took := allocated() - before; took > 200<<20 {
			t.Errorf("%s took %d MB", format, took>>20)
		} else {
			t.Logf("%s took %d MB", format, took>>20)
		}
	}
}

// allocated is how many bytes this process has ever allocated.
func allocated() uint64 {
	runtime.GC()
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
