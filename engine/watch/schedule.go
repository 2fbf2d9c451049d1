package watch

import (
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/netresearch/go-cron"
)

// Schedule says when a tenant is to be looked at. It is a pure function: a watch
// that was down finds out what it missed by asking again.
type Schedule interface {
	// Next returns when a look follows one at the given time; the zero Time if none
	// ever does.
	Next(tenant string, last time.Time) time.Time
}

// Shortest is the least time between two looks at a tenant.
const Shortest = time.Second

// Every looks at each tenant once in an interval. Where in it depends on the
// tenant's name, so that many tenants spread over the interval, each at its place.
func Every(d time.Duration) (Schedule, error) {
	if d < Shortest {
		return nil, fmt.Errorf("every %s is too often: at least %s must lie between two looks", d, Shortest)
	}
	return every(d), nil
}

type every time.Duration

// Next leaves at least half an interval to the last look: one that was late, or
// early, moves the tenant back to its place without a second look right after it.
func (e every) Next(tenant string, last time.Time) time.Time {
	d := int64(e)
	h := fnv.New64a()
	h.Write([]byte(tenant))
	place := int64(h.Sum64() % uint64(d))
	from := last.UnixNano() + d/2
	slot := (from-place)/d*d + place
	if slot < from {
		slot += d
	}
	return time.Unix(0, slot).In(last.Location())
}

// ErrNever says that the times of a cron expression never come.
var ErrNever = errors.New("no such time ever comes")

// Cron looks at all tenants when a cron expression of five fields, or one like
// @hourly, says so in a time zone. A day must match both its fields if both are given.
// In the hour that a time zone leaves out, a look happens as soon as it is over.
func Cron(expression string, zone *time.Location) (Schedule, error) {
	s, err := cron.ParseStandard(expression)
	if err != nil {
		return nil, err
	}
	c := crontab{s, zone}
	if c.Next("", time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, ErrNever
	}
	return c, nil
}

type crontab struct {
	cron.Schedule
	zone *time.Location
}

// Next of a cron expression is the same for all tenants.
func (c crontab) Next(_ string, last time.Time) time.Time { return c.Schedule.Next(last.In(c.zone)) }
