package watch

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cosmicctl/engine"
)

// choice is which tenants are asked for.
type choice struct {
	States []string
	Labels []string // key=value, all of which it must have
	Text   string   // part of its name
}

func choose(q url.Values) choice {
	full := func(all []string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "" })
	}
	return choice{full(q["state"]), full(q["label"]), strings.TrimSpace(q.Get("q"))}
}

func (c choice) takes(t *TenantView) bool {
	for _, l := range c.Labels {
		k, v, _ := strings.Cut(l, "=")
		if has, ok := t.Labels[k]; !ok || has != v {
			return false
		}
	}
	is := func(state string) bool { return state == string(t.State) || state == "stale" && t.Stale }
	return (len(c.States) == 0 || slices.ContainsFunc(c.States, is)) && strings.Contains(strings.ToLower(t.Name), strings.ToLower(c.Text))
}

// link is the address of the overview with a choice, and a page of it.
func (c choice) link(page int) string {
	q := url.Values{"state": c.States, "label": c.Labels}
	if c.Text != "" {
		q.Set("q", c.Text)
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	return "/?" + q.Encode()
}

// overview is all tenants at a glance.
type overview struct {
	frame
	choice
	Total   int
	Tiles   []tile
	Columns []column
	Rows    []row
	Options []option // labels that tenants have
	Newest  []FindingView
	Open    int
	Pages   []pageLink
}

type option struct {
	Label  string
	Chosen bool
}

type tile struct {
	State   State
	N       int
	Link    string
	Current bool
}

type column struct {
	Kind  string
	Title engine.Text
}

type pageLink struct {
	N       int
	Link    string
	Current bool
}

type row struct {
	*TenantView
	Labels []string
	Cells  []cell
}

// cell is a kind of a tenant.
type cell struct {
	Kind  column
	Look  string // how it looks
	Text  string // what it shows
	Words string // what that means
}

const (
	rowsOfPage = 100
	newest     = 12
)

func (s *site) overview(w http.ResponseWriter, r *http.Request) {
	all, err := s.tenantViews(r.Context())
	if err != nil {
		s.broken(w, r, err)
		return
	}
	o := overview{frame: s.frame(r, s.say("tenants"), refresh), choice: choose(r.URL.Query()), Total: len(all)}
	if o.Newest, o.Open, err = s.Store.findings(r.Context(), Filter{State: FindUnacknowledged, Sort: "newest", Limit: newest}); err != nil {
		s.broken(w, r, err)
		return
	}
	worstFirst(all)
	o.tiles(all)
	o.labels(all)
	chosen := slices.DeleteFunc(all, func(t *TenantView) bool { return !o.takes(t) })
	page, err := strconv.Atoi(r.URL.Query().Get("page"))
	last := max(1, (len(chosen)+rowsOfPage-1)/rowsOfPage)
	if err != nil {
		page = 1
	}
	page = min(max(1, page), last)
	if last > 1 {
		for n := 1; n <= last; n++ {
			o.Pages = append(o.Pages, pageLink{n, o.link(n), n == page})
		}
	}
	o.Columns = columns(chosen)
	for _, t := range chosen[(page-1)*rowsOfPage : min(page*rowsOfPage, len(chosen))] {
		o.Rows = append(o.Rows, s.newRow(t, o.Columns))
	}
	s.show(w, http.StatusOK, "overview.html", o)
}

// tiles count the tenants by state, each a way to see only those.
func (o *overview) tiles(all []*TenantView) {
	n := map[State]int{}
	for _, t := range all {
		n[t.State]++
		if t.Stale {
			n["stale"]++
		}
	}
	for _, state := range append(States(), "stale") {
		current := slices.Contains(o.States, string(state))
		if n[state] == 0 && !current && state != StateClean && state != StateDrifted && state != StateUnreadable {
			continue
		}
		c := o.choice
		c.States = []string{string(state)}
		if current {
			c.States = nil
		}
		o.Tiles = append(o.Tiles, tile{state, n[state], c.link(1), current})
	}
}

func (o *overview) labels(all []*TenantView) {
	found := map[string]bool{}
	for _, l := range o.choice.Labels {
		found[l] = true
	}
	for _, t := range all {
		for k, v := range t.Labels {
			found[k+"="+v] = true
		}
	}
	for _, l := range slices.Sorted(maps.Keys(found)) {
		o.Options = append(o.Options, option{l, slices.Contains(o.choice.Labels, l)})
	}
}

// columns are the kinds of tenants, in the order in which looks give them.
func columns(tenants []*TenantView) []column {
	var out []column
	at := map[string]int{}
	for _, t := range tenants {
		for _, k := range t.Kinds {
			i, seen := at[k.Kind]
			if !seen {
				i = len(out)
				at[k.Kind] = i
				out = append(out, column{Kind: k.Kind})
			}
			if out[i].Title.EN == "" {
				out[i].Title = k.Title
			}
		}
	}
	return out
}

func (s *site) newRow(t *TenantView, columns []column) row {
	r := row{TenantView: t}
	for _, k := range slices.Sorted(maps.Keys(t.Labels)) {
		r.Labels = append(r.Labels, k+"="+t.Labels[k])
	}
	for _, c := range columns {
		i := slices.IndexFunc(t.Kinds, func(k *KindView) bool { return k.Kind == c.Kind })
		if i < 0 {
			r.Cells = append(r.Cells, cell{c, "none", "", s.say("read-" + string(NotRead))})
			continue
		}
		cell := s.cell(t.Kinds[i], c)
		if t.Read == Failed {
			cell.Look, cell.Words = "old", s.say("when-last-read", "what", cell.Words)
		}
		r.Cells = append(r.Cells, cell)
	}
	return r
}

// cell shows how a kind stands: what drifted first, then what is not known.
func (s *site) cell(k *KindView, c column) cell {
	unread := ""
	if k.Read == Failed || k.Read == Incomplete {
		unread = "?"
	}
	switch {
	case k.Open > 0:
		return cell{c, string(k.Risk), strconv.Itoa(k.Open) + unread, s.say("findings-worst", "findings", s.count(k.Open, "n-findings"), "risk", s.risk(k.Risk))}
	case unread != "":
		return cell{c, "unread", unread, s.say("not-read-wholly")}
	case k.Acknowledged > 0:
		return cell{c, "acknowledged", strconv.Itoa(k.Acknowledged), s.say("findings-acknowledged", "findings", s.count(k.Acknowledged, "n-findings"))}
	case k.Read == NotRead:
		return cell{c, "none", "", s.say("read-" + string(NotRead))}
	}
	return cell{c, "ok", "✓", s.say("state-" + string(StateClean))}
}
