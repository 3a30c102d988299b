package loopback_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"doorkey/auth/loopback"

	"go.uber.org/goleak"
	"golang.org/x/oauth2"
)

const issuer = "https://id.example.test/oidc"

func TestMain(m *testing.M) {
	beStandIn()
	goleak.VerifyTestMain(m)
}

// tokenEndpoint answers the code "good" sent with the right verifier, and
// refuses everything else as Logto does.
type tokenEndpoint struct {
	*httptest.Server
	challenge string // of the authorization request
	redirect  string
}

func newTokenEndpoint(t *testing.T) *tokenEndpoint {
	t.Helper()
	e := &tokenEndpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.PostFormValue("code") == "html":
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprint(w, "<html>top-secret-page</html>")
		case r.PostFormValue("code") == "good" &&
			r.PostFormValue("redirect_uri") == e.redirect &&
			base64.RawURLEncoding.EncodeToString(sum[:]) == e.challenge:
			_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "the-token", "token_type": "Bearer", "expires_in": 3600})
		default:
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":"invalid_grant","error_description":"grant request is invalid"}`)
		}
	}))
	t.Cleanup(e.Close)
	return e
}

// trip is one call of Authorize on its way, with the test as its browser.
type trip struct {
	t       *testing.T
	url     *url.URL // the authorization request
	waiting loopback.Waiting
	cancel  context.CancelFunc
	done    chan result
}

type result struct {
	token *oauth2.Token
	err   error
}

// start begins a trip and waits until it wants a browser.
func start(t *testing.T, e *tokenEndpoint, change func(*loopback.Request)) *trip {
	t.Helper()
	urls := make(chan string, 1)
	tr := &trip{t: t, done: make(chan result, 1)}
	req := loopback.Request{
		OAuth2: oauth2.Config{
			ClientID: "app",
			Endpoint: oauth2.Endpoint{AuthURL: "https://id.example.test/oidc/auth", TokenURL: e.URL, AuthStyle: oauth2.AuthStyleInParams},
			Scopes:   []string{"openid"},
		},
		Issuer:      issuer,
		IssRequired: true,
		AppName:     "Acme <Notes>",
		Timeout:     20 * time.Second,
		Open:        func(_ context.Context, url string) error { urls <- url; return nil },
		OnReady:     func(w loopback.Waiting) { tr.waiting = w },
	}
	if change != nil {
		change(&req)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ctx = context.WithValue(ctx, oauth2.HTTPClient, e.Client())
	tr.cancel = cancel
	t.Cleanup(func() { cancel(); e.Client().CloseIdleConnections() })
	go func() {
		token, err := loopback.Authorize(ctx, req)
		tr.done <- result{token, err}
	}()
	select {
	case raw := <-urls:
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		tr.url = u
		e.challenge, e.redirect = tr.param("code_challenge"), tr.param("redirect_uri")
	case r := <-tr.done:
		t.Fatalf("ended before the browser was opened: %v", r.err)
	case <-time.After(10 * time.Second):
		t.Fatal("the browser was not opened")
	}
	return tr
}

func (tr *trip) param(name string) string { return tr.url.Query().Get(name) }

// callback is the redirect URI with a query.
func (tr *trip) callback(query url.Values) string {
	return tr.param("redirect_uri") + "?" + query.Encode()
}

// good is the provider's right answer.
func (tr *trip) good() url.Values {
	return url.Values{"code": {"good"}, "state": {tr.param("state")}, "iss": {issuer}}
}

func (tr *trip) get(target string, header http.Header) (status int, body string, h http.Header) {
	tr.t.Helper()
	return tr.do(http.MethodGet, target, header, "")
}

func (tr *trip) do(method, target string, header http.Header, host string) (int, string, http.Header) {
	tr.t.Helper()
	req, err := http.NewRequest(method, target, nil)
	if err != nil {
		tr.t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Host = host
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       5 * time.Second,
	}
	resp, err := client.Do(req)
	if err != nil {
		tr.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		tr.t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Header
}

func (tr *trip) wait() (*oauth2.Token, error) {
	tr.t.Helper()
	select {
	case r := <-tr.done:
		return r.token, r.err
	case <-time.After(10 * time.Second):
		tr.t.Fatal("the trip did not end")
		return nil, nil
	}
}

// stillWaiting fails where the trip has ended.
func (tr *trip) stillWaiting() {
	tr.t.Helper()
	select {
	case r := <-tr.done:
		tr.t.Fatalf("the trip ended: %v", r.err)
	case <-time.After(20 * time.Millisecond):
	}
}

func (tr *trip) redirectHost() string {
	u, err := url.Parse(tr.param("redirect_uri"))
	if err != nil {
		tr.t.Fatal(err)
	}
	return u.Host
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func mustNotOpen(t *testing.T) func(context.Context, string) error {
	return func(context.Context, string) error {
		t.Error("a browser was opened")
		return nil
	}
}
