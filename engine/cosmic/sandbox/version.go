package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// version is a platform version, comparable number by number: "5.0.012" is {5, 0, 12}.
type version [3]int

// parseVersion reads any version text of the vendor: "5.0", "6.0.14", "V8.0.1", "5.0.011.0".
func parseVersion(text string) (version, error) {
	var v version
	parts := strings.Split(strings.TrimLeft(text, "Vv"), ".")
	if len(parts) > 4 {
		return v, fmt.Errorf("version %q has more than four numbers", text)
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return version{}, fmt.Errorf("version %q is not numbers joined by dots, such as 6.0.14", text)
		}
		if i < len(v) {
			v[i] = int(n)
		}
	}
	return v, nil
}

func (v version) from(major, minor, patch int) bool {
	for i, want := range [3]int{major, minor, patch} {
		if v[i] != want {
			return v[i] > want
		}
	}
	return true
}

// enhancedTokens: getToken and its flag exist (facts §1.3).
func (v version) enhancedTokens() bool { return v.from(6, 0, 1) }

// utcTimestamps: getToken reads "…Z" (facts §1.3).
func (v version) utcTimestamps() bool { return v.from(7, 0, 13) }

// idempotencyTimeout: the header Idempotency-Timeout is read (facts §2.5).
func (v version) idempotencyTimeout() bool { return v.from(6, 0, 12) }

// editNeedsDisable: an enabled app or API must be disabled before it is edited (facts §3.5).
func (v version) editNeedsDisable() bool { return v.from(5, 0, 5) && !v.from(5, 0, 20) }

// allowAllWithdrawn: 授权全部API is gone (facts §0.1).
func (v version) allowAllWithdrawn() bool { return v.from(8, 0, 1) }

// softDeletes: deleted apps and APIs go to a recycle bin (facts §3.5).
func (v version) softDeletes() bool { return v.from(8, 0, 11) }

// bodyLimit is the largest request body in bytes (facts §2.5).
func (v version) bodyLimit() int64 {
	if v[0] == 6 {
		return 20 << 20
	}
	return 30 << 20
}

// repeatWindow is how long 防止重复请求 remembers a body (facts §2.5).
func (v version) repeatWindow() time.Duration {
	if v.from(5, 0, 19) {
		return 30 * time.Second
	}
	return 10 * time.Second
}
