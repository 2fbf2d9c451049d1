package schema

import (
	"fmt"
	"strings"
	"unicode"

	"cosmicctl/engine"
)

// variable names the environment variable of a secret: by its object and field, and
// by the tenant too or by a number if that is the name of another one.
func (e *Editor) variable(tenant string, ref engine.Ref, field string) string {
	owner := tenant + " " + ref.String() + "." + field
	name := envNameOf(ref.Key, field)
	for n := 1; e.taken[name] != "" && e.taken[name] != owner; n++ {
		if name = envNameOf(tenant+"_"+ref.Key, field); n > 1 {
			name += fmt.Sprintf("_%d", n)
		}
	}
	e.taken[name] = owner
	return name
}

// Know notes the environment variables that a tenant's manifests refer to, so that no
// other secret gets the name of one.
func (e *Editor) Know(t *engine.Tenant) {
	if env := t.Environment.Auth.AppSecret.Env; env != "" {
		e.taken[env] = t.Name + " environment"
	}
	for _, r := range t.Resources {
		for field, v := range r.Fields {
			if ref, secret := v.(engine.SecretRef); secret && ref.Env != "" {
				e.taken[ref.Env] = t.Name + " " + r.Ref.String() + "." + field
			}
		}
	}
}

// envNameOf is the name of an environment variable for a secret of an object.
func envNameOf(key, field string) string {
	var b strings.Builder
	for i, c := range key + "_" + field {
		switch {
		case i > len(key)+1 && unicode.IsUpper(c):
			b.WriteString("_" + string(c))
		case c < 128 && (unicode.IsLetter(c) || unicode.IsDigit(c)):
			b.WriteRune(unicode.ToUpper(c))
		default:
			b.WriteByte('_')
		}
	}
	name := strings.Trim(b.String(), "_")
	if name[0] >= '0' && name[0] <= '9' {
		name = "_" + name
	}
	return name
}
