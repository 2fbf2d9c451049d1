package report_test

import (
	"fmt"
	"io"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
)

// Twice the changes must take about twice the time.
func benchmarkPlans(b *testing.B, write func(*report.Run) error) {
	for _, n := range []int{manyChanges / 10, manyChanges, 2 * manyChanges} {
		run := many(n)
		b.Run(fmt.Sprintf("changes=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := write(run); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkText(b *testing.B) {
	o := options(b)
	benchmarkPlans(b, func(run *report.Run) error {
		p := &report.PlanText{W: io.Discard, Words: o.Words, Kinds: o.Kinds}
		for _, t := range run.Tenants {
			p.Heading(&engine.Tenant{Name: t.Name})
			p.Plan(t.Plan)
		}
		p.All()
		return nil
	})
}

func BenchmarkMarkdown(b *testing.B) {
	o := options(b)
	benchmarkPlans(b, func(run *report.Run) error { return report.Write(io.Discard, "markdown", run, o) })
}
