package report

import (
	"errors"
	"fmt"
	"testing"

	"cosmicctl/engine"
)

// A fault is told in the language, through whatever carries it, whose own words stay.
func TestTell(t *testing.T) {
	cause := errors.New("EOF")
	inner := Fault("no-secret-in", "file", "a.yaml")
	for _, c := range []struct {
		name          string
		err           error
		english, want string
	}{
		{"a fault", inner, "a.yaml holds no encrypted secret", "a.yaml 中没有已加密的机密"},
		{"a fault in one", Fault("see-help", "error", inner, "command", "cosmicctl"), "a.yaml holds no encrypted secret; see 'cosmicctl --help'",
			"a.yaml 中没有已加密的机密；见 'cosmicctl --help'"},
		{"an argument that is a word", Fault("interrupted-undone", "undone", "not all tenants were read"),
			"interrupted; not all tenants were read, and nothing was written", "已中断；有租户尚未读取，且未写入任何内容"},
		{"carried", carried{inner}, "a.yaml holds no encrypted secret", "a.yaml 中没有已加密的机密"},
		{"with other words", fmt.Errorf("x: %w", inner), "x: a.yaml holds no encrypted secret", "x: a.yaml 中没有已加密的机密"},
		{"of an inner layer", engine.Fail("secret-of", "reference", "{env: X}", "error", fmt.Errorf("y: %w", engine.Fail("secret-empty"))),
			"secret-of (reference: {env: X}, error: y: secret-empty)", "机密 {env: X}：y: 为空"},
		{"no fault", cause, "EOF", "EOF"},
	} {
		if got := c.err.Error(); got != c.english {
			t.Errorf("%s: English %q, want %q", c.name, got, c.english)
		}
		if got := Chinese().Tell(c.err); got != c.want {
			t.Errorf("%s: Chinese %q, want %q", c.name, got, c.want)
		}
	}
	if !errors.Is(Fault("held", "tenant", "t", "error", cause), cause) {
		t.Error("a fault does not unwrap to its cause")
	}
}

type carried struct{ error }

func (c carried) Unwrap() error { return c.error }
