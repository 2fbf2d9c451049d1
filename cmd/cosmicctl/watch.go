package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine/watch"

	"github.com/spf13/cobra"
)

type watchFlags struct {
	connectFlags
	baselineFlags
	webFlags
	every    time.Duration
	cron     string
	zone     string
	jitter   time.Duration
	deadline time.Duration
	keep     time.Duration
	database string
	config   string
	link     string
	gap      time.Duration
}

func (a *app) watchCommand() *cobra.Command {
	var f watchFlags
	cmd := &cobra.Command{
		Use:   "watch PATH…",
		Short: "Look for drift on a schedule, keep its history, and tell of changes",
		Long: `Look at tenants on a schedule, as 'cosmicctl drift' does, until the process is told
to end. What is found is kept in a database: what drifted since when, who changed it,
when it was mended. A page shows it, for a wall or a phone, with a JSON API, metrics
for Prometheus and addresses for health checks beside it. Channels of a file that
--config names are told of changes, not of looks.

Manifests are read anew when they change; while there is a mistake in them, those that
were read before are watched. A tenant that cannot be read closes no finding. The
process may be killed at any moment: nothing that was found is lost or found twice.

Nothing is ever applied. Whoever has the token (COSMICCTL_WATCH_TOKEN, or a file that
--token-file names) may acknowledge findings on the page, and nothing else.

It ends at SIGINT or SIGTERM with exit code 130 or 143. See 'cosmicctl help watch'.`,
		Example: `  cosmicctl watch --every 15m manifests/
  cosmicctl watch --cron '0 6-20 * * 1-5' --zone Asia/Shanghai --config watch.yaml manifests/
  cosmicctl watch --sandbox --every 1m examples/fleet`,
		Args: paths,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("every") && f.cron != "" {
				return coded(exitInvalid, report.Fault("every-and-cron"))
			}
			return a.watch(cmd.Context(), args, f)
		},
	}
	f.registerLooking(cmd)
	f.baselineFlags.register(cmd)
	f.webFlags.register(cmd)
	fs := cmd.Flags()
	_ = fs.Set("log-level", "info")
	fs.Lookup("log-level").DefValue = "info"
	fs.DurationVar(&f.every, "every", 15*time.Minute, "how often each tenant is looked at; the looks are spread over this time")
	fs.StringVar(&f.cron, "cron", "", "look at all tenants when this cron expression says so, in place of --every")
	fs.StringVar(&f.zone, "zone", "", "time zone of --cron and of the page, such as Asia/Shanghai (default: the machine's)")
	fs.DurationVar(&f.jitter, "jitter", 0, "the most by which a look comes later, drawn anew each time")
	fs.DurationVar(&f.deadline, "deadline", 5*time.Minute, "how long a look at one tenant may take")
	fs.DurationVar(&f.keep, "keep", 90*24*time.Hour, "how long what ended is kept")
	fs.StringVar(&f.database, "database", "", "file of the history (default $XDG_STATE_HOME/cosmicctl/watch.db; with --sandbox beside its state)")
	fs.StringVar(&f.config, "config", "", "file with the channels that are told of changes; see 'cosmicctl help notifications'")
	fs.StringVar(&f.link, "link", "", "address of the page for messages, if it is not that of --listen")
	fs.DurationVar(&f.gap, "message-gap", time.Minute, "the least time between two messages to one channel")
	return cmd
}

func (a *app) watch(ctx context.Context, args []string, f watchFlags) error {
	schedule, zone, err := f.schedule()
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return coded(exitInvalid, err)
	}
	s, err := a.open(ctx, args, f.connectFlags)
	if err != nil {
		return err
	}
	defer s.close()
	s.diagnostics()
	if s.loaded.Failed() {
		return coded(codeOfDiagnostics(s.loaded.Diagnostics), errReported)
	}
	look, err := newLookout(s, args, f.baseline, time.Now)
	if err != nil {
		return err
	}
	page, err := f.webFlags.listen(ctx)
	if err != nil {
		return err
	}
	defer page.close()
	channels, err := s.channels(ctx, f, page.address())
	if err != nil {
		return err
	}
	store, err := f.store(ctx)
	if err != nil {
		return err
	}
	w, err := watch.New(ctx, watch.Options{Store: store, Looker: look, Schedule: schedule, Clock: wallClock{}, Random: mathrand.Float64, Log: s.log,
		Channels: channels, Jitter: f.jitter, AtOnce: f.tenants, Deadline: f.deadline, Reload: min(time.Minute, f.every), Keep: f.keep, Version: version()})
	if err != nil {
		return errors.Join(err, store.Close())
	}
	if err := page.serve(w, watch.Web{Words: s.words, Zone: zone, Random: rand.Reader}, s.log); err != nil {
		return errors.Join(err, store.Close())
	}
	fmt.Fprintln(a.out, page.told(s.words, len(s.loaded.Tenants)))
	w.Run(ctx)
	s.log.Info("the watch ends")
	page.close() // before what it shows
	return store.Close()
}

// schedule says when to look, and in which zone a person reads it.
func (f *watchFlags) schedule() (watch.Schedule, *time.Location, error) {
	zone := time.Local
	if f.zone != "" {
		var err error
		if zone, err = time.LoadLocation(f.zone); err != nil {
			return nil, nil, report.Fault("no-zone", "error", err)
		}
	}
	if f.cron != "" {
		s, err := watch.Cron(f.cron, zone)
		switch {
		case errors.Is(err, watch.ErrNever):
			err = report.Fault("cron-never", "expression", strconv.Quote(f.cron))
		case err != nil:
			err = report.Fault("cron-invalid", "expression", strconv.Quote(f.cron), "error", err)
		}
		return s, zone, err
	}
	s, err := watch.Every(max(f.every, watch.Shortest))
	return s, zone, err
}

// check refuses times that make no sense.
func (f *watchFlags) check() error {
	for _, t := range []struct {
		flag     string
		d, least time.Duration
	}{{"every", f.every, watch.Shortest}, {"jitter", f.jitter, 0}, {"deadline", f.deadline, time.Second}, {"keep", f.keep, time.Hour}, {"message-gap", f.gap, 0}} {
		if t.d < t.least {
			return report.Fault("too-short", "flag", "--"+t.flag, "value", t.d, "least", t.least)
		}
	}
	return nil
}

// store opens the history.
func (f *watchFlags) store(ctx context.Context) (*watch.Store, error) {
	file := f.database
	switch {
	case file != "":
	case f.sandbox:
		file = filepath.Join(filepath.Dir(sandboxState(f.sandboxState)), "watch.db")
	default:
		dir, err := stateHome()
		if err != nil {
			return nil, err
		}
		file = filepath.Join(dir, "watch.db")
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	store, err := watch.Open(ctx, file)
	var wrong *watch.StoreError
	if errors.As(err, &wrong) {
		return nil, coded(exitInvalid, err)
	}
	return store, err
}

// wallClock is the machine's.
type wallClock struct{}

func (wallClock) Now() time.Time                         { return time.Now() }
func (wallClock) After(d time.Duration) <-chan time.Time { return time.After(d) }
