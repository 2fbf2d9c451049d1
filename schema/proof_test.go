package schema

import "testing"

// The check digit is that of GB 32100-2015: of a right code, any other last character
// is wrong, and so is any two neighbours the other way round.
func TestCreditCode(t *testing.T) {
	for _, c := range []struct {
		code, reason string
		want         bool
	}{
		{"91440300708461136T", "", true},
		{"9144030071526726XG", "with an X inside", true},
		{"91310000MA1FL0000N", "", true},
		{"91440300708461163T", "two neighbours the other way round", false},
		{"9144030070846113IT", "I is none of its characters", false},
		{"91440300708461136t", "neither is a small letter", false},
		{"440300708461136", "15 characters are no credit code", true},
		{"110101199003071233", "the number of a person", true},
	} {
		if got := creditCode(c.code); got != c.want {
			t.Errorf("%s (%s): %t", c.code, c.reason, got)
		}
	}
	for _, last := range "0123456789ABCDEFGHJKLMNPQRUWXY" {
		if creditCode("91440300708461136" + string(last)) {
			t.Errorf("…%c is right too", last)
		}
	}
}
