package cosmic

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

func pageSize(n int) func(*Options) { return func(o *Options) { o.PageSize = n } }

func TestPaging(t *testing.T) {
	insert := func(f *fake) {
		f.rows["third_app"] = append([]map[string]any{{"id": fmt.Sprint("new", f.nextID)}}, f.rows["third_app"]...)
		f.nextID++
		f.betweenPages = nil
	}
	remove := func(f *fake) {
		f.rows["third_app"] = f.rows["third_app"][1:]
		f.betweenPages = nil
	}
	tests := []struct {
		name     string
		rows     int
		quirk    func(*fake)
		read     int
		queries  int
		doubt    string
		pageSize int
	}{
		{name: "none", rows: 0, queries: 1},
		{name: "one page", rows: 9, read: 9, queries: 1},
		{name: "exactly one page", rows: 10, read: 10, queries: 1},
		{name: "several pages", rows: 42, read: 42, queries: 5},
		{name: "no lastPage", rows: 42, read: 42, queries: 5, quirk: func(f *fake) { f.noLast = true }},
		{name: "no lastPage, full last page", rows: 40, read: 40, queries: 4, quirk: func(f *fake) { f.noLast = true }},
		{name: "no totalCount", rows: 42, read: 42, queries: 5, quirk: func(f *fake) { f.noTotal = true }},
		{name: "neither", rows: 42, read: 42, queries: 5, quirk: func(f *fake) { f.noTotal, f.noLast = true, true }},
		{name: "neither, full last page", rows: 40, read: 40, queries: 5, quirk: func(f *fake) { f.noTotal, f.noLast = true, true }},
		{name: "server cuts pages", rows: 25, read: 25, queries: 7, quirk: func(f *fake) { f.maxPage = 4 }},
		{name: "server cuts pages and says little", rows: 25, read: 25, queries: 7, quirk: func(f *fake) { f.maxPage, f.noTotal, f.noLast = 4, true, true }},
		{name: "pageNo ignored", rows: 42, read: 10, queries: 2, quirk: func(f *fake) { f.ignorePageNo = true },
			doubt: "page 2 only repeats rows: the server seems to ignore pageNo"},
		{name: "pageNo ignored and little said", rows: 42, read: 10, queries: 2, quirk: func(f *fake) { f.ignorePageNo, f.noTotal, f.noLast = true, true, true },
			doubt: "page 2 only repeats rows: the server seems to ignore pageNo"},
		{name: "a row comes", rows: 42, read: 42, queries: 5, quirk: func(f *fake) { f.betweenPages = insert },
			doubt: "the number of rows changed from 42 to 43 while they were read"},
		{name: "a row comes uncounted", rows: 42, read: 42, queries: 5, quirk: func(f *fake) { f.betweenPages, f.noTotal = insert, true },
			doubt: "1 rows came twice, so others may be missing"},
		{name: "a row goes", rows: 42, read: 41, queries: 5, quirk: func(f *fake) { f.betweenPages = remove },
			doubt: "the number of rows changed from 42 to 41 while they were read"},
		{name: "endless", rows: maxPages + 5, read: maxPages, queries: maxPages, pageSize: 1, doubt: "gave up after 1000 pages"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.fill("third_app", tt.rows)
			if tt.quirk != nil {
				tt.quirk(f)
			}
			c, _ := f.tenant(pageSize(orElse(tt.pageSize, 10)))
			l := mustList(t, c)
			if len(l.Rows) != tt.read || l.Doubt != tt.doubt {
				t.Errorf("read %d rows, doubt %q", len(l.Rows), l.Doubt)
			}
			if n := len(f.sent(queryPath)); n != tt.queries {
				t.Errorf("%d queries", n)
			}
		})
	}
}

// What single answers say about themselves.
func TestPagesAsAnswered(t *testing.T) {
	tests := []struct {
		name  string
		pages []string // the last one is answered for ever
		read  int
		doubt string
	}{
		{"count says more", []string{`{"rows":[{"id":"1"}],"lastPage":true,"totalCount":"42"}`}, 1, "read 1 of 42 rows"},
		{"count says less", []string{`{"rows":[{"id":"1"},{"id":"2"}],"lastPage":"true","totalCount":1}`}, 2, "read 2 of 1 rows"},
		{"same id twice", []string{`{"rows":[{"id":"1"},{"id":1}],"lastPage":true,"totalCount":1}`}, 1, ""},
		{"rows without id", []string{`{"rows":[{"number":"a"},{"number":"a"}],"lastPage":true}`}, 2, ""},
		{"null rows of nothing", []string{`{"totalCount":"0"}`}, 0, ""},
		{"null rows, last page", []string{`{"lastPage":true}`}, 0, ""},
		{"null rows of something", []string{`{"totalCount":"7"}`}, 0, "read 0 of 7 rows"},
		{"no data", []string{`null`}, 0, "page 1 says nothing about rows"},
		{"bare list", []string{`[{"id":"1"}]`}, 1, ""},
		{"empty bare list", []string{`[]`}, 0, ""},
		{"not the last, yet empty", []string{`{"rows":[],"lastPage":false}`}, 0, "page 1 is empty, yet not the last one"},
		{"short page that is not the last", []string{`{"rows":[{"id":"1"}],"lastPage":false}`, `{"rows":[{"id":"2"}],"lastPage":true}`}, 2, ""},
		{"empty end of a counted list", []string{`{"rows":[{"id":"1"}],"lastPage":false,"totalCount":1}`, `{"rows":[],"lastPage":false,"totalCount":1}`}, 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &reading{asked: 10, seen: map[string]bool{}, total: -1}
			for no := 1; !r.done; no++ {
				raw := tt.pages[min(no, len(tt.pages))-1]
				env, err := decodeEnvelope([]byte(`{"status":true,"errorCode":"0","data":` + raw + `}`))
				if err != nil {
					t.Fatal(err)
				}
				p, err := readPage(env.data)
				if err != nil {
					t.Fatal(err)
				}
				r.add(p, no)
			}
			if len(r.rows) != tt.read || r.verdict() != tt.doubt {
				t.Errorf("read %d rows, doubt %q", len(r.rows), r.verdict())
			}
		})
	}
}

func TestRowsOfAnotherShape(t *testing.T) {
	for _, raw := range []string{`{"rows":[["a","b"]]}`, `{"rows":"none"}`, `{"rows":{"id":"1"}}`, `["a"]`} {
		env, err := decodeEnvelope([]byte(`{"status":true,"data":` + raw + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readPage(env.data); err == nil {
			t.Errorf("%s was taken for rows", raw)
		}
	}
	f := newFake(t)
	c, _ := f.tenant()
	f.rows["third_app"] = []map[string]any{nil}
	e := listError(t, c)
	if !e.Unreachable() || e.Form != "third_app" || e.Op != "query" {
		t.Errorf("got %v", e)
	}
}

func TestQueryBody(t *testing.T) {
	tests := []struct {
		name   string
		filter engine.Filter
		want   string
	}{
		{"all", nil, `{"data":{},"pageNo":3,"pageSize":20}`},
		{"one value", engine.Filter{"number": {"CQJC"}}, `{"data":{"number":"CQJC"},"pageNo":3,"pageSize":20}`},
		{"several values", engine.Filter{"number": {"A", "B"}}, `{"data":{"number":["A","B"]},"pageNo":3,"pageSize":20}`},
		{"two properties", engine.Filter{"type": {"x"}, "key": {"1", "2"}}, `{"data":{"key":["1","2"],"type":"x"},"pageNo":3,"pageSize":20}`},
		{"no value", engine.Filter{"number": {}}, `{"data":{},"pageNo":3,"pageSize":20}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := newQuery(tt.filter, 3, 20)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, string(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestFilter(t *testing.T) {
	f := newFake(t)
	f.fill("third_app", 30)
	c, _ := f.tenant(pageSize(10))
	l, err := c.List(t.Context(), appKind, engine.Filter{"number": {"N0003", "N0029"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Rows) != 2 || l.Doubt != "" || l.Rows[1]["number"] != "N0029" {
		t.Errorf("got %+v", l)
	}
}

// Ids beyond 2^53 keep every digit.
func TestNumbersKeepTheirDigits(t *testing.T) {
	f := newFake(t)
	big := decodeTestNumber(t, `9007199254740993`)
	f.rows["third_app"] = []map[string]any{{"id": big, "rate": decodeTestNumber(t, `0.10`)}}
	c, _ := f.tenant()
	row := mustList(t, c).Rows[0]
	if text(row["id"]) != "9007199254740993" || text(row["rate"]) != "0.10" {
		t.Errorf("got %v", row)
	}
}

func decodeTestNumber(t *testing.T, s string) any {
	t.Helper()
	m, err := decodeObject([]byte(`{"n":` + s + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return m["n"]
}

// The token and the secret are never part of a URL.
func TestNothingSecretInURLs(t *testing.T) {
	f := newFake(t)
	c, _ := f.tenant(func(o *Options) {
		o.Environment.Headers = map[string]engine.HeaderValue{
			"X-Acgw-Identity": {Ref: &engine.SecretRef{Env: "GATEWAY"}}, "X-Plain": {Text: "plain"},
		}
		o.Secret = secretsOf(map[string]string{"APP_SECRET": testSecret, "GATEWAY": "v1|hex|1|sig"})
	})
	mustList(t, c)
	for _, s := range f.requests {
		if strings.Contains(s.URI, "token1") || strings.Contains(s.URI, testSecret) || strings.Contains(s.URI, "?") {
			t.Errorf("URL %s", s.URI)
		}
		if s.Header.Get("X-Acgw-Identity") != "v1|hex|1|sig" || s.Header.Get("X-Plain") != "plain" {
			t.Errorf("headers of %s: %v", s.Path, s.Header)
		}
		if s.Header.Get("Idempotency-Key") != "" {
			t.Errorf("%s has a key", s.Path)
		}
	}
	if got := f.sent(queryPath)[0].Header.Get("accesstoken"); got != "OPENAPIAUTH_token1" {
		t.Errorf("accesstoken %q", got)
	}
	if got := f.sent(getTokenPath)[0].Header.Values("accesstoken"); len(got) != 0 {
		t.Errorf("the token request has a token %q", got)
	}
}
