package sandbox

import (
	"cmp"
	"fmt"
	"maps"
)

// Tenant is what a client needs to be served: an account with an app that may log in and a user it acts for.
type Tenant struct {
	Path      string // context path, "" or "/ierp"
	AccountID string
	TenantID  string
	Version   string

	AccountNumber string // what getAllDatacenters calls the account
	AccountName   string

	AppID     string
	AppSecret string
	Enhanced  bool   // the app logs in by getToken, else by getAppToken.do and login.do
	User      string // what the client calls the user by
	UserType  string // UserName, Mobile or Email; "" is UserName when Enhanced, else Mobile

	Users []string // names of further users
	APIs  []string // numbers of further API services

	OverrideEntry *bool  // how operation APIs are published; nil is true for a new tenant and as it is for an old one
	Limits        Limits // zero leaves them as they are
}

// Ensure makes a tenant, or makes one that is there fit: its account and version, the app with its secret and flow, the
// users and APIs. Nothing else of a tenant that is there changes, and nothing at all if it fits already.
func (s *Sandbox) Ensure(t Tenant) error {
	if t.AppID == "" || t.User == "" {
		return fmt.Errorf("ensure tenant %q: AppID and User are needed", t.Path)
	}
	if _, known := loginColumn(t.UserType); !known {
		return fmt.Errorf("ensure tenant %q: UserType %q is not UserName, Mobile or Email", t.Path, t.UserType)
	}
	s.making.Lock()
	defer s.making.Unlock()
	t.Path = cleanPath(t.Path)
	var err error
	if there := s.tenant(t.Path); there != nil {
		err = s.update(there, func(x *tx) error { return x.ensure(&t) })
	} else {
		err = s.make(&t)
	}
	if err != nil {
		return fmt.Errorf("ensure tenant %q: %w", t.Path, err)
	}
	return nil
}

func (s *Sandbox) make(t *Tenant) error {
	made, err := newTenant(t.Path, s.dict, t.settings(Settings{OverrideEntry: true}))
	if err != nil {
		return err
	}
	x := &tx{tenant: made, s: s}
	if err := x.ensure(t); err != nil {
		return err
	}
	return s.adopt(made)
}

// settings are old ones with what the tenant asks for.
func (t *Tenant) settings(old Settings) Settings {
	old.AccountID = cmp.Or(t.AccountID, old.AccountID)
	old.AccountNumber = cmp.Or(t.AccountNumber, old.AccountNumber)
	old.AccountName = cmp.Or(t.AccountName, old.AccountName)
	old.TenantID = cmp.Or(t.TenantID, old.TenantID)
	old.Version = cmp.Or(t.Version, old.Version)
	old.Limits = cmp.Or(t.Limits, old.Limits)
	if t.OverrideEntry != nil {
		old.OverrideEntry = *t.OverrideEntry
	}
	return old
}

func (x *tx) ensure(t *Tenant) error {
	if next := t.settings(x.settings); next.differs(x.settings) {
		if err := x.set(next); err != nil {
			return err
		}
	}
	if err := x.publish(); err != nil {
		return err
	}
	if err := x.ensureUser(t); err != nil {
		return err
	}
	for _, name := range t.Users {
		if err := x.ensureRow("bos_user", "username", userObject(name)); err != nil {
			return err
		}
	}
	for _, number := range t.APIs {
		if err := x.ensureRow("openapi_apilist", "number", apiObject(number)); err != nil {
			return err
		}
	}
	return x.ensureApp(t)
}

// differs compares what an Ensure can change.
func (s Settings) differs(other Settings) bool {
	return s.AccountID != other.AccountID || s.AccountNumber != other.AccountNumber || s.AccountName != other.AccountName || s.TenantID != other.TenantID || s.Version != other.Version ||
		s.Limits != other.Limits || s.OverrideEntry != other.OverrideEntry
}

func (x *tx) ensureUser(t *Tenant) error {
	column, _ := loginColumn(t.UserType)
	if t.UserType == "" && t.Enhanced {
		column = "username"
	}
	given := userObject(t.User)
	given[column] = t.User
	if err := x.ensureRow("bos_user", column, given); err != nil {
		return err
	}
	user := x.tables["bos_user"].first(column, t.User)
	x.fit("bos_user", user, map[string]string{"enable": "1", "isforbidden": "0", "islocked": "0"})
	return nil
}

// ensureRow makes a row unless one has the column's value.
func (x *tx) ensureRow(form, column string, given map[string]any) error {
	f := x.dict[form]
	if value, _ := given[column].(string); x.tables[form].first(column, value) != nil {
		return nil
	}
	r, err := x.started(f, given)
	if err == nil {
		err = x.enter(f, r, given)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", form, err)
	}
	x.put(form, r)
	return nil
}

// fit sets columns of a row, and does nothing if they are so already.
func (x *tx) fit(form string, r *row, values map[string]string) {
	next := r.clone()
	maps.Copy(next.values, values)
	if !maps.Equal(next.values, r.values) {
		x.put(form, next)
	}
}

func (x *tx) ensureApp(t *Tenant) error {
	made := map[string]any{"number": t.AppID, "name": t.AppID, "status": "C"}
	if err := x.ensureRow("third_app", "number", made); err != nil {
		return err
	}
	fit := map[string]string{"enable": "1", "syspwd": t.AppSecret, "isenhancetoken": "0"}
	if t.Enhanced {
		fit["isenhancetoken"] = "1"
	}
	x.fit("third_app", x.tables["third_app"].first("number", t.AppID), fit)
	if x.version.allowAllWithdrawn() {
		x.listAll(t.AppID)
	}
	return nil
}

// apiNumbers are those of all rows that publish makes.
func (t *tenant) apiNumbers() []string {
	var numbers []string
	for _, a := range t.published() {
		numbers = append(numbers, a.row)
	}
	for _, a := range t.vendors() {
		numbers = append(numbers, a.name)
	}
	return numbers
}

// listAll gives the app a list of all published APIs where 授权全部API is withdrawn, unless it has a list already.
func (x *tx) listAll(number string) {
	app := x.tables["third_app"].first("number", number)
	if len(app.entries["t_open_3rdappsapis"]) > 0 {
		return
	}
	next := app.clone()
	next.values["allowallapi"] = "0"
	for _, number := range x.apiNumbers() {
		if r := x.tables["openapi_apilist"].first("number", number); r != nil {
			next.entries["t_open_3rdappsapis"] = append(next.entries["t_open_3rdappsapis"], entry{"apiserviceid": formatID(r.id)})
		}
	}
	x.put("third_app", next)
}
