package sandbox

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// filled is a durable tenant with n organisations, called without a network.
func filled(b *testing.B, n int) (*Sandbox, func(path, body string)) {
	b.Helper()
	s, err := Open(Options{StatePath: filepath.Join(b.TempDir(), "sandbox.json"), Now: (&fakeClock{now: timeZero}).Now, Rand: zeros{}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	var rows []string
	for i := range n {
		rows = append(rows, fmt.Sprintf(`{"number":"N%06d","name":"name of %d","epinfo":"T%d"}`, i, i, i%2))
	}
	err = s.Seed([]byte(`{"formatVersion":1,"tenants":{"":{"accountId":"1","version":"6.0.14","limits":{"perSecond":-1,"perMinute":-1},"users":["u"],
		"rows":{"third_app":[{"number":"a","allowallapi":"1"}],"bdm_enterprise_baseinfo":[{"number":"T0"},{"number":"T1"}],"bdm_org":[` + strings.Join(rows, ",") + `]}}}}`))
	if err != nil {
		b.Fatal(err)
	}
	t := s.tenant("")
	made, err := s.issue(t, t.tables["third_app"].first("number", "a"), t.tables["bos_user"].first("number", "u"), oldToken)
	if err != nil {
		b.Fatal(err)
	}
	return s, func(path, body string) {
		r := httptest.NewRequest(http.MethodPost, "/kapi/v2/"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("accesstoken", made[0].Value)
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if !strings.HasSuffix(w.Body.String(), `"status":true}`) {
			b.Fatal(w.Body.String())
		}
	}
}

// zeros is a source of randomness for measurements.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func BenchmarkQueryPage(b *testing.B) {
	for _, n := range []int{1_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			_, call := filled(b, n)
			for i := 0; b.Loop(); i++ {
				call("bdm/bdm_org/query", fmt.Sprintf(`{"data":{},"pageNo":%d,"pageSize":100}`, i%10+1))
			}
		})
	}
}

func BenchmarkQueryKey(b *testing.B) {
	_, call := filled(b, 50_000)
	for i := 0; b.Loop(); i++ {
		call("bdm/bdm_org/query", fmt.Sprintf(`{"data":{"number":"N%06d"},"pageSize":10}`, i%50_000))
	}
}

func BenchmarkSaveOne(b *testing.B) {
	for _, n := range []int{1_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			_, call := filled(b, n)
			for i := 0; b.Loop(); i++ {
				call("bdm/bdm_org/save", fmt.Sprintf(`{"data":[{"number":"N%06d","name":"%d"}]}`, i%n, i))
			}
		})
	}
}

func BenchmarkSaveThousand(b *testing.B) {
	_, call := filled(b, 50_000)
	for i := 0; b.Loop(); i++ {
		var rows []string
		for j := range 1000 {
			rows = append(rows, fmt.Sprintf(`{"number":"N%06d","name":"%d"}`, j, i))
		}
		call("bdm/bdm_org/save", `{"data":[`+strings.Join(rows, ",")+`]}`)
	}
}

func BenchmarkSaveParallel(b *testing.B) {
	_, call := filled(b, 1000)
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			call("bdm/bdm_org/save", fmt.Sprintf(`{"data":[{"number":"N%06d","name":"%d%p"}]}`, i%1000, i, pb))
		}
	})
}
