package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Settings are what a tenant is apart from its rows.
type Settings struct {
	AccountID     string `json:"accountId"`
	AccountNumber string `json:"accountNumber,omitempty"`
	AccountName   string `json:"accountName,omitempty"`
	TenantID      string `json:"tenantId,omitempty"`
	Version       string `json:"version"`

	DataCentres []DataCentre `json:"dataCentres,omitempty"` // further accounts, in which no app is known
	ConsoleUser string       `json:"consoleUser,omitempty"` // user name of whoever is signed in at the console

	SecretName   string            `json:"secretName,omitempty"` // the only spelling that getAppToken.do takes; "" takes both
	Proxy        Proxy             `json:"proxy,omitzero"`
	AcgwIdentity string            `json:"acgwIdentity,omitempty"` // what x-acgw-identity must say on business calls; "" asks nobody
	AcgwOfApps   map[string]string `json:"acgwOfApps,omitempty"`   // the same of calls with the token of an app
	BlockedApps  []string          `json:"blockedApps,omitempty"`  // business applications whose APIs nobody may call
	ClockSeconds int               `json:"clockSeconds,omitempty"` // how far the tenant's clock is ahead

	OverrideEntry      bool        `json:"overrideEntry,omitempty"`
	ReuseDeletedKeys   bool        `json:"reuseDeletedKeys,omitempty"` // what lies in the recycle bin does not hold its number
	KeepAllowAll       bool        `json:"keepAllowAll,omitempty"`
	TrustForwarded     bool        `json:"trustForwarded,omitempty"`
	IdempotencySeconds int         `json:"idempotencySeconds,omitempty"`
	Limits             Limits      `json:"limits,omitzero"`
	VendorAPIs         *[]string   `json:"vendorApis,omitempty"`       // of the vendor's own; nil is those of the version
	ISV                string      `json:"isv,omitempty"`              // of the tenant, in the address of metaQuery
	NothingPublished   bool        `json:"nothingPublished,omitempty"` // but what published says is not unpublished
	Generated          []Generated `json:"generated,omitempty"`        // by genV2ApiByMetaData
	Published          Published   `json:"published,omitempty"`
	Faults             []Fault     `json:"faults,omitempty"`
}

// Limits of a tenant; zero is the vendor's number, below zero is no limit.
type Limits struct {
	PerMinute       int `json:"perMinute,omitempty"`       // calls of the account: 600
	PerSecond       int `json:"perSecond,omitempty"`       // calls of one app: 30
	TokensPerMinute int `json:"tokensPerMinute,omitempty"` // getToken calls of one app: 30
	BatchRows       int `json:"batchRows,omitempty"`       // rows of one save with their entries: 10000
}

// tenant is one account behind one context path. Its lock guards everything but the guards, which have their own.
type tenant struct {
	path string
	dict dictionary

	mu       sync.RWMutex
	settings Settings
	version  version
	tables   map[string]*table
	tokens   map[string]token
	lastID   int64
	routes   map[string]*api    // by url
	vendor   map[string]offered // by url

	repeats *repeats
	limits  *limits
	strikes *strikes
	nonces  *nonces
}

// firstID lies above 2^53, so that a reader that takes ids for floats loses digits at once.
const firstID = 1_700_000_000_000_000_000

func newTenant(path string, d dictionary, set Settings) (*tenant, error) {
	t := &tenant{
		path: path, dict: d, lastID: firstID,
		tables: map[string]*table{}, tokens: map[string]token{},
		repeats: newRepeats(), limits: newLimits(), strikes: newStrikes(), nonces: newNonces(),
	}
	for _, name := range d.names() {
		t.tables[name] = newTable(d[name])
		if recycles(name) {
			t.tables[binOf(name)] = newTable(d[name])
		}
	}
	return t, t.configure(set)
}

// configure makes settings those of the tenant, or explains what is wrong with them and changes nothing.
func (t *tenant) configure(set Settings) error {
	v, err := parseVersion(set.Version)
	if err != nil {
		return err
	}
	if set.AccountID == "" {
		return fmt.Errorf("accountId is missing")
	}
	if !slices.Contains([]string{"", "appSecuret", "appSecret"}, set.SecretName) {
		return fmt.Errorf("secretName is appSecuret or appSecret")
	}
	if err := set.checkDataCentres(); err != nil {
		return err
	}
	if err := set.Proxy.check(); err != nil {
		return err
	}
	routes, err := set.routes(t.dict)
	if err != nil {
		return err
	}
	vendor, err := set.offers(v)
	if err != nil {
		return err
	}
	for i := range set.Faults {
		if err := set.Faults[i].check(); err != nil {
			return fmt.Errorf("faults[%d]: %w", i, err)
		}
	}
	t.settings, t.version, t.vendor, t.routes = set, v, vendor, routes
	return nil
}

// published lists the APIs the settings publish, in a fixed order.
func (t *tenant) published() []*api {
	var all []*api
	for _, url := range sortedKeys(t.routes) {
		if a := t.routes[url]; !a.generated {
			all = append(all, a)
		}
	}
	return all
}

// zone is the server's own: the facts know of no tenant outside China (facts §12).
var zone = time.FixedZone("UTC+8", 8*60*60)

// nowAt is the time by a tenant's own clock, which may be off.
func (s *Sandbox) nowAt(set *Settings) time.Time {
	return s.now().Add(time.Duration(set.ClockSeconds) * time.Second)
}

// clock writes a time as rows hold it.
func clock(now time.Time) string { return now.In(zone).Format(time.DateTime) }

// cleanPath brings a context path to "" or "/a/b".
func cleanPath(path string) string {
	if path = strings.Trim(path, "/"); path == "" {
		return ""
	}
	return "/" + path
}
