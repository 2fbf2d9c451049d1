package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"
)

// forge is GitHub and GitLab as far as the CI examples use them: one change
// request, number 7, with its comments and approvals. Lists come in pages, every
// call needs the token, and time goes on by a second with every write.
type forge struct {
	mu        sync.Mutex
	clock     time.Time
	comments  []comment
	approvals []approval
	merged    string // commit
	head      string
	server    *httptest.Server
}

type comment struct {
	ID      int
	Author  string
	Body    string
	Updated time.Time
}

type approval struct {
	User   string
	Commit string
	At     time.Time
}

const (
	forgeToken = "forge-Token.1"
	forgeBot   = "github-actions[bot]"
	longest    = 65536 // characters of a comment
)

func newForge() *forge {
	f := &forge{clock: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	mux := http.NewServeMux()
	for _, base := range []string{"/repos/acme/tenants/issues/7/comments", "/projects/5/merge_requests/7/notes"} {
		mux.HandleFunc("GET "+base, f.list)
		mux.HandleFunc("POST "+base, f.create)
	}
	mux.HandleFunc("PATCH /repos/acme/tenants/issues/comments/{id}", f.replace)
	mux.HandleFunc("PUT /projects/5/merge_requests/7/notes/{id}", f.replace)
	mux.HandleFunc("GET /repos/acme/tenants/commits/{sha}/pulls", f.pulls)
	mux.HandleFunc("GET /projects/5/repository/commits/{sha}/merge_requests", f.pulls)
	mux.HandleFunc("GET /repos/acme/tenants/pulls/7/reviews", f.reviews)
	mux.HandleFunc("GET /projects/5/merge_requests/7/approvals", f.approved)
	mux.HandleFunc("GET /user", func(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"id": userID(forgeBot)}) })
	f.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+forgeToken && r.Header.Get("PRIVATE-TOKEN") != forgeToken {
			http.Error(w, `{"message":"Bad credentials"}`, http.StatusUnauthorized)
			return
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	return f
}

// tick gives the time of a write. Whoever calls it holds the lock.
func (f *forge) tick() time.Time {
	f.clock = f.clock.Add(time.Second)
	return f.clock
}

// say adds a comment as a person or another tool does.
func (f *forge) say(author, body string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.add(author, body)
}

func (f *forge) add(author, body string) {
	f.comments = append(f.comments, comment{len(f.comments) + 1, author, body, f.tick()})
}

func (f *forge) approve(user string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.approvals = append(f.approvals, approval{user, f.head, f.tick()})
}

func userID(name string) int {
	id := 0
	for _, r := range name {
		id = id*31%100003 + int(r)
	}
	return id
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (c comment) json() map[string]any {
	return map[string]any{"id": c.ID, "body": c.Body, "updated_at": c.Updated.Format(time.RFC3339),
		"user": map[string]any{"login": c.Author}, "author": map[string]any{"id": userID(c.Author)}}
}

func (f *forge) list(w http.ResponseWriter, r *http.Request) {
	size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, page = max(1, min(size, 100)), max(1, page)
	out := []any{}
	for i := (page - 1) * size; i < min(page*size, len(f.comments)); i++ {
		out = append(out, f.comments[i].json())
	}
	answer(w, out)
}

func body(w http.ResponseWriter, r *http.Request) (string, bool) {
	var sent struct{ Body string }
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || sent.Body == "" || len([]rune(sent.Body)) > longest {
		http.Error(w, `{"message":"Validation Failed"}`, http.StatusUnprocessableEntity)
		return "", false
	}
	return strings.TrimSpace(sent.Body), true
}

func (f *forge) create(w http.ResponseWriter, r *http.Request) {
	if text, ok := body(w, r); ok {
		f.add(forgeBot, text)
		w.WriteHeader(http.StatusCreated)
		answer(w, f.comments[len(f.comments)-1].json())
	}
}

func (f *forge) replace(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.Atoi(r.PathValue("id"))
	if id < 1 || id > len(f.comments) || f.comments[id-1].Author != forgeBot {
		http.Error(w, `{"message":"Not Found"}`, http.StatusNotFound)
		return
	}
	if text, ok := body(w, r); ok {
		f.comments[id-1].Body, f.comments[id-1].Updated = text, f.tick()
		answer(w, f.comments[id-1].json())
	}
}

func (f *forge) pulls(w http.ResponseWriter, r *http.Request) {
	out := []any{}
	if sha := r.PathValue("sha"); f.merged != "" && sha == f.merged {
		out = append(out, map[string]any{"number": 7, "iid": 7, "state": "merged", "merged_at": f.clock.Format(time.RFC3339),
			"merge_commit_sha": sha, "user": map[string]any{"login": "author"}, "author": map[string]any{"id": userID("author")},
			"head": map[string]any{"sha": f.head}})
	}
	answer(w, out)
}

func (f *forge) reviews(w http.ResponseWriter, _ *http.Request) {
	out := []any{}
	for _, a := range f.approvals {
		out = append(out, map[string]any{"state": "APPROVED", "commit_id": a.Commit, "submitted_at": a.At.Format(time.RFC3339),
			"user": map[string]any{"login": a.User}})
	}
	answer(w, out)
}

func (f *forge) approved(w http.ResponseWriter, _ *http.Request) {
	out := []any{}
	for _, a := range f.approvals {
		out = append(out, map[string]any{"user": map[string]any{"id": userID(a.User)}, "approved_at": a.At.Format(time.RFC3339)})
	}
	answer(w, map[string]any{"approved_by": out})
}

func (f *forge) String() string {
	var b strings.Builder
	for _, c := range f.comments {
		fmt.Fprintf(&b, "== %d %s\n%s\n", c.ID, c.Author, c.Body)
	}
	return b.String()
}
