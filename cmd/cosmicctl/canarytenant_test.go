package main

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"encoding/pem"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cosmicctl/engine"
	"cosmicctl/engine/secrets"
	"cosmicctl/schema"

	"filippo.io/age"
	"golang.org/x/crypto/ssh"
)

// canaryManifest holds every secret that a manifest can refer to, in every way, on
// objects to create and on live ones. PROXY and VAULT stand for where those are,
// SEALED for what is encrypted.
const canaryManifest = `apiVersion: cosmicctl/v1
kind: Tenant
metadata: {name: cage}
environment:
  baseURL: PROXY/ierp
  version: "6.0.14"
  accountId: "1355633519610561531"
  auth: {appId: cosmicctl, appSecret: {env: CANARY_APP}, user: ops, userType: UserName}
  headers:
    X-Gateway: {file: gateway}
    X-Tenant: {exec: [cat, VAULT/tenant]}
  appHeaders: {LIVE: {X-App: {env: CANARY_APP_HEADER}}}
thirdPartyApps:
  - {code: NEW, name: new, secret: {env: CANARY_NEW}, apis: [sim_openApi], allowAllIPs: true}
  - {code: FILE, name: file, secret: {file: app}, apis: [sim_openApi], ipRules: [{policy: allow, cidr: 10.0.0.0/8}]}
  - {code: LIVE, name: changed, secret: {exec: [cat, VAULT/live]}, allowAllAPIs: true, allowAllIPs: true}
  - {code: AGE, name: age, secret: {age: SEALED}, apis: [sim_openApi], allowAllIPs: true}
  - {code: GONE, state: absent}
businessSystems:
  - {code: NEW, name: new, encryption: aes, aesKey: {env: CANARY_AES}, aesVector: {file: vector}, callbacks: [https://a.example/cb]}
  - {code: LIVE, encryption: aes, aesKey: {file: key}, aesVector: {env: CANARY_VECTOR}}
parameters:
  - {type: cage, name: new, value: {env: CANARY_PARAMETER}, description: new}
  - {type: cage, name: live, value: {file: parameter}}
  - {type: cage, name: open, value: 1}
taxAccounts:
  - {number: LIVE, name: changed, account: live, password: {env: CANARY_TAX}}
---
apiVersion: cosmicctl/v1
kind: Tenant
metadata: {name: elder}
environment:
  baseURL: PROXY/old
  version: "5.0"
  accountId: "1355633519610561532"
  tenantId: elder
  auth: {appId: cosmicctl, appSecret: {env: CANARY_ELDER}, user: ops, userType: UserName, secretName: appSecret, flow: login}
  headers:
    X-Elder: {env: CANARY_HEADER}
parameters:
  - {type: elder, name: new, value: {env: CANARY_ELDER_PARAMETER}}
`

// cage is the canaries and where they are kept: the vault is the one folder that
// may hold them.
type cage struct {
	vault, manifest string
	kinds           engine.Catalog
	schemas         chan *schema.Schema
	canaries        []canary
}

// newCage gives every reference of the manifest a canary of its own, and makes
// those that no manifest refers to.
func newCage(t *testing.T) *cage {
	t.Helper()
	c := &cage{vault: t.TempDir(), schemas: schemasOf(t)}
	sealed := newCanary('z')
	c.manifest = strings.NewReplacer("VAULT", c.vault, "SEALED", c.seal(t, sealed)).Replace(canaryManifest)
	file := filepath.Join(c.vault, "m.yaml")
	c.write(t, file, strings.ReplaceAll(c.manifest, "PROXY", "http://127.0.0.1:1"))
	s := schemaOf(t)
	c.kinds = s.Kinds
	res, err := s.Load(context.Background(), []string{file}, schema.Options{Keep: true})
	if err != nil || res.Failed() {
		t.Fatal(err, res.Diagnostics)
	}
	ways := map[string]bool{}
	for _, tenant := range res.Tenants {
		refs := secretPlaces(c.kinds, tenant.Whole())
		for _, place := range slices.Sorted(maps.Keys(refs)) {
			if refs[place].Age != "" {
				c.canaries = append(c.canaries, canary{place, sealed, place})
				ways["age"] = true
				continue
			}
			ways[c.hide(t, refs[place], c.add(place, place))] = true
		}
	}
	if len(ways) != 4 {
		t.Errorf("the manifest refers to secrets in the ways %v only", ways)
	}
	everySecretField(t, c.kinds, res.Tenants)
	c.hide(t, engine.SecretRef{Env: stateKeyVariable}, c.add("the state key", "")+c.add("the state key's end", ""))
	c.add("a value that was live before", "")
	c.add("a secret that stands in a manifest", "")
	c.add("a secret on stdin", "")
	c.key(t)
	return c
}

func (c *cage) write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (c *cage) add(name, place string) string {
	value := newCanary('a' + rune(len(c.canaries)))
	c.canaries = append(c.canaries, canary{name, value, place})
	return value
}

func (c *cage) value(name string) string {
	at := slices.IndexFunc(c.canaries, func(x canary) bool { return x.name == name })
	return c.canaries[at].value
}

// hide puts a value where a reference will find it, and names the way.
func (c *cage) hide(t *testing.T, ref engine.SecretRef, value string) string {
	t.Helper()
	if ref.Env != "" {
		t.Setenv(ref.Env, value)
		return "env"
	}
	c.write(t, filepath.Join(c.vault, filepath.Base(cmp.Or(ref.File, strings.Join(ref.Exec, "/")))), value+"\n")
	return map[bool]string{true: "file", false: "exec"}[ref.File != ""]
}

// seal encrypts a value to a key that it makes in the vault.
func (c *cage) seal(t *testing.T, value string) string {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	to, err := secrets.ParseRecipients(key.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	text, err := to.Encrypt(engine.NewSecret(value))
	if err != nil {
		t.Fatal(err)
	}
	c.canaries = append(c.canaries, canary{name: "the key of age", value: strings.TrimPrefix(key.String(), "AGE-SECRET-KEY-1")})
	c.write(t, filepath.Join(c.vault, "age"), key.String())
	c.write(t, filepath.Join(c.vault, "age.pub"), key.Recipient().String())
	return text
}

// key makes a pair of keys to sign with, in the vault.
func (c *cage) key(t *testing.T) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	trusted, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	c.canaries = append(c.canaries, canary{name: "the signing key", value: string(private.Seed())})
	c.write(t, filepath.Join(c.vault, "signer"), string(pem.EncodeToMemory(block)))
	c.write(t, filepath.Join(c.vault, "trusted"), string(ssh.MarshalAuthorizedKey(trusted)))
}

// secretPlaces are the references of a tenant by where their values go.
func secretPlaces(kinds engine.Catalog, t *engine.Tenant) map[string]engine.SecretRef {
	env := t.Environment
	out := map[string]engine.SecretRef{"getToken.client_secret": env.Auth.AppSecret}
	if !env.Enhanced() {
		out = map[string]engine.SecretRef{"getAppToken.do.appSecret": env.Auth.AppSecret}
	}
	for name, v := range env.Headers {
		out["header "+name] = *v.Ref
	}
	for _, headers := range env.AppHeaders {
		for name, v := range headers {
			out["header "+name] = *v.Ref
		}
	}
	for _, r := range t.Resources {
		k := kinds.Kind(r.Ref.Kind)
		for name, v := range r.Fields {
			if ref, ok := v.(engine.SecretRef); ok {
				out[k.Form+"/"+r.Ref.Key+"."+k.Field(name).Property] = ref
			}
		}
	}
	return out
}

// everySecretField refuses a manifest that leaves out a secret: of a kind, or of
// the environment.
func everySecretField(t *testing.T, kinds engine.Catalog, tenants []engine.Declared) {
	t.Helper()
	refs, environment := map[string]bool{}, 0
	for _, tenant := range tenants {
		environment += len(secretPlaces(kinds, &engine.Tenant{Environment: tenant.Environment}))
		for _, r := range tenant.Whole().Resources {
			for name, v := range r.Fields {
				if _, ok := v.(engine.SecretRef); ok {
					refs[r.Ref.Kind+"."+name] = true
				}
			}
		}
	}
	for _, k := range kinds {
		for _, f := range k.Fields {
			if f.MaySecret && !k.Formless() && !refs[k.Name+"."+f.Name] {
				t.Errorf("no canary is in %s.%s: declare one in the manifest", k.Name, f.Name)
			}
		}
	}
	if known := countRefs(reflect.TypeFor[engine.Environment]()); known != 3 || environment <= 2*len(tenants) {
		t.Errorf("an environment has %d sorts of secrets, and the test knows 3", known)
	}
}

// countRefs counts the places of a type that may hold a reference.
func countRefs(t reflect.Type) int {
	n := 0
	switch {
	case t == reflect.TypeFor[engine.SecretRef]():
		return 1
	case t.Kind() == reflect.Struct:
		for f := range t.NumField() {
			n += countRefs(t.Field(f).Type)
		}
	case t.Kind() == reflect.Map || t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice:
		return countRefs(t.Elem())
	}
	return n
}

// seed is the live side of the manifest. Some of its secrets are live already.
func (c *cage) seed(t *testing.T, app string, faults ...any) []byte {
	t.Helper()
	apps := func(secret, enhanced string) []any {
		return []any{liveApp("cosmicctl", map[string]any{"syspwd": secret, "isenhancetoken": enhanced, "allowallapi": "1", "allowip": "1"}),
			liveApp("LIVE", map[string]any{"syspwd": c.value("a value that was live before"), "allowallapi": "0", "allowip": "1"}),
			liveApp("GONE", map[string]any{"syspwd": c.value("a value that was live before")})}
	}
	tenant := func(account, version string, rows map[string]any) map[string]any {
		return map[string]any{"accountId": account, "version": version, "overrideEntry": true, "users": []string{"ops"}, "apis": []string{"sim_openApi"},
			"limits": map[string]int{"perMinute": -1, "perSecond": -1, "tokensPerMinute": -1}, "rows": rows, "faults": faults}
	}
	seed, err := json.Marshal(map[string]any{"formatVersion": 1, "tenants": map[string]any{
		"/ierp": tenant("1355633519610561531", "6.0.14", map[string]any{
			"third_app": apps(cmp.Or(app, c.value("getToken.client_secret")), "1"),
			"invsm_app_access_config": []any{map[string]any{"code": "LIVE", "name": "LIVE", "encryptiontype": "1", "isvalid": "1",
				"aespwds": c.value("a value that was live before"), "aesvector": c.value("a value that was live before")}},
			"bdm_einvoice_account": []any{map[string]any{"number": "LIVE", "name": "LIVE", "alleinvoiceaccount": "live", "enable": "1"}},
			"invsm_param_configuration": []any{
				map[string]any{"config_type": "cage", "config_key": "live", "config_value": c.value("a value that was live before")},
				map[string]any{"config_type": "cage", "config_key": "open", "config_value": "0"}}}),
		"/old": tenant("1355633519610561532", "5.0", map[string]any{"third_app": apps(cmp.Or(app, c.value("getAppToken.do.appSecret")), "0")}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

// files lays out the folder that a story works in: manifests, the same at a base,
// rules of the house, and a manifest that holds a secret itself.
func (c *cage) files(t *testing.T, work, proxy string) {
	t.Helper()
	manifest := strings.ReplaceAll(c.manifest, "PROXY", proxy)
	plain, err := json.Marshal(c.value("a secret that stands in a manifest"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"m/tenants.yaml":      manifest,
		"base/m/tenants.yaml": strings.ReplaceAll(manifest, "CANARY_AES", "CANARY_VECTOR"),
		"m/sandbox.json":      `{"formatVersion": 1, "tenants": {"/ierp": {"accountId": "1355633519610561531", "version": "6.0.14", "overrideEntry": true, "apis": ["sim_openApi"]}}}`,
		"rules/rules.cue": `rules: {
	sealed: {kind: "ThirdPartyApp", require: secret: file: "vault", message: "keep it in the vault", severity: "warning"}
	keyed: {kind: "BusinessSystem", when: encryption: "aes", require: aesKey: env: =~"^KEY_", message: "name it KEY_", severity: "warning"}
}
`,
		"wrong/tenant.yaml": "apiVersion: cosmicctl/v1\nkind: Tenant\nmetadata: {name: cage}\nthirdPartyApps:\n  - {code: A, secret: " + string(plain) +
			", apis: [x], allowAllIPs: true}\nbusinessSystems:\n  - {code: A, encryption: aes, aesKey: {env: " + string(plain) + "}, aesVector: [" + string(plain) +
			"]}\n",
	} {
		file := filepath.Join(work, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		c.write(t, file, text)
	}
}

// commit makes a repository of a folder, with a part of it committed.
func commit(t *testing.T, work, part string) {
	t.Helper()
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", part},
		{"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "base"}} {
		if out, err := exec.Command("git", append([]string{"-C", work}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v: %s", args, err, out)
		}
	}
}
