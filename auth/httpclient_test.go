package auth_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// api is an API that keeps what it was sent.
type api struct {
	*httptest.Server
	mu     sync.Mutex
	tokens []string
	bodies []string
	refuse map[string]bool // tokens that are answered 401
	all    bool            // every token is
}

func newAPI(t *testing.T) *api {
	a := &api{refuse: make(map[string]bool)}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		token := r.Header.Get("Authorization")
		body, _ := io.ReadAll(r.Body)
		a.tokens, a.bodies = append(a.tokens, token), append(a.bodies, string(body))
		switch {
		case a.all || a.refuse[token]:
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/away":
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusTemporaryRedirect)
		}
	}))
	t.Cleanup(a.Close)
	return a
}

func (a *api) last() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.tokens) == 0 {
		return "no request"
	}
	return a.tokens[len(a.tokens)-1]
}

func (p *program) httpClient(origins []string, options ...auth.TokenOption) *http.Client {
	p.t.Helper()
	client, err := p.HTTPClient(origins, options...)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(client.CloseIdleConnections)
	return client
}

func mustDo(t *testing.T, client *http.Client, r *http.Request) int {
	t.Helper()
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func request(t *testing.T, method, url string, body io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestHTTPClientSendsTheTokenWhereItBelongs(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(func(c *auth.Config) { c.Resources = []string{ordersAPI} })
	p.signIn(demotest.ZhangSan)
	orders, other := newAPI(t), newAPI(t)
	client := p.httpClient([]string{orders.URL + "/"}, auth.Resource(ordersAPI))
	want := "Bearer " + p.mustToken(auth.Resource(ordersAPI)).Value.Reveal()

	r := request(t, "GET", orders.URL+"/all", nil)
	mustDo(t, client, r)
	if orders.last() != want {
		t.Error("the API did not get the token")
	}
	if r.Header.Get("Authorization") != "" {
		t.Error("the caller's request was changed")
	}
	mustDo(t, client, request(t, "GET", other.URL+"/all", nil))
	if other.last() != "" {
		t.Error("another host got the token")
	}
	mustDo(t, client, request(t, "GET", orders.URL+"/away?to="+other.URL, nil))
	if other.last() != "" {
		t.Error("a redirect took the token to another host")
	}
	mustDo(t, client, request(t, "GET", strings.Replace(orders.URL, "127.0.0.1", "localhost", 1), nil))
	if orders.last() != "" {
		t.Error("another name of the host got the token")
	}
	own := request(t, "GET", orders.URL, nil)
	own.Header.Set("Authorization", "Basic abc")
	mustDo(t, client, own)
	if orders.last() != "Basic abc" {
		t.Error("the caller's own Authorization was replaced")
	}
}

func TestHTTPClientOrigins(t *testing.T) {
	p := newWorld(t, demo.Config{}).program(nil)
	for origin, says := range map[string]string{
		"api.example.com":                "not an origin",
		"https://api.example.com/v1":     "not an origin",
		"https://api.example.com?x=1":    "not an origin",
		"https://user@api.example.com":   "not an origin",
		"http://api.example.com":         "not https",
		"ftp://api.example.com":          "https://",
		"https://api.example.com":        "",
		"https://API.example.com:443/":   "",
		"http://127.0.0.1:8080":          "",
		"http://localhost:8080":          "",
		"http://127.0.0.1.evil.test:808": "not https",
	} {
		_, err := p.HTTPClient([]string{origin})
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", origin, err, says)
		}
	}
}

func TestHTTPClientAfterA401(t *testing.T) {
	for _, test := range []struct {
		name    string
		body    func() io.Reader
		age     time.Duration
		status  int
		sent    int
		refresh int
	}{
		{"without a body", func() io.Reader { return nil }, time.Minute, 200, 2, 1},
		{"with a body that can be sent again", func() io.Reader { return strings.NewReader("order 7") }, time.Minute, 200, 2, 1},
		{"with a body that cannot", func() io.Reader { return io.MultiReader(strings.NewReader("order 7")) }, time.Minute, 401, 1, 0},
		{"with a token that is new", func() io.Reader { return bytes.NewBufferString("order 7") }, 0, 401, 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			p := w.program(func(c *auth.Config) { c.Resources = []string{ordersAPI} })
			p.signIn(demotest.ZhangSan)
			orders := newAPI(t)
			orders.refuse["Bearer "+p.mustToken(auth.Resource(ordersAPI)).Value.Reveal()] = true
			w.clock.advance(test.age)
			w.faults.Reset()
			client := p.httpClient([]string{orders.URL}, auth.Resource(ordersAPI))
			if status := mustDo(t, client, request(t, "POST", orders.URL, test.body())); status != test.status {
				t.Errorf("status = %d, want %d", status, test.status)
			}
			if len(orders.tokens) != test.sent || w.faults.Refreshes() != test.refresh {
				t.Errorf("%d requests and %d refreshes, want %d and %d", len(orders.tokens), w.faults.Refreshes(), test.sent, test.refresh)
			}
			for _, body := range orders.bodies {
				if test.body() != nil && body != "order 7" {
					t.Errorf("body = %q", body)
				}
			}
		})
	}
	t.Run("that never ends, asks the provider seldom", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		p.signIn(demotest.ZhangSan)
		orders := newAPI(t)
		orders.all = true
		client := p.httpClient([]string{orders.URL})
		w.faults.Reset()
		for range 60 {
			if status := mustDo(t, client, request(t, "GET", orders.URL, nil)); status != 401 {
				t.Errorf("status = %d", status)
			}
			w.clock.advance(time.Second)
		}
		if n := w.faults.Refreshes(); n > 6 {
			t.Errorf("%d refreshes in a minute", n)
		}
	})
	t.Run("of a hundred at once, refreshes once", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		p.signIn(demotest.ZhangSan)
		orders := newAPI(t)
		orders.refuse["Bearer "+p.mustToken().Value.Reveal()] = true
		client := p.httpClient([]string{orders.URL})
		w.clock.advance(time.Minute)
		w.faults.Reset()
		var wait sync.WaitGroup
		for range 100 {
			wait.Go(func() {
				resp, err := client.Get(orders.URL)
				if err != nil || resp.StatusCode != 200 {
					t.Errorf("%v, %v", resp, err)
					return
				}
				resp.Body.Close()
			})
		}
		wait.Wait()
		if n := w.faults.Refreshes(); n != 1 {
			t.Errorf("%d refreshes", n)
		}
	})
}

func TestHTTPClientTellsWhyThereIsNoToken(t *testing.T) {
	p := newWorld(t, demo.Config{}).program(nil)
	orders := newAPI(t)
	client := p.httpClient([]string{orders.URL})
	body := &closer{Reader: strings.NewReader("order 7")}
	_, err := client.Do(request(t, "POST", orders.URL, body))
	if !errors.Is(err, auth.ErrSignedOut) {
		t.Errorf("error = %v", err)
	}
	if !body.closed { // as http.RoundTripper promises
		t.Error("the body was left open")
	}
	if len(orders.tokens) != 0 {
		t.Error("the request was sent without a token")
	}
}

type closer struct {
	io.Reader
	closed bool
}

func (c *closer) Close() error {
	c.closed = true
	return nil
}

func TestHTTPClientWithABodyThatIsGone(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	orders := newAPI(t)
	orders.all = true
	w.clock.advance(time.Minute)
	r := request(t, "POST", orders.URL, strings.NewReader("order 7"))
	r.GetBody = func() (io.ReadCloser, error) { return nil, errors.New("the file is gone") }
	if status := mustDo(t, p.httpClient([]string{orders.URL}), r); status != 401 || len(orders.tokens) != 1 {
		t.Errorf("status %d after %d requests", status, len(orders.tokens))
	}
}
