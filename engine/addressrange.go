package engine

import (
	"net/netip"
	"strings"
)

// Range is a rule over a range of addresses in canonical form: what a CIDR and
// a start with an end both become.
type Range struct {
	Policy string `json:"policy"`
	Start  string `json:"start"`
	End    string `json:"end"`
}

// String is short where the range is an address or a CIDR. A live row that is
// no range at all is written out, so that it reads like none.
func (r Range) String() string {
	if s, ok := r.interval(); ok {
		return r.Policy + " " + s.String()
	}
	return r.Policy + " " + r.Start + "–" + r.End
}

// interval is what the range covers, if its ends are ends of a range.
func (r Range) interval() (interval, bool) {
	from, err1 := netip.ParseAddr(r.Start)
	to, err2 := netip.ParseAddr(r.End)
	if err1 != nil || err2 != nil || from.BitLen() != to.BitLen() || to.Less(from) || from.Zone()+to.Zone() != "" {
		return interval{}, false
	}
	return interval{from, to}, true
}

// CIDR is the prefix that covers exactly the range, or "".
func (r Range) CIDR() string {
	if i, ok := r.interval(); ok {
		if p, ok := i.prefix(); ok {
			return p.String()
		}
	}
	return ""
}

// NewRange makes a rule from a CIDR or from a start and an end; the code says
// what is wrong with them.
func NewRange(policy, cidr, start, end string) (Range, Code) {
	switch {
	case cidr != "" && start == "" && end == "":
		return fromCIDR(policy, cidr)
	case cidr == "" && start != "" && end != "":
		return fromEnds(policy, start, end)
	}
	return Range{}, CodeRangeForm
}

func fromCIDR(policy, cidr string) (Range, Code) {
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		return Range{}, CodeRangeCIDR
	}
	if p.Masked() != p {
		return Range{}, CodeRangeHostBits
	}
	return Range{policy, p.Addr().String(), lastOf(p).String()}, ""
}

func fromEnds(policy, start, end string) (Range, Code) {
	s, err1 := netip.ParseAddr(strings.TrimSpace(start))
	e, err2 := netip.ParseAddr(strings.TrimSpace(end))
	switch {
	case err1 != nil || err2 != nil || s.Zone() != "" || e.Zone() != "":
		return Range{}, CodeRangeAddress
	case s.BitLen() != e.BitLen():
		return Range{}, CodeRangeFamily
	case e.Less(s):
		return Range{}, CodeRangeOrder
	}
	return Range{policy, s.String(), e.String()}, ""
}

func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// family names the address family.
func (r Range) family() string {
	if strings.Contains(r.Start, ":") {
		return "ipv6"
	}
	return "ipv4"
}
