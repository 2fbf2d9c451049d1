package watch_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cosmicctl/engine"
	"cosmicctl/engine/watch"
)

// demo is a group with twelve tenants, as a team on call may see it on a Tuesday.
func demo(t testing.TB) *world {
	t.Helper()
	names := []string{"集团总部", "华东大区", "华南大区", "华北大区", "西南大区", "制造公司", "物流公司", "财务共享中心", "海外事业部", "sandbox", "uat", "培训环境"}
	w := newWorld(t, names...)
	kinds := []watch.KindLook{kind("ThirdPartyApp", "third-party app", "第三方应用", 14), kind("ApiAuthorization", "API authorisation", "API 授权", 9),
		kind("BusinessSystem", "business system", "业务系统", 6), kind("IpWhitelist", "IP whitelist", "IP 白名单", 3), kind("Parameter", "parameter", "系统参数", 22)}
	look := func(findings ...watch.Finding) watch.Look {
		return watch.Look{Requests: 7, Kinds: kinds, Findings: findings}
	}
	for i, n := range names {
		env, region := "prod", "cn"
		if i >= 9 {
			env = "test"
		}
		if i == 8 {
			region = "sg"
		}
		w.targets[i].Live = fmt.Sprintf("https://cosmic.example.com/t%02d · 135563351956105%04d", i, i)
		w.targets[i].Labels = map[string]string{"env": env, "region": region}
		w.set(n, look())
	}
	w.reload()
	w.before = func(context.Context, watch.Target) { w.clock.move(700 * time.Millisecond) }
	of := func(k int, key string, class watch.Class, risk engine.Risk, by string, lines ...watch.Line) watch.Finding {
		return watch.Finding{Kind: kinds[k].Kind, Title: kinds[k].Title, Key: key, Class: class, Risks: []engine.Risk{risk}, Lines: lines, By: by,
			When: "2026-11-03 17:42:08", File: "tenants/" + "group.yaml", Line: 31}
	}
	w.leap(26 * time.Hour)
	param := of(4, "rim_config/rpa_select_syn", watch.Changed, engine.Routine, "王五", watch.Line{Field: "value", Wanted: "1", Live: "0"})
	w.set("培训环境", look(param, of(4, "fa_config/depre_split", watch.Changed, engine.Routine, "王五", watch.Line{Field: "value", Wanted: "true", Live: "false"})))
	w.leap(5 * time.Hour)
	w.set("华南大区", look(of(2, "OA_PORTAL", watch.Missing, engine.Destroys, "")))
	w.set("uat", look(of(1, "sim_openApi", watch.Changed, engine.Narrows, "李四", watch.Line{Field: "users", Wanted: "lisi, wangwu", Live: "lisi"})))
	w.leap(9 * time.Hour)
	w.set("海外事业部", watch.Look{Requests: 3, Err: "https://cosmic.example.com/t08: dial tcp: connection refused"})
	w.leap(3 * time.Hour)
	w.set("集团总部", look(of(2, "ERP01", watch.Changed, engine.Redirects, "张伟（外包）", watch.Line{Field: "callbacks[0]", Wanted: "https://erp.example.com/invoice/callback", Live: "http://47.92.18.6:8080/cb"},
		watch.Line{Field: "encryption", Wanted: "aes", Live: "base64"}),
		of(0, "ERP01", watch.Changed, engine.Widens, "张伟（外包）", watch.Line{Field: "ipRules", Wanted: "allow 10.20.0.0/16", Live: "allow 0.0.0.0/0"},
			watch.Line{Field: "apis", Wanted: "sim_openApi, sim_queryInvoice", Live: "(all)"}),
		of(0, "TEMP_DEBUG", watch.Fresh, engine.Widens, "张伟（外包）")))
	half := look(of(0, "WMS", watch.Changed, engine.Rotates, "admin", watch.Line{Field: "secret", Wanted: "(secret)", Live: "(another secret)"}))
	half.Kinds = append([]watch.KindLook{}, kinds...)
	half.Kinds[3].Read, half.Kinds[3].Err = watch.Failed, "the app may not query mon_ip_whitelist (errorCode 403)"
	w.set("物流公司", half)
	w.after(50 * time.Minute)
	return w
}

func kind(name, en, zh string, objects int) watch.KindLook {
	return watch.KindLook{Kind: name, Title: engine.Text{EN: en, ZH: zh}, Objects: objects, Read: watch.Complete}
}

// leap lets time go by without looks, but for those at its end.
func (w *world) leap(d time.Duration) {
	w.after(20 * time.Minute)
	w.clock.move(d - 40*time.Minute)
	w.after(20 * time.Minute)
}
