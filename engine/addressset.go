package engine

import (
	"net/netip"
	"slices"
)

// interval is all addresses of a family from one to another.
type interval struct{ from, to netip.Addr }

// String is short where it is an address or a CIDR.
func (i interval) String() string {
	p, ok := i.prefix()
	switch {
	case ok && p.IsSingleIP():
		return i.from.String()
	case ok:
		return p.String()
	}
	return i.from.String() + "–" + i.to.String()
}

// prefix is the CIDR that covers exactly the interval, if there is one.
func (i interval) prefix() (netip.Prefix, bool) {
	for bits := 0; bits <= i.from.BitLen(); bits++ {
		p, err := i.from.Prefix(bits)
		if err == nil && p.Addr() == i.from && lastOf(p) == i.to {
			return p, true
		}
	}
	return netip.Prefix{}, false
}

// addressSet is a set of addresses: intervals in order that neither overlap nor touch.
// The families follow each other, IPv4 first, as [netip.Addr.Compare] has them.
type addressSet []interval

func newAddressSet(intervals ...interval) addressSet {
	slices.SortFunc(intervals, func(a, b interval) int { return a.from.Compare(b.from) })
	var out addressSet
	for _, s := range intervals {
		if last := len(out) - 1; last >= 0 && (s.from.Compare(out[last].to) <= 0 || s.from == out[last].to.Next()) {
			if out[last].to.Less(s.to) {
				out[last].to = s.to
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

func everyAddress() addressSet {
	v4, v6 := netip.PrefixFrom(netip.IPv4Unspecified(), 0), netip.PrefixFrom(netip.IPv6Unspecified(), 0)
	return addressSet{{v4.Addr(), lastOf(v4)}, {v6.Addr(), lastOf(v6)}}
}

// allowed is what lies in a rule that allows and in none that denies. A rule whose
// ends are no range decides nothing on the live side, and one of another policy
// nothing here: the facts know no third.
func (r Rows) allowed() addressSet {
	byPolicy := map[string][]interval{}
	for _, row := range r {
		if s, ok := row.interval(); ok {
			byPolicy[row.Policy] = append(byPolicy[row.Policy], s)
		}
	}
	allow, deny := newAddressSet(byPolicy["allow"]...), newAddressSet(byPolicy["deny"]...)
	return allow.and(deny.not()).(addressSet)
}

func (s addressSet) and(o extent) extent {
	t := o.(addressSet)
	var out addressSet
	for i, j := 0, 0; i < len(s) && j < len(t); {
		from, to := s[i].from, s[i].to
		if from.Less(t[j].from) {
			from = t[j].from
		}
		if t[j].to.Less(to) {
			to = t[j].to
			j++
		} else {
			i++
		}
		if !to.Less(from) {
			out = append(out, interval{from, to})
		}
	}
	return out
}

func (s addressSet) not() extent {
	var out addressSet
	for _, family := range everyAddress() {
		next := family.from
		for _, in := range s {
			if in.from.BitLen() != family.from.BitLen() {
				continue
			}
			if next.Less(in.from) {
				out = append(out, interval{next, in.from.Prev()})
			}
			next = in.to.Next() // not valid after the last address
		}
		if next.IsValid() {
			out = append(out, interval{next, family.to})
		}
	}
	return out
}

func (s addressSet) empty() bool { return len(s) == 0 }

// scope says "everything but" where that is shorter.
func (s addressSet) scope() Scope {
	if rest := s.not().(addressSet); len(rest) < len(s) {
		return Scope{All: true, Items: rest.items()}
	}
	return Scope{Items: s.items()}
}

func (s addressSet) items() []string {
	var out []string
	for _, in := range s {
		out = append(out, in.String())
	}
	return out
}
