package engine

import (
	"errors"
	"maps"
	"slices"
	"strconv"
)

// An examination looks at what stands between cosmicctl and what it needs of a tenant.
// It only reads. It explains what a plan merely reports: a plan says that a kind cannot
// be read, a check names the trap that somebody fell into, shows what the tenant said,
// and tells the way out.

// The topics, in the order in which a request meets them.
const (
	TopicAddress    Code = "check-address"
	TopicDataCentre Code = "check-data-centre"
	TopicClock      Code = "check-clock"
	TopicFlow       Code = "check-flow"
	TopicLogin      Code = "check-login"
	TopicHeader     Code = "check-header"
	TopicAPI        Code = "check-api"
	TopicRows       Code = "check-rows"
	TopicObjects    Code = "check-objects"
)

// Topics are all of them.
func Topics() []Code {
	return []Code{TopicAddress, TopicDataCentre, TopicClock, TopicFlow, TopicLogin, TopicHeader, TopicAPI, TopicRows, TopicObjects, TopicPublished, TopicProperties}
}

// The traps that an observation shows. Those of answers are named by the client, and
// those of single objects by the kind files.
const (
	TrapUnreadable    Code = "trap-unreadable"
	TrapFormless      Code = "trap-no-form"
	TrapIncomplete    Code = "trap-incomplete"
	TrapHiddenRows    Code = "trap-hidden-rows"
	TrapProperty      Code = "trap-dropped-property"
	TrapDoubled       Code = "trap-doubled-key"
	TrapReference     Code = "trap-unknown-reference"
	TrapRecycled      Code = "trap-recycle-bin"
	TrapEditDisabled  Code = "trap-disable-before-edit"
	TrapEntriesMerged Code = "trap-entries-merged"
	TrapWriteDropped  Code = "trap-write-dropped"
)

// RecycleBinSince is the version from which deleted apps and APIs go to a recycle bin
// and are not callable from there (facts page §3.5).
const RecycleBinSince Version = "8.0.11"

// trapOf names the trap that an error shows, or other.
func trapOf(err error, other Code) Code {
	var e interface{ Trap() Code }
	if errors.As(err, &e) && e.Trap() != "" {
		return e.Trap()
	}
	return other
}

// WayOf names the words that say the way out of a trap.
func WayOf(trap Code) Code { return "way-" + trap }

// ShowWays gives each check that found a trap the hint that says the way out.
func ShowWays(checks []Check) []Check {
	for i := range checks {
		if c := &checks[i]; c.Finding.Code != "" && c.Way == nil {
			c.Finding.Hint = WayOf(c.Finding.Code)
		}
	}
	return checks
}

// Examine tells what an observation of a tenant shows of known traps.
func Examine(kinds Catalog, t *Tenant, o *Observation) []Check {
	x := &examiner{kinds: kinds, tenant: t, seen: o}
	for _, k := range kinds {
		if live := o.Live[k.Name]; live != nil {
			x.api(k, live)
			if live.Err == nil {
				x.rows(k, live)
				x.objects(k, live)
			}
		}
		if found := o.Lookups[k.Name]; found != nil && (found.Err != nil || found.Doubt != "") {
			x.api(k, &Live{Err: found.Err, Doubt: found.Doubt})
		}
	}
	x.references()
	return x.checks
}

type examiner struct {
	kinds  Catalog
	tenant *Tenant
	seen   *Observation
	checks []Check
}

// add notes a check of a kind.
func (x *examiner) add(k *Kind, c Check) {
	if c.Subject == "" {
		c.Subject = k.subject()
	}
	if c.Finding.Pos == (Position{}) {
		c.Finding.Pos = x.tenant.Origin
	}
	if c.Result != Passed {
		c.Menu = k.MenuOn(x.tenant.Environment.Version)
	}
	x.checks = append(x.checks, c)
}

// subject is a kind as a manifest calls it.
func (k *Kind) subject() string {
	if k.Section == "" {
		return k.Name
	}
	return k.Section
}

// api tells whether a kind could be read.
func (x *examiner) api(k *Kind, live *Live) {
	switch {
	case k.Formless():
		x.add(k, Check{Name: TopicAPI, Result: Untold, Finding: Diagnostic{Code: TrapFormless}})
	case live.Err != nil:
		x.add(k, Check{Name: TopicAPI, Result: Missed, Evidence: live.Err.Error(),
			Finding: Diagnostic{Code: trapOf(live.Err, TrapUnreadable), Args: map[string]string{"base": x.tenant.Environment.BaseURL, "form": k.Form, "app": x.tenant.Environment.Auth.AppID, "user": x.tenant.Environment.Auth.User}}})
	case live.Doubt != "":
		x.add(k, Check{Name: TopicAPI, Result: Missed, Finding: Diagnostic{Code: TrapIncomplete}, Evidence: live.Doubt})
	default:
		n := 0
		for _, objects := range live.Objects {
			n += len(objects)
		}
		x.add(k, Check{Name: TopicAPI, Result: Passed, Evidence: strconv.Itoa(n)})
	}
}

// rows looks for what a listing lacks, and for what it should not hold.
func (x *examiner) rows(k *Kind, live *Live) {
	if s := k.Self; s != nil && len(k.Key) == 1 && s.Field == k.Key[0] && live.Doubt == "" {
		if own := x.tenant.Environment.Auth.name(s.Auth); len(live.Objects[own]) == 0 {
			x.add(k, Check{Name: TopicRows, Result: Missed, Subject: Ref{k.Name, own}.String(),
				Finding: Diagnostic{Code: TrapHiddenRows, Args: map[string]string{"object": own, "user": x.tenant.Environment.Auth.User}}})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(live.Objects)) {
		if objects := live.Objects[key]; len(objects) > 1 {
			x.add(k, Check{Name: TopicRows, Result: Missed, Subject: Ref{k.Name, key}.String(),
				Finding: Diagnostic{Code: TrapDoubled, Args: map[string]string{"key": key, "ids": idsOf(objects)}}})
		}
	}
	for _, f := range k.unanswered(x.tenant, live) {
		x.add(k, Check{Name: TopicRows, Result: Missed, Subject: k.Name + "." + f.Name,
			Finding: Diagnostic{Code: TrapProperty, Args: map[string]string{"field": f.Name, "property": f.Property, "form": k.Form}}})
	}
}

// unanswered are the fields that the manifests want of an object and that the tenant
// gave of none. Only of flags that can be told: what else is NULL is left out too (facts
// page §2.2).
func (k *Kind) unanswered(t *Tenant, live *Live) []*Field {
	var out []*Field
	for _, f := range k.Fields {
		wanted, given := false, false
		for _, objects := range live.Objects {
			for i := range objects {
				_, has := objects[i].Fields[f.Name]
				given = given || has
			}
		}
		for i := range t.Resources {
			r := &t.Resources[i]
			v, has := r.Fields[f.Name]
			_, secret := v.(SecretRef)
			wanted = wanted || r.Ref.Kind == k.Name && has && !secret && len(live.Objects[r.Ref.Key]) > 0
		}
		if wanted && !given && f.Type != TypeVirtual {
			out = append(out, f)
		}
	}
	return out
}

// objects looks for what the kind file knows to go wrong.
func (x *examiner) objects(k *Kind, live *Live) {
	v := x.tenant.Environment.Version
	if e := k.EditDisabled; e != nil && e.Holds(v) {
		x.add(k, Check{Name: TopicObjects, Result: Warned,
			Finding: Diagnostic{Code: TrapEditDisabled, Args: map[string]string{"version": string(v), "until": string(e.Until)}}})
	}
	for _, key := range slices.Sorted(maps.Keys(live.Objects)) {
		for i := range live.Objects[key] {
			x.object(k, &live.Objects[key][i])
		}
	}
}

func (x *examiner) object(k *Kind, r *Resource) {
	if r.Protected {
		return
	}
	for i := range k.Traps {
		trap := &k.Traps[i]
		if trap.Holds(x.tenant.Environment.Version) && trap.caught(r.Fields) {
			x.add(k, Check{Name: TopicObjects, Result: trap.Result, Finding: Diagnostic{Code: trap.Code, Text: &trap.Text}, Way: &trap.Way, Subject: r.Ref.String()})
		}
	}
}

// references are the names in the manifests that mean nothing on the tenant.
func (x *examiner) references() {
	for _, k := range x.kinds {
		found := x.seen.Lookups[k.Name]
		if found == nil || found.Err != nil {
			continue
		}
		for _, name := range found.missing(namesOf(x.kinds, x.tenant, k)) {
			c := Check{Name: TopicObjects, Result: Missed, Subject: Ref{k.Name, name}.String(),
				Finding: Diagnostic{Code: TrapReference, Args: map[string]string{"kind": k.Title.EN, "name": name}}}
			if !k.Personal && x.tenant.Environment.Version.Compare(RecycleBinSince) >= 0 {
				c.Finding.Code = TrapRecycled
			}
			x.add(k, c)
		}
	}
}

// ObservedTraps are the traps that an observation, or the journal, shows.
func ObservedTraps() []Code {
	return []Code{TrapUnreadable, TrapFormless, TrapIncomplete, TrapHiddenRows, TrapProperty, TrapDoubled, TrapReference, TrapRecycled,
		TrapEditDisabled, TrapEntriesMerged, TrapWriteDropped}
}
