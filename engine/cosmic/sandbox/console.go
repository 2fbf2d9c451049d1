package sandbox

import (
	"fmt"
	"net/http"
	"slices"
)

// What a browser at the console asks without a token (facts §1.1).

// DataCentre is an account as getAllDatacenters lists it.
type DataCentre struct {
	AccountID     string `json:"accountId"`
	AccountNumber string `json:"accountNumber"`
	AccountName   string `json:"accountName"`
}

// userLanguage is all that is known of getUserLanguage's body.
type userLanguage struct {
	Language string `json:"language"`
	UserID   string `json:"userId,omitempty"`
}

// dataCentres lists the tenant's own account last, so that a client that takes the first of several is found out.
func (c *call) dataCentres() answer {
	if !c.asksConsole() {
		return refuseLogin(textIllegal)
	}
	set := c.t.settingsNow()
	return jsonAnswer(codeOK, append(slices.Clone(set.DataCentres), DataCentre{set.AccountID, set.AccountNumber, set.AccountName}))
}

// userLanguage answers everybody; only with somebody signed in does it say who.
func (c *call) userLanguage() answer {
	if !c.asksConsole() {
		return refuseLogin(textIllegal)
	}
	c.t.mu.RLock()
	defer c.t.mu.RUnlock()
	out := userLanguage{Language: "English"}
	if user := c.t.tables["bos_user"].first("username", c.t.settings.ConsoleUser); user != nil {
		out.UserID = c.t.settings.AccountID + "_" + formatID(user.id)
	}
	return jsonAnswer(codeOK, out)
}

func (c *call) asksConsole() bool {
	return c.r.Method == http.MethodPost || c.r.Method == http.MethodGet
}

func (s *Settings) checkDataCentres() error {
	seen := map[string]bool{s.AccountID: true}
	for i, d := range s.DataCentres {
		if d.AccountID == "" || seen[d.AccountID] {
			return fmt.Errorf("dataCentres[%d]: accountId %q is empty or listed twice", i, d.AccountID)
		}
		seen[d.AccountID] = true
	}
	return nil
}

// lists tells whether an account is one of the tenant's data centres.
func (s *Settings) lists(accountID string) bool {
	return accountID == s.AccountID || slices.ContainsFunc(s.DataCentres, func(d DataCentre) bool { return d.AccountID == accountID })
}
