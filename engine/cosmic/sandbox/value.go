package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// textOf reads a JSON value of a column as text. null is NULL. A JSON boolean is refused: the facts write flags as "0"
// and "1" only.
func (f field) textOf(v any) (value string, null bool, err error) {
	switch v := v.(type) {
	case nil:
		return "", true, nil
	case string:
		return v, false, nil
	case json.Number:
		return v.String(), false, nil
	case map[string]any:
		if zh, is := v["zh_CN"].(string); is && f.multilang {
			return zh, false, nil
		}
	}
	return "", false, fmt.Errorf("%s: the value is not a text or a number", f.live)
}

// check enforces what the dictionary says of a column: length, type, values.
func (c *column) check(value string) error {
	if value == "" {
		return nil
	}
	switch c.kind {
	case text:
		return c.checkText(value)
	case integer:
		return c.checkNumber(value, 32)
	case long, reference:
		return c.checkNumber(value, 64)
	case moment:
		if _, err := time.Parse(time.DateTime, value); err != nil {
			return fmt.Errorf("“%s”不是日期时间（yyyy-MM-dd HH:mm:ss）", value)
		}
	}
	return nil
}

func (c *column) checkText(value string) error {
	if n := utf8.RuneCountInString(value); n > c.length {
		return fmt.Errorf("长度%d超过最大长度%d", n, c.length)
	}
	if len(c.values) > 0 && !slices.Contains(c.values, value) {
		return fmt.Errorf("“%s”不在取值范围内", value)
	}
	return nil
}

func (c *column) checkNumber(value string, bits int) error {
	if _, err := strconv.ParseInt(value, 10, bits); err != nil {
		return fmt.Errorf("“%s”不是整数", value)
	}
	return nil
}

// json is a column's value as an answer shows it: int4 as a number, everything else as a string (longs too: facts §2.2).
func (f field) json(value string) any {
	switch {
	case f.kind == integer:
		return json.Number(value)
	case f.multilang:
		return map[string]string{"zh_CN": value}
	}
	return value
}

func numbered(status int, title string) string { return strconv.Itoa(status) + " " + title }
