package schema

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"cosmicctl/engine"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// reading is what the ordinary reader makes of a manifest: its valid resources, and
// the mistakes of all.
func reading(c *checker, data []byte) ([]engine.Resource, []engine.Diagnostic) {
	plain, fault := text("m.yaml", data)
	if fault != nil {
		return nil, []engine.Diagnostic{*fault}
	}
	docs, diags := parse("m.yaml", plain)
	var out []engine.Resource
	for _, d := range docs {
		if foreign(d.root) {
			continue
		}
		chk := &check{checker: c}
		p := chk.document(d.root, true)
		out = append(out, p.resources.Unpack()...)
		diags = append(append(diags, d.diags...), holding(chk.diags, "6.0.14")...)
	}
	return out, slices.DeleteFunc(diags, func(d engine.Diagnostic) bool { return d.Severity != engine.Error })
}

// told is what resources want, without where they stand.
func told(rs []engine.Resource) map[string]string {
	out := map[string]string{}
	for _, r := range rs {
		for name, v := range r.Fields {
			if ref, secret := v.(engine.SecretRef); secret {
				v = ref.String()
			}
			out[r.Ref.String()+"."+name] = shown(v)
		}
		out[r.Ref.String()] = fmt.Sprint(r.Absent)
	}
	return out
}

func shown(v any) string { return fmt.Sprintf("%T %s", v, written(nodeOf(v), true, '"')) }

// quill draws a manifest in any style. Whatever stands outside of a resource is
// kept, so that a test can tell whether it still stands there.
type quill struct {
	t      *rapid.T
	br     string
	remark int
	out    strings.Builder
}

func (q *quill) line(indent int, text string) {
	q.out.WriteString(strings.Repeat(" ", indent) + text + q.comment() + q.br)
	if q.often(5) {
		q.out.WriteString(q.br)
	}
}

func (q *quill) often(one int) bool { return rapid.IntRange(1, one).Draw(q.t, "often") == 1 }

func (q *quill) comment() string {
	if !q.often(3) {
		return ""
	}
	q.remark++
	return fmt.Sprintf(" # 注 %d: {[\"'", q.remark)
}

func (q *quill) scalar(v string) string {
	switch rapid.IntRange(0, 3).Draw(q.t, "quotes") {
	case 0:
		return escaped(v)
	case 1:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	}
	return written(nodeOf(v), true, 0)
}

// field writes a field in flow or in block style.
func (q *quill) field(indent int, lead, name string, v any) {
	n := nodeOf(v)
	switch {
	case n.kind == listNode && len(n.items) > 0 && q.often(2):
		q.line(indent, lead+name+":")
		for _, item := range n.items {
			q.line(indent+len(lead)+rapid.IntRange(0, 1).Draw(q.t, "further")*2, "- "+written(item, false, 0))
		}
	case n.kind == listNode && len(n.items) > 0 && q.often(2):
		q.line(indent, lead+name+": [")
		for i, item := range n.items {
			comma := ","
			if i == len(n.items)-1 && q.often(2) {
				comma = ""
			}
			q.line(indent+len(lead)+2, written(item, true, 0)+comma)
		}
		q.line(indent+len(lead)+2, "]")
	case n.kind == stringNode:
		q.line(indent, lead+name+": "+q.scalar(n.text))
	default:
		q.line(indent, lead+name+": "+written(n, false, 0))
	}
}

func someOf(t *rapid.T, label string, from ...string) []string {
	return slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(rapid.SampledFrom(from), 0, 4).Draw(t, label))))
}

var anyText = rapid.OneOf(rapid.SampledFrom([]string{"x", "a: b", "# no", "- x", "true", "1", "0x10", "1e3", "null", "~", "o'k", `"q"`, "中文", "a\nb", "\t", "[x]", "{x}", "x #y", "&a", "*b", "!c", "%d", "@e", "`f", "?", "|", ">", "a,b", "2026-01-01", "é\u202e", " x ", "12:30", "=", "<<", "-", "...", "---"}),
	rapid.StringN(1, 20, 80))

// drawFields draws the fields of a resource of a kind, in normal form.
func drawFields(t *rapid.T, kind string) map[string]any {
	m := map[string]any{}
	maybe := func(name string, v any) {
		if rapid.Bool().Draw(t, "has "+name) {
			m[name] = v
		}
	}
	switch kind {
	case "ThirdPartyApp":
		m["secret"] = engine.SecretRef{Env: "S"}
		if rapid.Bool().Draw(t, "all") {
			m["allowAllAPIs"] = true
		} else {
			m["apis"] = engine.NewSet(someOf(t, "apis", "a", "b", "c:d", "7", "true", "é")...)
		}
		if rapid.Bool().Draw(t, "everywhere") {
			m["allowAllIPs"] = true
		} else {
			m["ipRules"] = drawRanges(t)
		}
		maybe("name", strings.TrimSpace(anyText.Draw(t, "name"))+"n")
		maybe("description", anyText.Draw(t, "description"))
		maybe("rateLimit", int64(rapid.IntRange(0, 1000).Draw(t, "limit")))
		maybe("jwt", rapid.Bool().Draw(t, "jwt"))
		maybe("agentUsers", engine.NewSet(someOf(t, "users", "lisi", "U1", "13900000000")...))
	case "BusinessSystem":
		maybe("callbacks", engine.List(someOf(t, "callbacks", "https://a/", "https://b/?x={1},2", "https://c/#d")[:0]))
		if rapid.Bool().Draw(t, "calls") {
			m["callbacks"] = engine.List(rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"https://a/", "https://b/?x={1},2", "https://c/#d", "https://d/a:b"}), 0, 3, rapid.ID).Draw(t, "callbacks"))
		}
		maybe("remark", anyText.Draw(t, "remark"))
		m["encryption"] = rapid.SampledFrom([]string{"base64", "aes"}).Draw(t, "encryption")
		if m["encryption"] == "aes" {
			m["aesKey"] = engine.SecretRef{Env: "K"}
		}
	case "ApiAuthorization":
		if users := someOf(t, "users", "lisi", "U1", "007"); len(users) > 0 {
			m["users"] = engine.NewSet(users...)
		} else {
			m["unrestricted"] = true
		}
	case "Parameter":
		m["value"] = anyText.Draw(t, "value")
		maybe("description", anyText.Draw(t, "description"))
	}
	return m
}

func drawRanges(t *rapid.T) engine.Rows {
	all := []engine.Range{}
	for _, r := range [][4]string{{"allow", "10.0.0.0/8"}, {"deny", "10.1.0.1/32"}, {"allow", "2001:db8::/48"}, {"deny", "", "10.2.0.1", "10.2.0.9"}} {
		x, _ := engine.NewRange(r[0], r[1], r[2], r[3])
		all = append(all, x)
	}
	return engine.NewRows(rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, 4, rapid.ID).Draw(t, "ranges")...)
}

// resource writes one, and returns where it began.
func (q *quill) resource(k *engine.Kind, indent int, m map[string]any, key []string) {
	var names []string
	for _, f := range k.Fields {
		if _, given := m[f.Name]; given && !slices.Contains(k.Key, f.Name) {
			names = append(names, f.Name)
		}
	}
	names = rapid.Permutation(names).Draw(q.t, "order")
	if q.often(3) {
		var parts []string
		for i, name := range k.Key {
			parts = append(parts, name+": "+written(nodeOf(key[i]), true, 0))
		}
		for _, name := range names {
			parts = append(parts, name+": "+written(nodeOf(m[name]), true, 0))
		}
		q.line(indent, "- {"+strings.Join(parts, ", ")+"}")
		return
	}
	dash := rapid.SampledFrom([]string{"- ", "-   "}).Draw(q.t, "dash")
	for i, name := range k.Key {
		lead := dash
		if i > 0 {
			lead = strings.Repeat(" ", len(dash))
		}
		q.field(indent, lead, name, key[i])
	}
	for _, name := range names {
		q.field(indent, strings.Repeat(" ", len(dash)), name, m[name])
	}
}

const beginning = "apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: acme}\n"

func drawManifest(t *rapid.T, s *Schema) []byte {
	q := &quill{t: t, br: rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "break")}
	q.out.WriteString(strings.ReplaceAll(beginning, "\n", q.br))
	for _, k := range s.Kinds {
		n := rapid.IntRange(0, 3).Draw(t, "n")
		if k.Section == "" || n == 0 {
			continue
		}
		q.line(0, k.Section+":")
		indent := rapid.SampledFrom([]int{0, 2}).Draw(t, "indent")
		for i := range n {
			key := make([]string, len(k.Key))
			for j := range key {
				key[j] = fmt.Sprintf("K%d", i)
			}
			q.resource(k, indent, drawFields(t, k.Name), key)
		}
	}
	text := q.out.String()
	if rapid.Bool().Draw(t, "open end") {
		text = strings.TrimRight(text, "\r\n")
	}
	return []byte(text)
}

// An edit is right or refused: what was meant is what the reader then reads, nothing
// else changes what it wants, and the lines of all that was not meant stay.
func TestAnEditIsRightOrRefused(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.checker()
	if err != nil {
		t.Fatal(err)
	}
	made, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		data := drawManifest(t, s)
		before, diags := reading(c, data)
		if len(diags) > 0 || len(before) == 0 {
			return // a drawn text may be one that no manifest holds
		}
		e := &Editor{schema: s, check: &check{checker: c}, taken: map[string]string{}}
		d, err := e.Draft("m.yaml", data)
		if err != nil {
			t.Fatal(err)
		}
		tn := &engine.Tenant{Name: "acme", Environment: engine.Environment{Version: "6.0.14"}}
		want := told(before)
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			r := &before[rapid.IntRange(0, len(before)-1).Draw(t, "which")]
			if want[r.Ref.String()] == "" {
				continue // removed
			}
			k := s.Kinds.Kind(r.Ref.Kind)
			live := drawFields(t, k.Name)
			for _, i := range k.Key {
				live[i] = r.Fields[i]
			}
			var diags []engine.Diagnostic
			around := surroundings(d, r)
			switch rapid.SampledFrom([]string{"change", "change", "remove", "append"}).Draw(t, "edit") {
			case "change":
				now := (&engine.Resource{Fields: plainFields(live)})
				now.Imply(k)
				for name, v := range r.Fields { // what is live and not drawn is as wanted
					if _, drawn := now.Fields[name]; !drawn && k.Field(name).Type != engine.TypeVirtual {
						now.Fields[name] = v
					}
				}
				now.Fields = plainFields(now.Fields)
				if _, diags = d.Change(tn, r, now.Fields); len(diags) == 0 {
					around.stay(t, d.Bytes())
					changed(want, k, r, now.Fields)
				}
			case "remove":
				if diags = d.Remove(r); len(diags) == 0 {
					if around.others {
						around.stay(t, d.Bytes())
					}
					forget(want, r.Ref)
				}
			case "append":
				if len(k.Key) > 1 {
					continue
				}
				live[k.Key[0]] = fmt.Sprintf("N%d", made+refused)
				ref := engine.Ref{Kind: k.Name, Key: live[k.Key[0]].(string)}
				if _, diags = d.Append(tn, ref, plainFields(live)); len(diags) == 0 {
					now, _ := reading(c, d.Bytes())
					i := slices.IndexFunc(now, func(x engine.Resource) bool { return x.Ref == ref })
					for name, v := range plainFields(live) {
						if got := now[i].Fields[name]; says(v) && k.Field(name).Type != engine.TypeVirtual && !sameValue(v, got) {
							t.Fatalf("%s: %#v, not %#v", name, got, v)
						}
					}
					for name, v := range told(now[i : i+1]) {
						want[name] = v
					}
				}
			}
			if len(diags) > 0 {
				refused++
			} else {
				made++
			}
			now, mistakes := reading(c, d.Bytes())
			if len(mistakes) > 0 {
				t.Fatalf("%v\n%s\n%s", mistakes, data, d.Bytes())
			}
			if diff := cmp.Diff(want, told(now)); diff != "" {
				t.Fatalf("%s\n%s\n%s", diff, data, d.Bytes())
			}
		}
	})
	t.Logf("%d edits made, %d refused", made, refused)
	if made < 5*refused {
		t.Errorf("%d edits made, %d refused", made, refused)
	}
}

// around is what stands before and after a resource with its comments.
type around struct {
	before, after string
	others        bool // the section has other resources
}

func surroundings(d *Draft, r *engine.Resource) around {
	s, diags := d.seek(r)
	if diags != nil {
		return around{}
	}
	item := s.item()
	begin, end := s.lineStart(item.head), s.nextLine(item.end)
	for begin > 0 && s.is(s.blanks(s.lineBefore(begin)), '#') {
		begin = s.lineBefore(begin)
	}
	for s.is(s.blanks(end), '#') {
		end = s.nextLine(end)
	}
	return around{string(d.src[:begin]), string(d.src[end:]), len(s.list().parts) > 1}
}

func (a *around) stay(t *rapid.T, now []byte) {
	text := string(now)
	if len(text) < len(a.before)+len(a.after) || !strings.HasPrefix(text, a.before) || !strings.HasSuffix(text, a.after) {
		t.Fatalf("not between\n%s\nand\n%s\n:\n%s", a.before, a.after, text)
	}
}

// plainFields are fields without references to secrets, which are not live.
func plainFields(m map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range m {
		if _, secret := v.(engine.SecretRef); !secret {
			out[name] = v
		}
	}
	return out
}

func forget(want map[string]string, ref engine.Ref) {
	for name := range want {
		if name == ref.String() || strings.HasPrefix(name, ref.String()+".") {
			delete(want, name)
		}
	}
}

// changed notes what a resource must want after a change.
func changed(want map[string]string, k *engine.Kind, r *engine.Resource, live map[string]any) {
	for _, f := range k.Fields {
		at := r.Ref.String() + "." + f.Name
		v, known := live[f.Name]
		_, was := want[at]
		if was && known && f.Type != engine.TypeVirtual {
			want[at] = shown(v)
		}
	}
	// The secrets and the virtual fields follow from the rest.
	switch live["encryption"] {
	case "base64":
		delete(want, r.Ref.String()+".aesKey")
		delete(want, r.Ref.String()+".aesVector")
	case "aes":
		if _, was := want[r.Ref.String()+".aesKey"]; !was {
			want[r.Ref.String()+".aesKey"] = shown("{env: " + envNameOf(r.Ref.Key, "aesKey") + "}")
		}
	}
	if users, ok := live["users"].(engine.Set); ok {
		delete(want, r.Ref.String()+".unrestricted")
		if len(users) == 0 {
			want[r.Ref.String()+".unrestricted"] = shown(true)
		}
	}
}

// FuzzEditor: no bytes make the editor panic, and whatever it makes of them reads as
// was meant.
func FuzzEditor(f *testing.F) {
	for _, file := range []string{"../examples/every-field/tenant.yaml", "../examples/quickstart/tenant.yaml"} {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src, uint8(0))
		f.Add(bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")), uint8(1))
	}
	for _, seed := range []string{
		"parameters:\n- {type: a, name: b, value: |\n  x\n}\n", "parameters: [{type: a, name: b, value: 'x\n  y'}, {type: a, name: c}]\n",
		"parameters:\n-\n  type: a\n  name: b\n  value: x\n   y # z\n", "parameters: [type: a, name: b]\n", "\"parameters\": [{\"type\":\"a\",\"name\":b,},]\n",
		"apiAuthorizations:\n  - {api: a, users: [b # c\n  ,d]}\n", "businessSystems:\n- callbacks:\n  - https://a/\n  # c\n  code: A\n...\n---\n",
	} {
		f.Add([]byte(beginning+seed), uint8(2))
	}
	s, err := New()
	if err != nil {
		f.Fatal(err)
	}
	c, err := s.checker()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte, n uint8) {
		e := &Editor{schema: s, check: &check{checker: c}, taken: map[string]string{}}
		d, err := e.Draft("m.yaml", data)
		if err != nil {
			return
		}
		before, _ := reading(c, data)
		tn := &engine.Tenant{Name: "acme", Environment: engine.Environment{Version: "6.0.14"}}
		d.Append(tn, engine.Ref{Kind: "Parameter", Key: "new/one"}, map[string]any{"type": "new", "name": "one"})
		for i := range before {
			r := &before[i]
			want, _ := reading(c, d.Bytes())
			if (i+int(n))%2 == 0 {
				if d.Remove(r) == nil {
					want = slices.DeleteFunc(want, func(x engine.Resource) bool { return x.Ref == r.Ref })
				}
			} else {
				live := plainFields(r.Fields)
				for name, v := range live {
					if text, ok := v.(string); ok && !slices.Contains(s.Kinds.Kind(r.Ref.Kind).Key, name) {
						live[name] = text + "x"
					}
				}
				if _, diags := d.Change(tn, r, live); diags == nil {
					at := slices.IndexFunc(want, func(x engine.Resource) bool { return x.Ref == r.Ref })
					for name, v := range live {
						if s.Kinds.Kind(r.Ref.Kind).Field(name).Type != engine.TypeVirtual {
							want[at].Fields[name] = v
						}
					}
				}
			}
			now, _ := reading(c, d.Bytes())
			if diff := cmp.Diff(told(want), told(now)); diff != "" {
				t.Fatalf("%s\n%q\n%q", diff, data, d.Bytes())
			}
		}
	})
}
