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

	"cosmicctl/cmd/cosmicctl/report"
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
		return nil, report.Fault("not-listening", "address", f.listenAt, "error", err)
	}
	return &webPage{listener: l, token: token}, nil
}

func (f *webFlags) token() (string, error) {
	token, err := f.written()
	if err == nil && token != "" && len(token) < watch.ShortestToken {
		err = coded(exitInvalid, report.Fault("token-short", "least", watch.ShortestToken))
	}
	return token, err
}

// written is the token as a file or the environment has it.
func (f *webFlags) written() (string, error) {
	if f.tokenFile == "" {
		return os.Getenv(tokenName), nil
	}
	info, err := os.Stat(f.tokenFile)
	if err != nil {
		return "", coded(exitInvalid, report.Fault("token-file", "error", err))
	}
	if open := info.Mode().Perm() & 0o077; open != 0 && os.PathSeparator == '/' {
		return "", coded(exitRefused, report.Fault("token-file-open", "file", f.tokenFile, "mode", fmt.Sprintf("%#o", info.Mode().Perm())))
	}
	data, err := os.ReadFile(f.tokenFile)
	if err != nil {
		return "", coded(exitInvalid, report.Fault("token-file", "error", err))
	}
	token := strings.TrimSpace(string(data))
	if token == "" {
		return "", coded(exitInvalid, report.Fault("token-file-empty", "file", f.tokenFile))
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

// told is what a person is told at the start: of how many tenants, and of the page.
func (p *webPage) told(w report.Words, tenants int) string {
	told := w.Say("watching", "tenants", w.Count(tenants, "n-tenants"))
	if p == nil {
		return told
	}
	return told + w.Say("page-at", "address", p.address()+"/")
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
