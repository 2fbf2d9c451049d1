package engine

// PlanRecord is a [Plan] as a file keeps it: JSON that gives back every value with
// its type. It embeds the plan, so that a field which is added there is kept, and
// replaces the fields whose values JSON alone would not give back as they were.
type PlanRecord struct {
	Plan
	Stages    [][]ChangeRecord            `json:"stages"`
	ByHand    []ByHandRecord              `json:"byHand,omitempty"`
	Problems  []DiagnosticRecord          `json:"problems"`
	Witnesses map[string]map[string]Value `json:"witnesses"`
}

// ChangeRecord is a [Change] as a file keeps it.
type ChangeRecord struct {
	Change
	Before map[string]Value    `json:"before"`
	After  map[string]Value    `json:"after"`
	Fields []FieldChangeRecord `json:"fields"`
}

// ByHandRecord is a [ByHand] as a file keeps it.
type ByHandRecord struct {
	ByHand
	Fields []FieldChangeRecord `json:"fields"`
}

// FieldChangeRecord is a [FieldChange] as a file keeps it.
type FieldChangeRecord struct {
	FieldChange
	Before Value `json:"before"`
	After  Value `json:"after"`
}

// DiagnosticRecord is a [Diagnostic] as a file keeps it, with its class.
type DiagnosticRecord struct {
	Diagnostic
	Class Class `json:"class"`
}

// NewPlanRecord is the opposite of [PlanRecord.Unpack].
func NewPlanRecord(p *Plan) PlanRecord {
	out := PlanRecord{Plan: *p, Problems: NewDiagnosticRecords(p.Problems)}
	for _, s := range p.Stages {
		stage := make([]ChangeRecord, len(s))
		for i := range s {
			stage[i] = NewChangeRecord(&s[i])
		}
		out.Stages = append(out.Stages, stage)
	}
	for _, h := range p.ByHand {
		out.ByHand = append(out.ByHand, ByHandRecord{h, newFieldChangeRecords(h.Fields)})
	}
	if p.Witnesses != nil {
		out.Witnesses = map[string]map[string]Value{}
	}
	for kind, fields := range p.Witnesses {
		out.Witnesses[kind] = NewValues(fields)
	}
	return out
}

// NewChangeRecord is the opposite of [ChangeRecord.Unpack].
func NewChangeRecord(c *Change) ChangeRecord {
	return ChangeRecord{Change: *c, Before: NewValues(c.Before), After: NewValues(c.After), Fields: newFieldChangeRecords(c.Fields)}
}

func newFieldChangeRecords(fields []FieldChange) []FieldChangeRecord {
	var out []FieldChangeRecord
	for _, f := range fields {
		out = append(out, FieldChangeRecord{f, Value{V: f.Before}, Value{V: f.After}})
	}
	return out
}

// NewDiagnosticRecords is the opposite of [UnpackDiagnostics].
func NewDiagnosticRecords(diags []Diagnostic) []DiagnosticRecord {
	var out []DiagnosticRecord
	for _, d := range diags {
		out = append(out, DiagnosticRecord{d, d.Class})
	}
	return out
}

// Unpack gives back the plan.
func (p *PlanRecord) Unpack() *Plan {
	out := p.Plan
	out.Problems = UnpackDiagnostics(p.Problems)
	for _, s := range p.Stages {
		stage := make([]Change, len(s))
		for i := range s {
			stage[i] = s[i].Unpack()
		}
		out.Stages = append(out.Stages, stage)
	}
	out.ByHand = nil
	for _, h := range p.ByHand {
		step := h.ByHand
		step.Fields = unpackFieldChanges(h.Fields)
		out.ByHand = append(out.ByHand, step)
	}
	if p.Witnesses != nil {
		out.Witnesses = map[string]map[string]any{}
	}
	for kind, values := range p.Witnesses {
		out.Witnesses[kind] = Fields(values)
	}
	return &out
}

// Unpack gives back the change.
func (c *ChangeRecord) Unpack() Change {
	out := c.Change
	out.Before, out.After = Fields(c.Before), Fields(c.After)
	out.Fields = unpackFieldChanges(c.Fields)
	return out
}

func unpackFieldChanges(fields []FieldChangeRecord) []FieldChange {
	var out []FieldChange
	for _, f := range fields {
		field := f.FieldChange
		field.Before, field.After = f.Before.V, f.After.V
		out = append(out, field)
	}
	return out
}

// UnpackDiagnostics gives back diagnostics.
func UnpackDiagnostics(diags []DiagnosticRecord) []Diagnostic {
	var out []Diagnostic
	for _, d := range diags {
		x := d.Diagnostic
		x.Class = d.Class
		out = append(out, x)
	}
	return out
}
