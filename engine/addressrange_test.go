package engine_test

import (
	"testing"

	"cosmicctl/engine"
)

func TestNewRange(t *testing.T) {
	tests := []struct {
		name             string
		cidr, start, end string
		want             string
		code             engine.Code
	}{
		{"cidr", "10.1.0.0/16", "", "", "allow 10.1.0.0/16", ""},
		{"cidr of one", "10.1.0.7/32", "", "", "allow 10.1.0.7", ""},
		{"cidr of all", "0.0.0.0/0", "", "", "allow 0.0.0.0/0", ""},
		{"cidr v6", "2001:DB8::/32", "", "", "allow 2001:db8::/32", ""},
		{"cidr v6 of one", "::1/128", "", "", "allow ::1", ""},
		{"cidr v6 of all", "::/0", "", "", "allow ::/0", ""},
		{"ends that are a cidr", "", "10.1.0.0", "10.1.255.255", "allow 10.1.0.0/16", ""},
		{"ends that are everything", "", "0.0.0.0", "255.255.255.255", "allow 0.0.0.0/0", ""},
		{"ends that are none", "", "10.0.0.1", "10.0.0.6", "allow 10.0.0.1–10.0.0.6", ""},
		{"ends aligned at one side only", "", "10.0.0.0", "10.0.0.6", "allow 10.0.0.0–10.0.0.6", ""},
		{"ends v6", "", "fe80::", "fe80::ffff", "allow fe80::/112", ""},
		{"ends v6 that are none", "", "fe80::1", "fe80::3", "allow fe80::1–fe80::3", ""},
		{"ends with blanks", "", " 10.0.0.1", "10.0.0.1 ", "allow 10.0.0.1", ""},
		{"ends in long form", "", "0:0:0:0:0:0:0:1", "::1", "allow ::1", ""},
		{"nothing", "", "", "", "", engine.CodeRangeForm},
		{"both forms", "10.0.0.0/8", "10.0.0.0", "10.0.0.1", "", engine.CodeRangeForm},
		{"no end", "", "10.0.0.0", "", "", engine.CodeRangeForm},
		{"no start", "", "", "10.0.0.0", "", engine.CodeRangeForm},
		{"cidr without bits", "10.0.0.0", "", "", "", engine.CodeRangeCIDR},
		{"cidr of too many bits", "10.0.0.0/33", "", "", "", engine.CodeRangeCIDR},
		{"cidr with a leading zero", "010.0.0.0/8", "", "", "", engine.CodeRangeCIDR},
		{"host bits", "10.0.0.1/24", "", "", "", engine.CodeRangeHostBits},
		{"host bits v6", "2001:db8::1/64", "", "", "", engine.CodeRangeHostBits},
		{"no addresses", "", "here", "there", "", engine.CodeRangeAddress},
		{"a zone", "", "fe80::1%eth0", "fe80::2%eth0", "", engine.CodeRangeAddress},
		{"two families", "", "10.0.0.1", "::1", "", engine.CodeRangeFamily},
		{"order by number", "", "10.0.0.9", "10.0.0.10", "allow 10.0.0.9–10.0.0.10", ""},
		{"wrong order", "", "10.0.0.10", "10.0.0.9", "", engine.CodeRangeOrder},
		{"wrong order v6", "", "fe80::2", "fe80::1", "", engine.CodeRangeOrder},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, code := engine.NewRange("allow", tt.cidr, tt.start, tt.end)
			if code != tt.code {
				t.Fatalf("code %q, want %q", code, tt.code)
			}
			if code == "" && r.String() != tt.want {
				t.Errorf("got %q, want %q", r, tt.want)
			}
		})
	}
}

func TestRangeEquality(t *testing.T) {
	if a, b := ranges(t, "deny 10.1.0.0/16"), ranges(t, "deny 10.1.0.0-10.1.255.255"); a[0] != b[0] {
		t.Errorf("a CIDR and its range differ: %v %v", a, b)
	}
}

// A row that is no range must not read like one that is.
func TestRangeTextOfWhatIsNone(t *testing.T) {
	odd := engine.Range{Policy: "allow", Start: "10.0.0.0/24", End: "10.0.0.0/24"}
	if good := ranges(t, "allow 10.0.0.0/24")[0]; odd.String() == good.String() {
		t.Errorf("%#v and %#v are both %q", odd, good, odd)
	}
}

func TestNewRows(t *testing.T) {
	a, b := ranges(t, "allow 10.0.0.2/32")[0], ranges(t, "allow 10.0.0.1/32")[0]
	if got := engine.NewRows(a, b, a); len(got) != 2 || got[0] != b || got[1] != a {
		t.Errorf("got %v", got)
	}
}
