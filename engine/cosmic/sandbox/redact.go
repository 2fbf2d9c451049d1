package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
)

// maxLogged is the longest body the log keeps; of longer ones it keeps the length.
const maxLogged = 64 << 10

const redacted = "***"

// redact removes secrets, passwords and tokens from a body.
func redact(body []byte, a *api) json.RawMessage {
	if len(body) > maxLogged {
		return encode(fmt.Sprintf("%d bytes", len(body)))
	}
	object, ok := decodeObject(body)
	if !ok {
		return encode(fmt.Sprintf("%d bytes that are no JSON object", len(body)))
	}
	names := map[string]bool{}
	if a != nil {
		a.view.secrets(names)
	}
	return encode(cover(object, names))
}

// secrets collects the live names of secret columns.
func (v *view) secrets(names map[string]bool) {
	for _, f := range v.main {
		names[f.live] = names[f.live] || f.secret
	}
	for _, p := range v.parts {
		for _, f := range p.fields {
			names[f.live] = names[f.live] || f.secret
		}
	}
}

// secretWord tells a secret by its name, for a body whose API is not known or does not know the property.
func secretWord(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "client_secret", "appsecret", "appsecuret", "apptoken", "access_token", "token", "password", "id_token", "refresh_token":
		return true
	}
	return secretColumn("bdm_einvoice_account", name)
}

func cover(v any, names map[string]bool) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if names[name] || secretWord(name) {
				v[name] = redacted
				continue
			}
			v[name] = cover(value, names)
		}
	case []any:
		for i := range v {
			v[i] = cover(v[i], names)
		}
	}
	return v
}
