package demotest

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"sync"
)

// Faults makes a stand-in, or the network before it, go wrong on request:
//
//	faults := demotest.NewFaults()
//	logto := demotest.Start(t, demo.Config{Wrap: faults.Wrap})
//	faults.Next("/oidc/token", demotest.DropAnswer())
//
// A path is what a request line says, such as "/oidc/token"; "" stands for
// every path. Faults is safe for concurrent use.
type Faults struct {
	mu        sync.Mutex
	next      map[string][]Fault
	always    map[string]Fault
	requests  map[string]int
	refreshes int
}

// NewFaults returns Faults that let everything through.
func NewFaults() *Faults {
	f := new(Faults)
	f.Clear()
	f.Reset()
	return f
}

// Next gives the next requests for a path one fault each, in turn, after those
// that earlier calls gave. A nil one is an honest answer.
func (f *Faults) Next(path string, faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next[path] = append(f.next[path], faults...)
}

// Always gives every request for a path a fault, until Clear. Those of Next
// come first, and a path's own come before those of "".
func (f *Faults) Always(path string, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.always[path] = fault
}

// Clear lets everything through again. Requests under way keep their fault.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next = make(map[string][]Fault)
	f.always = make(map[string]Fault)
}

// Requests counts the requests that came for a path since the last Reset,
// whatever became of them.
func (f *Faults) Requests(path string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.requests[path]
}

// Refreshes counts the requests that came to the token endpoint with a refresh
// token since the last Reset, whatever became of them.
func (f *Faults) Refreshes() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refreshes
}

// Reset starts the counts anew. It leaves the faults.
func (f *Faults) Reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = make(map[string]int)
	f.refreshes = 0
}

// Wrap is for [demo.Config].
func (f *Faults) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fault := f.arrived(r, peekForm(r)); fault != nil {
			fault(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// arrived counts a request and returns the fault it is to meet, or nil.
func (f *Faults) arrived(r *http.Request, form url.Values) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()

	path := r.URL.Path
	f.requests[path]++
	f.requests[""]++
	if path == "/oidc/token" && r.Method == http.MethodPost && form.Get("grant_type") == "refresh_token" {
		f.refreshes++
	}
	for _, of := range []string{path, ""} {
		if waiting := f.next[of]; len(waiting) > 0 {
			f.next[of] = waiting[1:]
			return waiting[0]
		}
	}
	if fault, ok := f.always[path]; ok {
		return fault
	}
	return f.always[""]
}

// maxForm bounds what is read ahead of a request, in bytes.
const maxForm = 64 << 10

// peekForm returns the form in the body of a request and leaves the body to be
// read again. A server hears of a client that gave up only once it has read
// the body, so it is read even where no form is in it.
func peekForm(r *http.Request) url.Values {
	peeked, err := io.ReadAll(io.LimitReader(r.Body, maxForm))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(peeked), r.Body), r.Body}
	if err != nil {
		return nil
	}
	form, err := url.ParseQuery(string(peeked))
	if err != nil {
		return nil
	}
	return form
}
