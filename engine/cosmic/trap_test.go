package cosmic

import (
	"testing"

	"cosmicctl/engine"
)

// The texts are those of facts page §1.2, §1.3 and §2.4, unless a reason says otherwise.
func TestTraps(t *testing.T) {
	for _, tt := range []struct {
		op, form, code, text string
		want                 engine.Code
	}{
		{op: "getToken", code: "401", text: "不正确的第三方应用编码client_id或client_secret", want: TrapSecret},
		{op: "getToken", code: "401", text: "第三方应用（client_id）或AccessToken密钥（client_secret）不正确, 第 2 次密钥验证失败", want: TrapSecret},
		{op: "getToken", code: "401", text: "不正确的…访问错误已连续5次，该账号登录已锁定，请在180秒后再试。", want: TrapLocked},
		{op: "getToken", text: "第三方应用client_id：xxx在系统中不存在或未启用", want: TrapApp},
		{op: "getToken", code: "603", text: "本次参数nonce:1已经调用过了，不需要重复调用。", want: TrapNonce},
		{op: "getToken", code: "603", text: "第三方应用（client_id）的代理用户为空或userName不在代理用户中。", want: TrapAgentUser},
		{op: "getToken", text: "username：用户无效或不可用", want: TrapUser},
		{op: "getToken", code: "404", text: "Cannot found OpenAPI(or disabled)", want: TrapNoEnhanced},
		{op: "getToken", code: "603", text: "client_id为空", want: TrapLogin},
		{op: "getAppToken", text: "第三方应用ID或应用密钥不正确。", want: TrapSecretName},
		{op: "getAppToken", code: "login.loginBizException", text: "不正确的第三方appId或appSecret!", want: TrapSecretName},
		{op: "login", text: "参数错误，请填写正确的用户账号、密码、租户代码、登录类型和数据中心ID。", want: TrapUserType},
		{op: "login", text: "非法操作。", want: TrapLogin},
		{op: "getAppToken", text: "禁用login.do的获取方式", want: TrapEnhanced},
		{op: "query", form: "f", code: "401", text: "未经授权的访问", want: TrapToken},
		{op: "query", form: "f", code: "404", text: "Cannot found OpenAPI(or disabled)", want: TrapUnpublished},
		{op: "query", form: "f", code: "403", text: "该接口需要第三方应用授权", want: TrapNotListed},
		{op: "query", form: "f", code: "403", text: "该第三方应用-A没有此接口访问权限", want: TrapNotListed},
		{op: "query", form: "f", code: "403", text: "当前第三方应用不在启用时间范围内", want: TrapAppTime},
		{op: "query", form: "f", code: "403", text: "该接口运行时应用-XX已被禁止访问", want: TrapBlocked},
		{op: "query", form: "f", code: "403", text: "禁止", want: TrapForbidden},
		{op: "query", form: "f", code: "612", want: TrapPermission},
		{op: "query", form: "f", code: "429", want: TrapRate},
		{op: "query", form: "f", code: "999", want: TrapServer},
		{op: "query", form: "f", code: "603", text: "请求参数错误", want: ""},
	} {
		e := &Error{Op: tt.op, Form: tt.form, Code: tt.code, Message: tt.text}
		if got := e.Trap(); got != tt.want {
			t.Errorf("%s %s %q: %q, want %q", tt.op, tt.code, tt.text, got, tt.want)
		}
	}
	for fault, want := range map[fault]engine.Code{faultNetwork: TrapHost, faultCertificate: TrapCertificate, faultTimeout: TrapTimeout, faultRedirect: TrapRedirect, faultPage: TrapPage, faultLocal: ""} {
		if got := (&Error{fault: fault}).Trap(); got != want {
			t.Errorf("fault %d: %q, want %q", fault, got, want)
		}
	}
	if got := (&Error{fault: faultPage, Status: 404}).Trap(); got != TrapContext {
		t.Errorf("a page with 404: %q", got)
	}
}
