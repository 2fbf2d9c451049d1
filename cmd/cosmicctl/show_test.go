package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/saved"
	"cosmicctl/schema"
)

// Who can write a plan's file can make its checksum fit. Whatever stands in it
// then, it is refused or shown: nothing in it makes a format fail.
func TestShowSurvivesAnyEdit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "plan.cosmic")
	var errs bytes.Buffer
	args := []string{"plan", "--sandbox", "--sandbox-state", filepath.Join(dir, "state.json"), "--save", file, filepath.FromSlash("../../examples/quickstart")}
	if code := run(t.Context(), args, strings.NewReader(""), io.Discard, &errs); code != exitDiffers {
		t.Fatalf("exit %d: %s", code, &errs)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	kinds, err := schema.New()
	if err != nil {
		t.Fatal(err)
	}
	a := &app{out: io.Discard, err: io.Discard, words: report.English(), schema: kinds}
	var plan any
	_, payload, _ := bytes.Cut(data, []byte(`"plan":{`))
	d := json.NewDecoder(io.MultiReader(strings.NewReader("{"), bytes.NewReader(payload)))
	d.UseNumber()
	if err := d.Decode(&plan); err != nil {
		t.Fatal(err)
	}
	tried, shown := 0, 0
	edits(plan, func(v any) { plan = v }, func(where string) {
		tried++
		p, err := saved.Decode(sealed(t, plan), kinds.Kinds)
		if err != nil {
			if !errors.Is(err, saved.ErrEdited) && !errors.Is(err, saved.ErrUnknown) {
				t.Errorf("%s: %v", where, err)
			}
			return
		}
		shown++
		showEverywhere(t, a, where, p)
	})
	if tried < 1000 || shown < 300 {
		t.Errorf("only %d edits were tried and %d shown", tried, shown)
	}
}

// edits puts something else in each place of a value, one after the other.
func edits(v any, put func(any), tried func(where string)) {
	var walk func(where string, v any, put func(any))
	walk = func(where string, v any, put func(any)) {
		for _, other := range []any{nil, "", "\x1b[31m\n::error::x", json.Number("-1"), true, []any{}, []any{nil}, map[string]any{}} {
			put(other)
			tried(fmt.Sprintf("%s = %v", where, other))
		}
		put(v)
		switch v := v.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				walk(where+"."+name, v[name], func(x any) { v[name] = x })
			}
		case []any:
			for i := range min(len(v), 3) {
				walk(fmt.Sprintf("%s[%d]", where, i), v[i], func(x any) { v[i] = x })
			}
		}
	}
	walk("plan", v, put)
}

func sealed(t *testing.T, plan any) []byte {
	t.Helper()
	payload, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Appendf(nil, `{"cosmicctl":"plan","formatVersion":1,"sha256":"%x","plan":%s}`, sha256.Sum256(payload), payload)
}

func showEverywhere(t *testing.T, a *app, where string, p *saved.Plan) {
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%s: panic: %v", where, r)
		}
	}()
	a.showText(p, true)
	run := shownRun(p)
	for _, format := range report.Formats() {
		if format == report.Text {
			continue
		}
		if err := report.Write(io.Discard, format, run, a.documentOptions(report.DefaultBudget, true)); err != nil {
			t.Errorf("%s: %s: %v", where, format, err)
		}
	}
	var b bytes.Buffer
	if err := saved.Encode(&b, p); err != nil {
		t.Errorf("%s: %v", where, err)
	}
}
