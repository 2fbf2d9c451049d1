package sandbox

import (
	"fmt"
	"slices"
	"time"
)

// genV2ApiByMetaData publishes an operation API, or replaces the one at its urlformat whole (facts §3.6). The request is
// inferred to be that of a save, a list of definitions in data; the lines of its three lists name properties as metadata
// does, {"number","entry"}.

const generatePath = "/v2/open/openapi_apilist/genV2ApiByMetaData"

func (c *call) generate(in map[string]any, key string, until time.Time) answer {
	list, is := in["data"].([]any)
	if !is || len(list) == 0 {
		return refuse(codeBadParameter, textNoData).answer()
	}
	c.pause("between")
	w := written{Result: make([]result, 0, len(list))}
	err := c.s.update(c.t, func(x *tx) error {
		x.remember(key, until)
		for i, one := range list {
			given, _ := one.(map[string]any)
			res := result{BillIndex: i, BillStatus: true, Errors: []rowError{}, Keys: map[string]string{}, Type: "add"}
			if wrong := x.generate(c, given, &res); len(wrong) > 0 {
				res.fail(wrong...)
			}
			w.Result = append(w.Result, res)
		}
		return nil
	})
	return c.outcome(w, err)
}

// generate makes one API callable, or says what is wrong with its definition and makes nothing.
func (x *tx) generate(c *call, given map[string]any, res *result) []string {
	in := texts(given)
	number, url := in["number"], in["urlformat"]
	res.Number, res.Keys["urlformat"] = &number, url
	r := x.tables["openapi_apilist"].first("urlformat", url)
	if r != nil {
		res.ID, res.Type = formatID(r.id), "Update"
	}
	g, wrong := x.generated(given, in)
	if wrong = append(wrong, x.unlisted(r, number)...); len(wrong) > 0 {
		return wrong
	}
	r, err := x.described(r, in, c.user)
	if err == nil {
		err = x.adopt(g)
	}
	if err != nil {
		return []string{err.Error()}
	}
	x.put("openapi_apilist", r)
	res.ID = formatID(r.id)
	return nil
}

// unlisted: no other API has the number, and the row may be edited now.
func (x *tx) unlisted(r *row, number string) []string {
	if r != nil && r.values["enable"] == "1" && x.version.editNeedsDisable() {
		return []string{rowDisableFirst}
	}
	for _, id := range x.tables["openapi_apilist"].having("number", number) {
		if r == nil || id != r.id {
			return []string{fmt.Sprintf(genNumberTaken, number)}
		}
	}
	if r == nil && x.binned(x.dict["openapi_apilist"], &row{values: map[string]string{"number": number}}) {
		return []string{rowRecycled}
	}
	return nil
}

// described is the row of the API. Its number and address are given; the rest is as sent.
func (x *tx) described(old *row, in map[string]string, by *row) (*row, error) {
	f := x.dict["openapi_apilist"]
	next := newRow(f, 0)
	if old != nil {
		next = old.clone()
	}
	object := map[string]any{"bizobject": in["bizobject_number"], "appid": in["appid_number"]}
	for _, name := range []string{"number", "name", "urlformat", "httpmethod", "apiservicetype", "operation", "version", "enable", "status"} {
		object[name] = in[name]
	}
	if err := x.enter(f, next, object); err != nil {
		return nil, err
	}
	if old == nil {
		next.id = x.nextID()
		x.stampNew(f, next, by)
	} else {
		x.stamp(f, next, by)
	}
	return next, nil
}

// adopt makes a generated API part of the settings, in place of one with its address.
func (x *tx) adopt(g *Generated) error {
	next := x.settings
	next.Generated = slices.DeleteFunc(slices.Clone(next.Generated), func(old Generated) bool { return old.Definition.URL == g.Definition.URL })
	next.Generated = append(next.Generated, *g)
	return x.set(next)
}
