package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"cosmicctl/engine/cosmic/sandbox"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

type sandboxFlags struct {
	listen string
	admin  string
	seed   string
	state  string
	tls    bool
}

func (a *app) sandboxCommand() *cobra.Command {
	var f sandboxFlags
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run a Cosmic on this machine, to try things on",
		Long: `Run a Cosmic that speaks real HTTP on this machine: both token flows, query, save,
delete, enable and disable with the vendor's quirks, metadata and publishing, the
gateway of Invoice Cloud, and faults on demand through an admin address of its own.
See 'cosmicctl help sandbox'.`,
		Example: "  cosmicctl sandbox --listen 127.0.0.1:8080 --seed examples/quickstart/sandbox.json",
		Args:    nothing,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.runSandbox(cmd.Context(), f) },
	}
	fs := cmd.Flags()
	fs.StringVar(&f.listen, "listen", "127.0.0.1:0", "address to serve tenants on")
	fs.StringVar(&f.admin, "admin", "127.0.0.1:0", "address to serve faults, logs and rows on; keep it private")
	fs.StringVar(&f.seed, "seed", "", "file with the tenants to begin with")
	fs.StringVar(&f.state, "state", filepath.FromSlash(defaultSandboxState), "file that holds the state")
	fs.BoolVar(&f.tls, "tls", false, "serve over TLS, with a certificate made for this run")
	return cmd
}

func (a *app) runSandbox(ctx context.Context, f sandboxFlags) (err error) {
	box, err := openSandbox(f.state)
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	if f.seed != "" {
		data, err := os.ReadFile(f.seed)
		if err != nil {
			return coded(exitInvalid, err)
		}
		if err := box.Seed(data); err != nil {
			return coded(exitInvalid, about(f.seed, err))
		}
	}
	return a.serveSandbox(ctx, box, f)
}

// serveSandbox serves until the context ends.
func (a *app) serveSandbox(ctx context.Context, box *sandbox.Sandbox, f sandboxFlags) error {
	tenants, err := net.Listen("tcp", f.listen)
	if err != nil {
		return err
	}
	admin, err := net.Listen("tcp", f.admin)
	if err != nil {
		return errors.Join(err, tenants.Close())
	}
	scheme := "http"
	if f.tls {
		scheme = "https"
		cert, ca, err := selfSigned(time.Now())
		if err != nil {
			return err
		}
		file := f.state + ".ca.pem"
		if err := os.WriteFile(file, ca, 0o600); err != nil {
			return err
		}
		tenants = tls.NewListener(tenants, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
		fmt.Fprintf(a.out, "ca file  %s\n", file)
	}
	fmt.Fprintf(a.out, "state    %s\ntenants  %s://%s\nadmin    http://%s\n", f.state, scheme, tenants.Addr(), admin.Addr())
	var g errgroup.Group
	servers := []*http.Server{
		{Handler: box.Handler(), ReadHeaderTimeout: time.Minute},
		{Handler: box.Admin(), ReadHeaderTimeout: time.Minute},
	}
	for i, l := range []net.Listener{tenants, admin} {
		g.Go(func() error { return servers[i].Serve(l) })
	}
	<-ctx.Done()
	_ = servers[0].Close()
	_ = servers[1].Close()
	_ = g.Wait() // both say that they were closed
	return nil
}
