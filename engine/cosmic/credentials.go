package cosmic

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"cosmicctl/engine"
)

// credentials are the secrets of an environment, resolved when first needed
// and then kept.
type credentials struct {
	env     *engine.Environment
	resolve func(context.Context, engine.SecretRef) (engine.Secret, error)
	censor  *censor

	mu   sync.Mutex
	done *resolved
	err  error
}

type resolved struct {
	appSecret engine.Secret
	headers   map[string]string
}

// get resolves the secrets once. A failure is kept as well, unless it was only
// the caller who gave up.
func (c *credentials) get(ctx context.Context) (*resolved, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done != nil || c.err != nil {
		return c.done, c.err
	}
	done, err := c.resolveAll(ctx)
	if err != nil && ctx.Err() == nil {
		c.err = err
	}
	c.done = done
	return done, err
}

func (c *credentials) resolveAll(ctx context.Context) (*resolved, error) {
	secret, err := c.one(ctx, c.env.Auth.AppSecret)
	if err != nil {
		return nil, err
	}
	r := &resolved{appSecret: secret, headers: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(c.env.Headers)) {
		v := c.env.Headers[name]
		r.headers[name] = v.Text
		if v.Ref == nil {
			continue
		}
		s, err := c.one(ctx, *v.Ref)
		if err != nil {
			return nil, fmt.Errorf("header %s: %w", name, err)
		}
		r.headers[name] = s.Reveal()
	}
	return r, nil
}

func (c *credentials) one(ctx context.Context, ref engine.SecretRef) (engine.Secret, error) {
	s, err := c.resolve(ctx, ref)
	if err != nil {
		return s, fmt.Errorf("resolve secret %s: %w", ref, err)
	}
	if s.Reveal() == "" {
		return s, fmt.Errorf("secret %s is empty", ref)
	}
	c.censor.add(s.Reveal())
	return s, nil
}

// checkHeaders refuses headers that are the client's own business.
func checkHeaders(headers map[string]engine.HeaderValue) error {
	own := []string{
		headerToken, "Access_token", headerKey, headerWindow, "Authorization", "Connection",
		"Content-Length", "Content-Type", "Host", "Transfer-Encoding",
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if !headerName(name) {
			return fmt.Errorf("header %q: not a name of a header", name)
		}
		if slices.Contains(own, http.CanonicalHeaderKey(name)) {
			return fmt.Errorf("header %s: set by the client itself", name)
		}
	}
	return nil
}

func headerName(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_')
	}) < 0
}
