package policy

import (
	"cosmicctl/engine"
)

// plain is a value as CUE takes it, by field.
type plain = map[string]any

// resourcePlain is an object as rules see it.
func resourcePlain(r *engine.Resource) plain {
	out := plain{}
	for name, v := range r.Fields {
		out[name] = plainValue(v)
	}
	return out
}

func plainValue(v any) any {
	switch v := v.(type) {
	case engine.Set:
		return texts(v)
	case engine.List:
		return texts(v)
	case engine.Rows:
		out := make([]any, len(v))
		for i, r := range v {
			out[i] = rangePlain(r)
		}
		return out
	case engine.SecretRef:
		return secretPlain(v)
	}
	return v
}

func texts(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

func rangePlain(r engine.Range) plain {
	out := plain{"policy": r.Policy, "start": r.Start, "end": r.End}
	if cidr := r.CIDR(); cidr != "" {
		out["cidr"] = cidr
	}
	return out
}

func secretPlain(r engine.SecretRef) plain {
	out := plain{}
	switch {
	case r.Env != "":
		out["env"] = r.Env
	case r.File != "":
		out["file"] = r.File
	case r.Age != "":
		out["age"] = r.Age
	default:
		out["exec"] = texts(r.Exec)
	}
	if r.Rotate > 0 {
		out["rotate"] = int64(r.Rotate)
	}
	return out
}

// tenantHead is what rules see of a tenant beside its objects.
func tenantHead(t *engine.Tenant) plain {
	labels := plain{}
	for name, text := range t.Labels {
		labels[name] = text
	}
	e := &t.Environment
	flow := engine.FlowLogin
	if e.Enhanced() {
		flow = engine.FlowEnhanced
	}
	env := plain{
		"baseURL": e.BaseURL, "version": string(e.Version), "accountId": e.AccountID,
		"auth": plain{"appId": e.Auth.AppID, "appSecret": secretPlain(e.Auth.AppSecret),
			"user": e.Auth.User, "userType": e.Auth.UserType, "flow": flow},
	}
	if e.TenantID != "" {
		env["tenantId"] = e.TenantID
	}
	return plain{"name": t.Name, "labels": labels, "environment": env}
}

// tenantPlain is a tenant with its objects, by section and key.
func tenantPlain(kinds engine.Catalog, t *engine.Tenant) plain {
	out := tenantHead(t)
	for i := range t.Resources {
		r := &t.Resources[i]
		if r.Absent {
			continue
		}
		section := kinds.Kind(r.Ref.Kind).Section
		objects, _ := out[section].(plain)
		if objects == nil {
			objects = plain{}
			out[section] = objects
		}
		objects[r.Ref.Key] = resourcePlain(r)
	}
	return out
}
