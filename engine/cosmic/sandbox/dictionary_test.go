package sandbox

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestDictionaryHoldsEveryColumn(t *testing.T) {
	d, err := parseDictionary(dictionaryText)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(dictionaryText), "\n")[1:]
	if len(lines) != 172 {
		t.Fatalf("%d columns, want 172", len(lines))
	}
	for _, line := range lines {
		cells := strings.Split(line, "\t")
		table, _, _ := strings.Cut(cells[1], " ")
		path := strings.TrimPrefix(cells[2], "f")
		if f := d[cells[0]]; f.part(table) != nil {
			path = table + "." + path
		}
		if !d[cells[0]].has(path) {
			t.Errorf("%s.%s is missing", cells[0], path)
		}
	}
}

func TestDictionaryReads(t *testing.T) {
	d, err := parseDictionary(dictionaryText)
	if err != nil {
		t.Fatal(err)
	}
	app := d["third_app"]
	if c := app.byName["number"]; c.kind != text || c.length != 100 || c.title != "系统编码" {
		t.Errorf("%+v", c)
	}
	if c := app.byName["contact"]; c.kind != reference || c.ref != "bos_user" || c.fallback != "" {
		t.Errorf("%+v", c)
	}
	if c := app.byName["enable"]; !slices.Equal(c.values, []string{"0", "1"}) || c.fallback != "1" {
		t.Errorf("%+v", c)
	}
	if c := app.byName["createtime"]; c.kind != moment || c.fallback != "" || !c.server {
		t.Errorf("%+v", c)
	}
	if app.byName["appkey"] == nil || !app.byName["appsecret"].secret || d["bos_user"].byName["username"] == nil {
		t.Error("a split table is not flat")
	}
	if !app.part("t_open_3rdapps_agency").multi || app.part("t_open_3rdapps_ips").multi {
		t.Error("multi-selects are not told from entries")
	}
	if !d["bos_org"].bare || !d["bd_country"].bare || !d["open_rest_api"].bare || d["bos_user"].bare {
		t.Error("bare forms")
	}
	if d["bdm_enterprise_baseinfo"].byName["status"].server || !d["third_app"].byName["status"].server {
		t.Error("status")
	}
}

func TestDictionaryMistakes(t *testing.T) {
	head := "form\tpart\tcolumn\ttitle\ttype\tdefault\tvalues\n"
	for want, line := range map[string]string{
		"line 2 has 3 cells":        "a\tmain\tfid",
		`"number" does not begin`:   "a\tmain\tnumber\t\tint8\t\t",
		`type "blob" is not known`:  "a\tmain\tfx\t\tblob\t\t",
		`length of "varchar(many)"`: "a\tmain\tfx\t\tvarchar(many)\t\t",
	} {
		if _, err := parseDictionary(head + line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestVersions(t *testing.T) {
	for text, want := range map[string]version{
		"5.0": {5, 0, 0}, "5.0.012": {5, 0, 12}, "V6.0.14": {6, 0, 14}, "8.0.1": {8, 0, 1}, "5.0.011.0": {5, 0, 11}, "7": {7, 0, 0},
	} {
		if got, err := parseVersion(text); err != nil || got != want {
			t.Errorf("%s: %v %v", text, got, err)
		}
	}
	for _, text := range []string{"", "x", "6.", "6.x", "-1", "1.2.3.4.5", "6.0 "} {
		if got, err := parseVersion(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
	if !(version{8, 0, 0}).from(7, 9, 9) || (version{7, 9, 9}).from(8, 0, 0) || !(version{6, 0, 1}).from(6, 0, 1) {
		t.Error("order")
	}
	if (version{6, 0, 14}).bodyLimit() != 20<<20 || (version{5, 0, 11}).bodyLimit() != 30<<20 {
		t.Error("body limit")
	}
}

// TestImports: the sandbox is a second implementation and knows nothing of the first.
func TestImports(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") {
			continue
		}
		source, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(source), "\t\"cosmic"+"ctl/") {
			t.Errorf("%s imports another package of the module", file.Name())
		}
	}
}
