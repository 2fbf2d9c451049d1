package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"cosmicctl/engine"
	"cosmicctl/engine/journal"

	"github.com/spf13/cobra"
)

// journalFlags say where it is kept what applies do.
type journalFlags struct {
	journal  string
	lockWait time.Duration
	settle   time.Duration
}

func (f *journalFlags) register(cmd *cobra.Command) {
	f.registerDir(cmd)
	fs := cmd.Flags()
	fs.DurationVar(&f.lockWait, "lock-wait", 0, "how long to wait for another run on the same tenant to end (default: fail at once)")
	fs.DurationVar(&f.settle, "settle-time", 2*time.Minute, "how long a write whose answer was lost may still take effect; the vendor asks for calls below 50 s")
}

func (f *journalFlags) registerDir(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.journal, "journal", "", "folder of the journals (default $XDG_STATE_HOME/cosmicctl; with --sandbox beside its state)")
}

// store opens no file yet.
func (f *journalFlags) store(c connectFlags) (*journal.Store, error) {
	dir, err := f.journal, error(nil)
	switch {
	case dir != "":
	case c.sandbox:
		dir = filepath.Join(filepath.Dir(sandboxState(c.sandboxState)), "journal")
	default:
		dir, err = stateHome()
	}
	return &journal.Store{Dir: dir, Now: time.Now, Unique: uniqueText}, err
}

// stateHome is where a program keeps what it must not lose, and no person edits.
func stateHome() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "cosmicctl"), nil
	}
	if runtime.GOOS == "windows" {
		dir, err := os.UserCacheDir() // %LocalAppData%, which nobody clears
		return filepath.Join(dir, "cosmicctl"), err
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("there is no home folder for the journal; name a folder with --journal: %w", err)
	}
	return filepath.Join(home, ".local", "state", "cosmicctl"), nil
}

func uniqueText() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

func owner() journal.Owner {
	o := journal.Owner{PID: os.Getpid(), At: time.Now().UTC().Truncate(time.Second)}
	if u, err := user.Current(); err == nil {
		o.User = u.Username
	}
	host, _ := os.Hostname()
	o.Host = cmp.Or(host, "localhost")
	return o
}

// keeper keeps what a session does: for each tenant the lock of its place, what
// its journal tells, and the journal of the run.
type keeper struct {
	store  *journal.Store
	owner  journal.Owner
	settle time.Duration

	locks   []*journal.Lock
	history map[string]*journal.History // by tenant
	open    map[string]*journal.Journal
}

// keep locks the tenants and reads their journals, before anything else is read.
func (s *session) keep(ctx context.Context, f journalFlags) error {
	s.kept = &keeper{store: s.recalled.store, owner: owner(), settle: f.settle,
		history: map[string]*journal.History{}, open: map[string]*journal.Journal{}}
	tenants := slices.Clone(s.loaded.Tenants)
	// Two runs that lock in different orders would wait for each other.
	slices.SortFunc(tenants, func(a, b engine.Tenant) int {
		x, y := placeOf(&a), placeOf(&b)
		return cmp.Or(cmp.Compare(x.BaseURL, y.BaseURL), cmp.Compare(x.AccountID, y.AccountID))
	})
	ctx, cancel := context.WithTimeout(ctx, f.lockWait)
	defer cancel()
	for i := range tenants {
		if err := s.kept.lock(ctx, s, &tenants[i], f.lockWait > 0); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeper) lock(ctx context.Context, s *session, t *engine.Tenant, wait bool) error {
	l, err := k.store.Lock(ctx, placeOf(t), k.owner, wait)
	var held *journal.HeldError
	switch {
	case errors.As(err, &held):
		return coded(exitRefused, fmt.Errorf("tenant %s: %w; nothing was written", t.Name, err))
	case err != nil:
		return unkept(t, err)
	}
	k.locks = append(k.locks, l)
	if l.Left != nil {
		fmt.Fprintf(s.err, "cosmicctl: took over the lock of tenant %s from process %d, which is dead\n", t.Name, l.Left.PID)
	}
	h, err := s.recalled.history(t)
	if err != nil {
		return coded(exitRefused, fmt.Errorf("tenant %s: %w; nothing was written; look at it with 'cosmicctl history verify', and move it away to go on without it", t.Name, err))
	}
	k.history[t.Name] = h
	return nil
}

func (k *keeper) release() error {
	if k == nil {
		return nil
	}
	var all []error
	for _, j := range k.open {
		all = append(all, j.Close())
	}
	for _, l := range k.locks {
		all = append(all, l.Release())
	}
	return errors.Join(all...)
}

// left is what interrupted runs left of a tenant; nil if nothing.
func (k *keeper) left(tenant string) *engine.Open {
	if k == nil {
		return nil
	}
	out := &engine.Open{Asked: map[engine.Ref]bool{}}
	at := map[engine.Ref]int{}
	for _, run := range k.history[tenant].Interrupted() {
		for _, c := range run.Left() {
			if i, known := at[c.Ref]; known {
				out.Changes[i] = c // the later run planned from what the earlier left
				continue
			}
			at[c.Ref] = len(out.Changes)
			out.Changes = append(out.Changes, c)
		}
		for _, q := range run.Requests {
			for _, ref := range q.Refs {
				out.Asked[ref] = true
			}
		}
	}
	if len(at) == 0 {
		return nil
	}
	return out
}

// interrupted tells whether a run on a tenant was.
func (k *keeper) interrupted(tenant string) bool {
	return k != nil && len(k.history[tenant].Interrupted()) > 0
}

// begin makes the journals of the tenants that are to be written to, all of them
// before the first write to any. Only then are earlier runs ended.
func (s *session) begin(ctx context.Context, b journal.Begin, plans []*planned) error {
	k := s.kept
	b.Run, b.Owner, b.Tool = k.store.NewRun(), k.owner, version()
	for _, p := range plans {
		if err := s.beginOn(ctx, b, p); err != nil {
			return k.unkept(p, err)
		}
	}
	for _, p := range plans {
		if err := k.settleEarlier(k.open[p.tenant.Name], p); err != nil {
			return k.unkept(p, err)
		}
	}
	return nil
}

func (s *session) beginOn(ctx context.Context, b journal.Begin, p *planned) error {
	j, err := s.kept.store.Open(placeOf(p.tenant))
	if err != nil {
		return err
	}
	s.kept.open[p.tenant.Name] = j
	b.Tenant, b.Version = p.tenant.Name, p.tenant.Environment.Version
	b.Plan = engine.NewPlanRecord(onlyChanges(p.plan))
	if b.Secrets, err = s.writes(ctx, p); err != nil {
		return err
	}
	return j.Begin(b)
}

// unkept ends the runs that began: nothing was done.
func (k *keeper) unkept(p *planned, err error) error {
	for _, j := range k.open {
		_ = j.End()
	}
	return unkept(p.tenant, err)
}

// unkept refuses to write where nobody could tell later what was written.
func unkept(t *engine.Tenant, err error) error {
	return coded(exitRefused, fmt.Errorf("tenant %s: its journal cannot be kept: %w; nothing was written, name another folder with --journal", t.Name, err))
}

// settleEarlier ends the interrupted runs that this one takes the place of. Where
// not all could be read they stay: something of them is not known.
func (k *keeper) settleEarlier(j *journal.Journal, p *planned) error {
	if !p.whole() {
		return nil
	}
	var all []error
	for _, run := range k.history[p.tenant.Name].Interrupted() {
		ofRun := map[engine.Ref]bool{}
		for _, c := range run.Left() {
			ofRun[c.Ref] = true
		}
		var found []engine.ChangeResult
		if p.settled != nil {
			found = slices.DeleteFunc(slices.Clone(p.settled.Found), func(r engine.ChangeResult) bool { return !ofRun[r.Change.Ref] })
		}
		all = append(all, j.Settle(run.Run, found))
	}
	return errors.Join(all...)
}

// onlyChanges leaves out what a journal need not keep.
func onlyChanges(p *engine.Plan) *engine.Plan {
	return &engine.Plan{Tenant: p.Tenant, Stages: p.Stages, Access: p.Access}
}

// keyHolds is for how long a key is surely refused a second time: the client asks
// for 30 minutes, which is heard from V6.0.12 on; before that the vendor names 30
// seconds, and 30 minutes (facts page §2.5).
func keyHolds(v engine.Version) time.Duration {
	if v.Compare("6.0.12") < 0 {
		return 25 * time.Second
	}
	return 25 * time.Minute
}

// doubts are the keys of lost requests to create what a plan creates, as long as
// they may still take effect, and how to wait for them. Where a key may be
// forgotten before its request came to its end, the end is waited for here.
func (k *keeper) doubts(ctx context.Context, p *planned) (keys map[engine.Ref]string, wait func(context.Context) bool) {
	creates := map[engine.Ref]bool{}
	for _, c := range p.plan.Changes() {
		creates[c.Ref] = c.Action == engine.Create
	}
	keys = map[engine.Ref]string{}
	var until time.Time
	for ref, d := range k.history[p.tenant.Name].InDoubt() {
		now, end := k.store.Now(), d.At.Add(k.settle)
		switch {
		case !creates[ref] || !now.Before(end):
		case now.Sub(d.At) > keyHolds(p.tenant.Environment.Version):
			pause(ctx, end.Sub(now))
		default:
			keys[ref] = d.Key
			until = latest(until, end)
		}
	}
	return keys, func(ctx context.Context) bool {
		pause(ctx, min(time.Second, k.settle/10))
		return ctx.Err() == nil && k.store.Now().Before(until)
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// errStopped says that a run has no end, because it was stopped.
var errStopped = errors.New("the run was stopped")

// end ends the run on a tenant, unless it was stopped.
func (k *keeper) end(tenant string, r *engine.Result) error {
	if slices.ContainsFunc(r.Changes, func(c engine.ChangeResult) bool { return c.Why != nil && c.Why.Code == engine.CodeInterrupted }) {
		return errStopped
	}
	return k.open[tenant].End()
}
