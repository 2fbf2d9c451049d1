package notify

import (
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"cosmicctl/engine"
)

// Channel is where messages go. Its address is a secret: whoever has that of a
// robot can write to the chat.
type Channel struct {
	Name   string
	Type   string
	URL    engine.Secret
	Secret engine.Secret
}

// need says whether a type of channel signs.
type need int

const (
	never need = iota
	maybe
	always
)

// Types are the types of channels, sorted.
func Types() []string { return slices.Sorted(maps.Keys(protocols())) }

func (c *Channel) fault(reason string) *Error {
	return &Error{Channel: c.Name, Type: c.Type, Reason: reason}
}

const noAddress = "its address is not one; copy it again from where it was made"

// address checks the address.
func (c *Channel) address() (*url.URL, *Error) {
	u, err := url.Parse(strings.TrimSpace(c.URL.Reveal()))
	switch {
	case err != nil || u.Host == "":
		return nil, c.fault(noAddress)
	case u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()):
		u.Fragment = ""
		return u, nil
	}
	return nil, c.fault("its address must begin with https://; plain http is for this machine only")
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// key is the secret as text, checked against whether the type has one.
func (c *Channel) key(n need) (string, *Error) {
	key := strings.TrimSpace(c.Secret.Reveal())
	switch {
	case n == always && key == "":
		return "", c.fault("its type signs and it has no secret; give one")
	case n == never && key != "":
		return "", c.fault("its type does not sign; remove its secret")
	}
	return key, nil
}
