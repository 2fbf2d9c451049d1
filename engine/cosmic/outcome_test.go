package cosmic

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cosmicctl/engine"
)

func TestOutcomes(t *testing.T) {
	two := engine.Write{Op: "save", Rows: []map[string]any{{}, {}}}
	ids := engine.Write{Op: "delete", IDs: []string{"7", "8"}}
	good := func(id string) engine.Outcome { return engine.Outcome{OK: true, ID: id} }
	bad := func(message string) engine.Outcome { return engine.Outcome{Message: message} }
	tests := []struct {
		name   string
		write  engine.Write
		answer string
		want   []engine.Outcome // nil: the request failed as a whole
	}{
		{"by index", two, `{"status":true,"data":{"result":[{"billIndex":1,"billStatus":true,"id":"2"},{"billIndex":0,"billStatus":true,"id":"1"}]}}`,
			[]engine.Outcome{good("1"), good("2")}},
		{"by index as text", two, `{"status":true,"data":{"result":[{"billIndex":"1","billStatus":"true","id":2},{"billIndex":"0","billStatus":"true","id":1}]}}`,
			[]engine.Outcome{good("1"), good("2")}},
		{"by order without index", two, `{"status":true,"data":{"result":[{"billStatus":true,"id":"1"},{"billStatus":true,"id":"2"}]}}`,
			[]engine.Outcome{good("1"), good("2")}},
		{"by order when indexes repeat", two, `{"status":true,"data":{"result":[{"billIndex":0,"billStatus":true,"id":"1"},{"billIndex":0,"billStatus":true,"id":"2"}]}}`,
			[]engine.Outcome{good("1"), good("2")}},
		{"by order when indexes start at 1", two, `{"status":true,"data":{"result":[{"billIndex":1,"billStatus":true,"id":"1"},{"billIndex":2,"billStatus":true,"id":"2"}]}}`,
			[]engine.Outcome{good("1"), good("2")}},
		{"one not mentioned", two, `{"status":true,"data":{"result":[{"billIndex":1,"billStatus":true,"id":"2"}]}}`,
			[]engine.Outcome{bad(notMentioned), good("2")}},
		{"no way to tell which", two, `{"status":true,"data":{"result":[{"billStatus":true,"id":"2"}]}}`,
			[]engine.Outcome{bad(notMentioned), bad(notMentioned)}},
		{"null items", two, `{"status":true,"data":{"result":[null,7]}}`, []engine.Outcome{bad(notMentioned), bad(notMentioned)}},
		{"too many items", two, `{"status":true,"data":{"result":[{"billStatus":true},{"billStatus":true},{"billStatus":true}]}}`,
			[]engine.Outcome{bad(notMentioned), bad(notMentioned)}},
		{"a save without a list", two, `{"status":true,"data":{"successCount":"2"}}`, []engine.Outcome{bad(notMentioned), bad(notMentioned)}},
		{"no billStatus, success", two, `{"status":true,"data":{"result":[{"id":"1"},{"id":"2","errors":["x"]}]}}`,
			[]engine.Outcome{good("1"), {ID: "2", Message: "x"}}},
		{"no billStatus, failure", two, `{"status":false,"message":"操作失败","data":{"result":[{"id":"1"},{"id":"2"}]}}`,
			[]engine.Outcome{{ID: "1", Message: "操作失败"}, {ID: "2", Message: "操作失败"}}},
		{"mixed failure", two, `{"status":false,"errorCode":"603","message":"操作失败","data":{"result":[{"billIndex":0,"billStatus":true,"id":"1"},{"billIndex":1,"billStatus":false,"errors":[{"rowMsg":["名称为空","编码为空"]}]}]}}`,
			[]engine.Outcome{good("1"), bad("名称为空; 编码为空")}},
		{"failure without a list", two, `{"status":false,"errorCode":"603","message":"操作失败","data":{"result":[]}}`, nil},
		{"repeat refused", two, `{"status":false,"errorCode":"604","data":{"result":[{"billStatus":true},{"billStatus":true}]}}`, nil},
		{"batchsave of API 1.0", two, `{"success":true,"data":[{"dindex":1,"success":true,"id":2},{"dindex":0,"success":true,"id":1}]}`,
			[]engine.Outcome{good("1"), good("2")}},
		{"ids by id", ids, `{"status":true,"data":{"result":[{"id":"8","billStatus":false,"errors":["in use"]},{"id":7,"billStatus":true}]}}`,
			[]engine.Outcome{good("7"), {ID: "8", Message: "in use"}}},
		{"ids without a list", ids, `{"status":true,"errorCode":"0"}`, []engine.Outcome{good("7"), good("8")}},
		{"ids by a count", ids, `{"status":true,"data":{"successCount":"2","failCount":"0"}}`, []engine.Outcome{good("7"), good("8")}},
		{"ids by a count too low", ids, `{"status":true,"data":{"successcount":"1","failcount":"1"}}`,
			[]engine.Outcome{{ID: "7", Message: notMentioned}, {ID: "8", Message: notMentioned}}},
		{"ids by a count of failures", ids, `{"status":true,"data":{"failCount":1}}`,
			[]engine.Outcome{{ID: "7", Message: notMentioned}, {ID: "8", Message: notMentioned}}},
		{"ids by a count of successes", ids, `{"status":true,"data":{"successCount":1}}`,
			[]engine.Outcome{{ID: "7", Message: notMentioned}, {ID: "8", Message: notMentioned}}},
		{"ids in an empty list", ids, `{"status":true,"data":{"result":[]}}`,
			[]engine.Outcome{{ID: "7", Message: notMentioned}, {ID: "8", Message: notMentioned}}},
	}
	tenant := &Tenant{censor: &censor{}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := &answer{status: 200, body: []byte(tt.answer)}
			env, e := a.judge()
			var err error
			if e != nil {
				err = e
			}
			got, ok := tenant.outcomes(env, err, tt.write)
			if ok != (tt.want != nil) {
				t.Fatalf("outcomes: %v, error %v", ok, err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestReasons(t *testing.T) {
	tests := []struct{ name, errors, want string }{
		{"none", `[]`, ""},
		{"null", `null`, ""},
		{"texts", `["a","b"]`, "a; b"},
		{"the same twice", `["a","a"]`, "a"},
		{"one text", `"a"`, "a"},
		{"rowMsg", `[{"rowMsg":["a","b"]},{"rowMsg":"c"}]`, "a; b; c"},
		{"message", `[{"message":"a","code":"1"}]`, "a"},
		{"anything", `[{"fieldKey":"number","no":7}]`, `{"fieldKey":"number","no":7}`},
		{"empty things", `[{},"",null,[]]`, ""},
		{"a number", `[7]`, "7"},
		{"not escaped", `[{"x":"a<b"}]`, `{"x":"a<b"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := decodeObject([]byte(`{"errors":` + tt.errors + `}`))
			if err != nil {
				t.Fatal(err)
			}
			if got := reasons(m["errors"]); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// What a row's errors say is shown as carefully as any other message.
func TestOutcomeMessagesAreClean(t *testing.T) {
	c := &censor{}
	c.add(testSecret)
	tenant := &Tenant{censor: c}
	item := map[string]any{"billStatus": false, "errors": []any{"密钥 " + testSecret + " \x1b[31m红\x1b[0m\n" + strings.Repeat("长", 1000)}}
	got := tenant.outcome(item, &envelope{})
	if !strings.HasPrefix(got.Message, "密钥 (secret) 红 长") || len([]rune(got.Message)) != maxText+1 {
		t.Errorf("got %q", got.Message)
	}
}
