package sandbox

import "fmt"

// apply does again what a record of the log says was done.
func (s *Sandbox) apply(r *record) error {
	if r.Whole != nil {
		t, err := s.restore(r.Tenant, r.Whole)
		if err != nil {
			return err
		}
		s.tenants[r.Tenant] = t
		return nil
	}
	t := s.tenants[r.Tenant]
	if t == nil {
		return fmt.Errorf("tenant %q is not in the state", r.Tenant)
	}
	if r.Settings != nil {
		if err := t.configure(*r.Settings); err != nil {
			return err
		}
	}
	t.lastID = max(t.lastID, r.LastID)
	t.repeats.restore(r.Idempotency)
	t.replayTokens(r)
	return t.replayRows(r.Rows)
}

func (t *tenant) replayTokens(r *record) {
	if r.AllExpired {
		clear(t.tokens)
	}
	for _, k := range r.Tokens {
		t.tokens[k.Value] = k
	}
	for _, value := range r.Withdrawn {
		delete(t.tokens, value)
	}
}

func (t *tenant) replayRows(changes []rowChange) error {
	for _, c := range changes {
		table := t.tables[c.Form]
		if table == nil {
			return fmt.Errorf("form %q is not in the dictionary", c.Form)
		}
		if c.Row == nil {
			table.remove(c.ID)
			continue
		}
		if err := t.restoreRow(c.Form, c.Row); err != nil {
			return err
		}
	}
	return nil
}
