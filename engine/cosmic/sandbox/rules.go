package sandbox

import (
	"cmp"
	"slices"
	"strings"
)

// What the facts say about forms and columns beyond the dictionary's cells.

// appOf is the app segment of a form's API path: the dictionary's folder open_files → open, invsm_files → invsm (facts §4);
// base for bos_user is inferred.
func appOf(form string) string {
	switch {
	case form == "bos_user":
		return "base"
	case strings.HasPrefix(form, "invsm_"):
		return "invsm"
	case strings.HasPrefix(form, "bdm_"):
		return "bdm"
	}
	return "open"
}

// naturalKey is the candidate key an operation API is published with (facts §4.2, §4.3, §11).
func naturalKey(form string) []string {
	switch form {
	case "open_apiauthorize":
		return []string{"apinumber"}
	case "invsm_app_access_config":
		return []string{"code"}
	case "invsm_param_configuration":
		return []string{"config_type", "config_key"}
	}
	return []string{"number"}
}

// captionOf is what a form or an operation is called on the screen, where the facts say (§4, §11); else its own name.
func captionOf(name string) string {
	captions := map[string]string{
		"third_app": "第三方应用", "open_apiauthorize": "用户授权", "invsm_app_access_config": "第三方应用接入配置",
		"invsm_param_configuration": "参数配置单据", "openapi_limit_strategy": "限流策略", "bdm_enterprise_baseinfo": "企业基础信息",
		"bdm_org": "企业管理", "bdm_einvoice_account": "电子发票服务平台信息",
	}
	return cmp.Or(captions[name], name)
}

// secretColumn: stored, compared, never given back (facts §1.6, inferred for the rest).
func secretColumn(form, name string) bool {
	switch name {
	case "syspwd", "jwtshakey", "signshakey", "publickey", "securityprivatekey", "basesigncode",
		"appsecret", "acgw_identity", "aespwds", "aesvector", "taxpassword":
		return true
	case "secret":
		return form == "bdm_einvoice_account"
	}
	return false
}

// serverColumn: a client's value for it is ignored. A status of A/B/C belongs to submit and audit; the status of an
// enterprise (1/2) is an ordinary field (facts §11).
func serverColumn(form string, c *column) bool {
	switch c.name {
	case "id", "masterid", "creatorid", "creater", "createtime", "modifierid", "modifier", "modifytime",
		"disablerid", "disabledate", "pwdlength", "apptype", "is_preset", "presetappid", "authorizestatus":
		return true
	case "status":
		return slices.Contains(c.values, "C")
	}
	return false
}

// undeletable: 星瀚 has no way to delete a tax bureau account (facts §11).
func undeletable(form string) bool { return form == "bdm_einvoice_account" }

// editLocked: forms that V5.0.005–V5.0.019 lets nobody edit while enabled (facts §3.5).
func editLocked(form string) bool { return form == "third_app" || form == "openapi_apilist" }

// preset rows belong to the vendor; the server does not protect them, people are asked not to touch them (facts §4.1).
func (f *form) preset(r *row) bool {
	return r.values["apptype"] == "1" && f.byName["apptype"] != nil || r.values["is_preset"] == "1"
}

// hasDocumentStatus tells whether submit and audit move the form's status.
func (f *form) hasDocumentStatus() bool {
	c := f.byName["status"]
	return c != nil && c.server
}

// nameColumn is what stands in for a row's name where it is referred to.
func (f *form) nameColumn() string {
	if f.byName["name"] == nil {
		return "truename"
	}
	return "name"
}
