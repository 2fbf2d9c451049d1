package schema

import (
	"fmt"
	"regexp"
	"strings"

	"cosmicctl/engine"
)

// A proof is a check of a text that CUE cannot express. A kind file asks for it by
// name, at a field.
type proof struct {
	holds  func(string) bool
	expect engine.Text
}

func proofOf(all attrs) (*proof, error) {
	a := all.first("check")
	if a == nil {
		return nil, nil
	}
	holds := map[string]func(string) bool{"credit-code": creditCode}[a.arg(0)]
	if holds == nil {
		return nil, fmt.Errorf("no check is called %q", a.arg(0))
	}
	return &proof{holds, engine.Text{EN: a.named("en"), ZH: a.named("zh")}}, nil
}

// identityNumber is how the number of a resident identity card is built, which is the
// tax number of who trades in person.
var identityNumber = regexp.MustCompile(`^[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$`)

// creditCode tells whether the check digit of a unified social credit code is right
// (GB 32100-2015): the characters, weighted by the powers of 3 modulo 31, sum to a
// multiple of 31. Only what has 18 characters is one.
func creditCode(s string) bool {
	if len(s) != 18 || identityNumber.MatchString(s) {
		return true
	}
	const characters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	sum, weight := 0, 1
	for i := range 18 {
		value := strings.IndexByte(characters, s[i])
		if value < 0 {
			return false
		}
		if i == 17 {
			weight = 1
		}
		sum += value * weight
		weight = weight * 3 % 31
	}
	return sum%31 == 0
}
