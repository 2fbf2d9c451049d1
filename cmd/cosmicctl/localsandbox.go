package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"cosmicctl/engine"
	"cosmicctl/engine/cosmic/sandbox"
	"cosmicctl/engine/secrets"
)

// localSandbox is a sandbox for the length of one command.
type localSandbox struct {
	box    *sandbox.Sandbox
	server *http.Server
	host   string
}

const defaultSandboxState = ".cosmicctl/sandbox.json"

// sandboxState is the file of a sandbox: the one that was named, or the default.
func sandboxState(named string) string { return cmp.Or(named, filepath.FromSlash(defaultSandboxState)) }

func openSandbox(state string) (*sandbox.Sandbox, error) {
	if err := os.MkdirAll(filepath.Dir(state), 0o700); err != nil {
		return nil, err
	}
	return sandbox.Open(sandbox.Options{StatePath: state, Now: time.Now, Rand: rand.Reader})
}

// startLocalSandbox serves the tenants of the manifests on loopback, seeded from
// sandbox.json in the folders that the command line names.
func (a *app) startLocalSandbox(state string, args []string, tenants []engine.Declared) (*localSandbox, error) {
	state = sandboxState(state)
	box, err := openSandbox(state)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	s := &localSandbox{box: box}
	if err := errors.Join(s.seed(args), s.ensure(tenants), s.serve()); err != nil {
		return nil, fmt.Errorf("sandbox: %w", errors.Join(err, box.Close()))
	}
	fmt.Fprintln(a.err, a.words.Say("using-sandbox", "file", state))
	return s, nil
}

func (s *localSandbox) seed(args []string) error {
	for _, path := range args {
		file := filepath.Join(path, "sandbox.json")
		data, err := os.ReadFile(file)
		if err != nil {
			continue // a file, or a folder without a seed
		}
		if err := s.box.Seed(data); err != nil {
			return coded(exitInvalid, about(file, err))
		}
	}
	return nil
}

// ensure makes the account, app and user of each manifest exist.
func (s *localSandbox) ensure(tenants []engine.Declared) error {
	for _, t := range tenants {
		env := t.Environment
		secret, err := secrets.Made(context.Background(), env.Auth.AppSecret)
		if err != nil {
			return err
		}
		err = s.box.Ensure(sandbox.Tenant{
			Path: contextPath(env.BaseURL), AccountID: env.AccountID, TenantID: env.TenantID, Version: string(env.Version),
			AppID: env.Auth.AppID, AppSecret: secret.Reveal(), Enhanced: env.Enhanced(),
			User: env.Auth.User, UserType: env.Auth.UserType,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *localSandbox) serve() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.host = l.Addr().String()
	s.server = &http.Server{Handler: s.box.Handler(), ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(l) }()
	return nil
}

// address is where the sandbox serves what a base address stands for.
func (s *localSandbox) address(base string) string {
	return "http://" + s.host + contextPath(base)
}

func contextPath(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return u.Path
}

func (s *localSandbox) close() error {
	return errors.Join(s.server.Close(), s.box.Close())
}
