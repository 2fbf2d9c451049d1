package schema

import (
	"strings"
	"testing"
)

func TestPlacesBeforeBlanks(t *testing.T) {
	tests := []struct {
		name, text string
		col        int // of the text that holds an x
	}{
		{"none", "a: x\n", 4},
		{"spaces", "a: x   \nb: c\n", 4},
		{"a tab", "a: x\t\n", 4},
		{"the end of the file", "a: x  ", 4},
		{"Chinese", "系统: 编x码  \n", 5},
		{"two words", "a: x  y   \n", 4},
		{"two lines", "a: x   \n  y  \n", 4},
		{"a quoted text", "a: \"x\"   \n", 4},
		{"a list", "- - x   \n", 5},
		{"a flow", "a: [b, x]   \n", 8},
		{"a comment", "a: x   # c  \n", 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			docs, _ := parse("f", []byte(tt.text))
			if got := columnOf(docs[0].root); got != tt.col {
				t.Errorf("column %d, want %d", got, tt.col)
			}
		})
	}
}

func columnOf(n *node) int {
	if strings.Contains(n.text, "x") {
		return n.pos.Col
	}
	for _, e := range n.entries {
		if c := columnOf(e.value); c > 0 {
			return c
		}
	}
	for _, item := range n.items {
		if c := columnOf(item); c > 0 {
			return c
		}
	}
	return 0
}
