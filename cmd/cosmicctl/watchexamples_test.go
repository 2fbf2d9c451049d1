package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cosmicctl/schema"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/prometheus/promql/parser"
)

const watchExamples = "../../examples/watch/"

func readExample(t *testing.T, name string, v any) []byte {
	t.Helper()
	data, err := os.ReadFile(watchExamples + name)
	if err == nil && v != nil {
		if strings.HasSuffix(name, ".json") {
			err = json.Unmarshal(data, v)
		} else {
			err = yaml.Unmarshal(data, v)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// expressions are those of the alerts and of the dashboard, by what they stand for.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	var alerts struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	readExample(t, "alerts.yaml", &alerts)
	readExample(t, "dashboard.json", &board)
	out := map[string]string{}
	for _, r := range alerts.Groups[0].Rules {
		out[r.Alert] = r.Expr
		if _, err := time.ParseDuration(r.For); r.For != "" && err != nil || r.Labels["severity"] == "" || r.Annotations["summary"] == "" {
			t.Errorf("%s: for %q, %v, %v", r.Alert, r.For, r.Labels, r.Annotations)
		}
	}
	for _, p := range board.Panels {
		for _, target := range p.Targets {
			out[p.Title+": "+target.Expr] = target.Expr
		}
	}
	if len(out) < 18 {
		t.Errorf("only %d expressions", len(out))
	}
	return out
}

// exported are the metrics of a watch that has something to say, with their labels.
func exported(t *testing.T) map[string][]string {
	t.Helper()
	f := newFleet(t, 1, 1)
	f.rows(t, "PUT", "t000", "third_app", "", `[{"number":"A1","culimittac":99}]`)
	w := &dayWatch{f: f, clock: &dayClock{now: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)}}
	w.live(t)
	w.goOn(t.Context(), time.Hour)
	out := map[string][]string{}
	label := regexp.MustCompile(`(\w+)="`)
	for _, m := range sample.FindAllStringSubmatch(reading(t, w.do)("/metrics"), -1) {
		for _, l := range label.FindAllStringSubmatch(m[2], -1) {
			out[m[1]] = append(out[m[1]], l[1])
		}
		out[m[1]] = append(out[m[1]], "__name__")
	}
	return out
}

// Alerts and dashboard ask for what a watch exports, in Prometheus' own words.
func TestWatchExpressions(t *testing.T) {
	known := exported(t)
	p := parser.NewParser(parser.Options{})
	used := map[string]bool{}
	for name, text := range expressions(t) {
		expr, err := p.ParseExpr(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var all []string // labels of the metrics that it asks for
		parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
			v, ok := node.(*parser.VectorSelector)
			if !ok {
				return nil
			}
			used[v.Name] = true
			if known[v.Name] == nil {
				t.Errorf("%s: no watch exports %q", name, v.Name)
			}
			for _, m := range v.LabelMatchers {
				if !slices.Contains(known[v.Name], m.Name) {
					t.Errorf("%s: %s has no label %q", name, v.Name, m.Name)
				}
			}
			all = append(all, known[v.Name]...)
			return nil
		})
		parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
			var by []string
			switch v := node.(type) {
			case *parser.AggregateExpr:
				by = v.Grouping
			case *parser.BinaryExpr:
				if v.VectorMatching != nil {
					by = v.VectorMatching.MatchingLabels
				}
			}
			for _, l := range by {
				if !slices.Contains(all, l) {
					t.Errorf("%s: nothing has the label %q", name, l)
				}
			}
			return nil
		})
	}
	if len(used) < 12 {
		t.Errorf("only %d metrics are asked for", len(used))
	}
}

func TestWatchConfigurationExample(t *testing.T) {
	kinds, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	w, diags, err := kinds.LoadWatch(watchExamples + "watch.yaml")
	if err != nil || len(diags) > 0 || len(w.Notify) != 2 {
		t.Errorf("%+v %v %v", w, diags, err)
	}
}

// The command lines of the examples are ones that the program understands.
func TestWatchCommandLines(t *testing.T) {
	var lines []string
	for _, file := range []string{"cosmicctl-drift.service", "cosmicctl-watch.service", "github-drift.yml"} {
		text := regexp.MustCompile(`\\\n\s*`).ReplaceAllString(string(readExample(t, file, nil)), " ")
		for _, m := range regexp.MustCompile(`(?m)^(?:ExecStart=/usr/local/bin/|\s+)cosmicctl ([^|\n]*)`).FindAllStringSubmatch(text, -1) {
			lines = append(lines, m[1])
		}
	}
	for _, file := range []string{"kubernetes-drift.yaml", "kubernetes-watch.yaml"} {
		decoder := yaml.NewDecoder(bytes.NewReader(readExample(t, file, nil)))
		var doc any
		if err := decoder.Decode(&doc); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		lines = append(lines, argsOf(doc)...)
	}
	if len(lines) != 5 {
		t.Fatalf("%d command lines: %q", len(lines), lines)
	}
	for _, line := range lines {
		cmd, rest, err := (&app{}).root().Find(strings.Fields(line))
		if err == nil && !cmd.Runnable() {
			t.Errorf("%s: is no command", line)
		}
		if err == nil {
			err = cmd.ParseFlags(rest)
		}
		if err == nil {
			err = cmd.ValidateArgs(cmd.Flags().Args())
		}
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// argsOf finds the args of the containers of a Kubernetes object.
func argsOf(v any) []string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		for name, sub := range v {
			if list, ok := sub.([]any); ok && name == "args" {
				var words []string
				for _, w := range list {
					words = append(words, w.(string))
				}
				out = append(out, strings.Join(words, " "))
				continue
			}
			out = append(out, argsOf(sub)...)
		}
	case []any:
		for _, sub := range v {
			out = append(out, argsOf(sub)...)
		}
	}
	return out
}

// systemd itself finds nothing wrong with the units, once the program is there.
func TestWatchUnits(t *testing.T) {
	tool, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("no systemd-analyze on this machine")
	}
	dir := t.TempDir()
	for _, name := range []string{"cosmicctl-drift.service", "cosmicctl-drift.timer", "cosmicctl-watch.service"} {
		text := strings.ReplaceAll(string(readExample(t, name, nil)), "/usr/local/bin/cosmicctl", "/bin/true")
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"cosmicctl-drift.service", "cosmicctl-drift.timer", "cosmicctl-watch.service"} {
		if out, err := exec.Command(tool, "verify", "--man=no", filepath.Join(dir, name)).CombinedOutput(); err != nil || bytes.Contains(out, []byte(dir)) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}
