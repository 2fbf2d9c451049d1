package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"cosmicctl/engine/watch"

	"github.com/spf13/cobra"
)

// webFlags say where the page of a watch is served.
type webFlags struct {
	listenAt  string
	tokenFile string
}

// tokenName is the variable that holds the token of the page.
const tokenName = "COSMICCTL_WATCH_TOKEN"

func (f *webFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.listenAt, "listen", "127.0.0.1:8477", "address of the page, the API and the metrics; \"\" for none")
	cmd.Flags().StringVar(&f.tokenFile, "token-file", "", "file with the token that lets a person acknowledge findings; also "+tokenName)
}

// webPage serves the page of a watch; nil serves none.
type webPage struct {
	listener net.Listener
	server   *http.Server
	token    string
}

// listen takes the address before anything else is done, so that a second watch, or
// a wrong address, is noticed at once.
func (f *webFlags) listen(ctx context.Context) (*webPage, error) {
	token, err := f.token()
	if err != nil || f.listenAt == "" {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", f.listenAt)
	if err != nil {
		return nil, fmt.Errorf("--listen %s: %w", f.listenAt, err)
	}
	return &webPage{listener: l, token: token}, nil
}

func (f *webFlags) token() (string, error) {
	if f.tokenFile == "" {
		return os.Getenv(tokenName), nil
	}
	info, err := os.Stat(f.tokenFile)
	if err != nil {
		return "", coded(exitInvalid, fmt.Errorf("--token-file: %w", err))
	}
	if open := info.Mode().Perm() & 0o077; open != 0 && os.PathSeparator == '/' {
		return "", coded(exitRefused, fmt.Errorf("--token-file %s may be read by others (mode %#o); chmod 600 it", f.tokenFile, info.Mode().Perm()))
	}
	data, err := os.ReadFile(f.tokenFile)
	if err != nil {
		return "", coded(exitInvalid, fmt.Errorf("--token-file: %w", err))
	}
	token := strings.TrimSpace(string(data))
	if token == "" {
		return "", coded(exitInvalid, fmt.Errorf("--token-file %s holds no token", f.tokenFile))
	}
	return token, nil
}

// address is where the page is, for a link; "" without one.
func (p *webPage) address() string {
	if p == nil {
		return ""
	}
	return "http://" + p.listener.Addr().String()
}

// told is what a person is told of the page at the start.
func (p *webPage) told() string {
	if p == nil {
		return ""
	}
	return " The page is " + p.address() + "/"
}

// serve begins to serve. A page on this machine's own address answers to its own
// names alone.
func (p *webPage) serve(w *watch.Watch, web watch.Web, log *slog.Logger) error {
	if p == nil {
		return nil
	}
	web.Token = p.token
	if tcp, ok := p.listener.Addr().(*net.TCPAddr); ok && tcp.IP.IsLoopback() {
		web.Hosts = watch.LoopbackHosts()
	}
	handler, err := w.Handler(web)
	if err != nil {
		return coded(exitInvalid, err)
	}
	p.server = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	go func() {
		if err := p.server.Serve(p.listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the page is not served any more", "error", err)
		}
	}()
	return nil
}

// close ends what is served, and waits a little for those who are reading.
func (p *webPage) close() {
	if p == nil {
		return
	}
	if p.server == nil {
		_ = p.listener.Close()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if p.server.Shutdown(ctx) != nil {
		_ = p.server.Close()
	}
}
