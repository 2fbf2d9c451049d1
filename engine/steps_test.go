package engine_test

import (
	"testing"

	"cosmicctl/engine"
)

func TestStepsOfAnUpdate(t *testing.T) {
	tests := []struct {
		name    string
		reason  string
		enabled string
		version engine.Version
		want    fields
		steps   string
	}{
		{name: "save", enabled: "1", want: fields{"name": "new"}, steps: "save"},
		{name: "switch on alone", enabled: "0", want: fields{"enabled": true}, steps: "enable"},
		{name: "switch off alone", enabled: "1", want: fields{"enabled": false}, steps: "disable"},
		{name: "off goes first", reason: "nobody may use what is half changed", enabled: "1", want: fields{"enabled": false, "name": "new"}, steps: "disable save"},
		{name: "on goes last", enabled: "0", want: fields{"enabled": true, "name": "new"}, steps: "save enable"},
		{name: "a version that saves only what is disabled", version: "5.0.019", enabled: "1", want: fields{"name": "new"}, steps: "disable save enable (cuts off)"},
		{name: "that version, wanted on anyway", version: "5.0.005", enabled: "1", want: fields{"name": "new", "enabled": true}, steps: "disable save enable (cuts off)"},
		{name: "that version, disabled already", version: "5.0.019", enabled: "0", want: fields{"name": "new"}, steps: "save"},
		{name: "that version, switched off", version: "5.0.019", enabled: "1", want: fields{"name": "new", "enabled": false}, steps: "disable save"},
		{name: "that version, switched on", version: "5.0.019", enabled: "0", want: fields{"name": "new", "enabled": true}, steps: "save enable"},
		{name: "that version, nothing to save", version: "5.0.019", enabled: "1", want: fields{"enabled": false}, steps: "disable"},
		{name: "the version before", version: "5.0.004", enabled: "1", want: fields{"name": "new"}, steps: "save"},
		{name: "the version after", version: "5.0.020", enabled: "1", want: fields{"name": "new"}, steps: "save"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := workshop()
			f.seed("gadget", gadgetRow("G1", row{"enable": tt.enabled}))
			tn := tenant(want("Gadget", "G1", tt.want))
			if tt.version != "" {
				tn.Environment.Version = tt.version
			}
			same(t, "steps", []string{"1 update Gadget/G1: " + tt.steps}, steps(planOf(tn, f, engine.PlanOptions{})))
		})
	}
}

func TestStages(t *testing.T) {
	f := workshop()
	f.seed("gadget", gadgetRow("G1", nil), gadgetRow("G2", nil))
	f.seed("part", row{"number": "T1", "gadgetcode": "G1"}, row{"number": "T2", "gadgetcode": "G1"})
	p := planOf(tenant(
		gone("Part", "T1"), gone("Gadget", "G1"), want("Part", "T3", fields{"gadget": "G3"}), want("Part", "T2", fields{"gadget": "G3"}),
		want("Gadget", "G3", nil), want("Gadget", "G2", fields{"name": "new"}), want("Deed", "D1", nil),
	), f, engine.PlanOptions{})
	same(t, "stages", []string{
		"1 create Deed/D1: save submit audit", "2 update Gadget/G2: save", "2 create Gadget/G3: save",
		"3 update Part/T2: save", "3 create Part/T3: save",
		"4 delete Part/T1: delete",
		"5 delete Gadget/G1: delete",
	}, steps(p))
	if p.Count(engine.Create) != 3 || p.Count(engine.Update) != 2 || p.Count(engine.Delete) != 2 || p.Empty() {
		t.Error("the changes are counted wrong")
	}
}
