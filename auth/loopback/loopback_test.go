package loopback_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"doorkey/auth/loopback"

	"go.uber.org/goleak"
	"golang.org/x/oauth2"
)

const issuer = "https://id.example.test/oidc"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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
	t      *testing.T
	url    *url.URL // the authorization request
	cancel context.CancelFunc
	done   chan result
}

type result struct {
	token *oauth2.Token
	err   error
}

// start begins a trip and waits until it wants a browser.
func start(t *testing.T, e *tokenEndpoint, change func(*loopback.Request)) *trip {
	t.Helper()
	urls := make(chan string, 1)
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
	}
	if change != nil {
		change(&req)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ctx = context.WithValue(ctx, oauth2.HTTPClient, e.Client())
	tr := &trip{t: t, cancel: cancel, done: make(chan result, 1)}
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

func TestTheBrowserComesBackWithACode(t *testing.T) {
	e := newTokenEndpoint(t)
	called := make(chan struct{}, 1)
	tr := start(t, e, func(r *loopback.Request) { r.OnCallback = func() { called <- struct{}{} } })

	redirect := tr.param("redirect_uri")
	if !strings.HasPrefix(redirect, "http://127.0.0.1:") || !strings.HasSuffix(redirect, "/callback") {
		t.Errorf("redirect_uri = %q, want the IP literal 127.0.0.1, a port and /callback", redirect)
	}
	if got := tr.param("code_challenge_method"); got != "S256" {
		t.Errorf("code_challenge_method = %q, want S256", got)
	}
	status, body, h := tr.get(tr.callback(tr.good()), nil)
	if status != http.StatusOK {
		t.Errorf("callback answered %d", status)
	}
	checkPage(t, body, h)
	token, err := tr.wait()
	if err != nil {
		t.Fatal(err)
	}
	if token.AccessToken != "the-token" {
		t.Errorf("access token = %q", token.AccessToken)
	}
	select {
	case <-called:
	default:
		t.Error("OnCallback was not called")
	}
}

func checkPage(t *testing.T, body string, h http.Header) {
	t.Helper()
	for _, bad := range []string{"good", "<Notes>", "signed in", "success", "Success"} {
		if strings.Contains(body, bad) {
			t.Errorf("the page says %q:\n%s", bad, body)
		}
	}
	if !strings.Contains(body, "Return to Acme &lt;Notes&gt;") {
		t.Errorf("the page does not send the person back to the app:\n%s", body)
	}
	for name, want := range map[string]string{
		"Cache-Control":           "no-store",
		"Referrer-Policy":         "no-referrer",
		"X-Content-Type-Options":  "nosniff",
		"X-Frame-Options":         "DENY",
		"Content-Type":            "text/html; charset=utf-8",
		"Content-Security-Policy": "default-src 'none'",
	} {
		if got := h.Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if h.Get("Location") != "" || strings.Contains(h.Get("Content-Security-Policy"), "unsafe") {
		t.Errorf("unexpected headers: %v", h)
	}
}

// Everything here reaches the listener from somewhere else than the provider.
// None of it may end the sign-in or tell anything about it.
func TestForgedRequestsChangeNothing(t *testing.T) {
	e := newTokenEndpoint(t)
	tr := start(t, e, nil)
	base := strings.TrimSuffix(tr.param("redirect_uri"), "/callback")
	with := func(change func(url.Values)) string {
		q := tr.good()
		change(q)
		return tr.callback(q)
	}
	set := func(name string, values ...string) string {
		return with(func(q url.Values) { q[name] = values })
	}
	header := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	for _, forged := range []struct {
		name   string
		method string
		url    string
		header http.Header
		host   string
		want   int
	}{
		{name: "the index, which oauth2cli answers with the authorization request", url: base + "/", want: 404},
		{name: "an error without a state, which ends oauth2cli", url: base + "/?error=access_denied", want: 404},
		{name: "an error without a state on the callback", url: base + "/callback?error=access_denied", want: 400},
		{name: "an error with a guessed state", url: base + "/callback?error=access_denied&state=guess&iss=" + url.QueryEscape(issuer), want: 400},
		{name: "no query at all", url: base + "/callback", want: 400},
		{name: "a code with a wrong state", url: set("state", "guess"), want: 400},
		{name: "a code with an empty state", url: set("state", ""), want: 400},
		{name: "a code with two states", url: set("state", tr.param("state"), "other"), want: 400},
		{name: "the right state in other case", url: set("state", strings.ToLower(tr.param("state"))), want: 400},
		{name: "a code without iss", url: with(func(q url.Values) { q.Del("iss") }), want: 400},
		{name: "a code of another issuer", url: set("iss", "https://evil.example.test/oidc"), want: 400},
		{name: "a code with two issuers", url: set("iss", issuer, issuer), want: 400},
		{name: "an error of another issuer", url: with(func(q url.Values) { q.Del("code"); q.Set("error", "x"); q.Set("iss", "https://evil.example.test") }), want: 400},
		{name: "an empty code", url: set("code", ""), want: 400},
		{name: "two codes", url: set("code", "good", "good"), want: 400},
		{name: "a code and an error", url: set("error", "access_denied"), want: 400},
		{name: "a POST", method: http.MethodPost, url: set("code", "good"), want: 405},
		{name: "a HEAD", method: http.MethodHead, url: set("code", "good"), want: 405},
		{name: "an OPTIONS", method: http.MethodOptions, url: set("code", "good"), want: 405},
		{name: "another path", url: strings.Replace(set("code", "good"), "/callback", "/callback/", 1), want: 404},
		{name: "a favicon", url: base + "/favicon.ico", want: 404},
		{name: "a foreign Host (DNS rebinding)", url: set("code", "good"), host: "evil.example.test", want: 421},
		{name: "the Host localhost", url: set("code", "good"), host: strings.Replace(strings.TrimPrefix(base, "http://"), "127.0.0.1", "localhost", 1), want: 421},
		{name: "a script's fetch", url: set("code", "good"), header: header("Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "empty"), want: 403},
		{name: "a fetch that hides where it goes", url: set("code", "good"), header: header("Sec-Fetch-Mode", "cors"), want: 403},
		{name: "an image", url: set("code", "good"), header: header("Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"), want: 403},
		{name: "a frame", url: set("code", "good"), header: header("Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"), want: 403},
		{name: "a prefetch", url: set("code", "good"), header: header("Sec-Purpose", "prefetch;prerender"), want: 503},
	} {
		t.Run(forged.name, func(t *testing.T) {
			tr.t = t
			method := forged.method
			if method == "" {
				method = http.MethodGet
			}
			status, body, h := tr.do(method, forged.url, forged.header, forged.host)
			if status != forged.want {
				t.Errorf("answered %d, want %d", status, forged.want)
			}
			if strings.Contains(body+fmt.Sprint(h), tr.param("state")) {
				t.Error("the answer tells the state")
			}
			tr.stillWaiting()
		})
	}
	tr.t = t
	navigation := header("Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "cross-site")
	if status, _, _ := tr.get(tr.callback(tr.good()), navigation); status != 200 {
		t.Errorf("the good answer got %d", status)
	}
	if _, err := tr.wait(); err != nil {
		t.Errorf("the sign-in did not survive: %v", err)
	}
}

func TestAThousandForgedRequestsAtOnce(t *testing.T) {
	e := newTokenEndpoint(t)
	tr := start(t, e, nil)
	const workers, each = 8, 125
	finished := make(chan error, workers)
	for range workers {
		go func() {
			client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
			for i := range each {
				resp, err := client.Get(tr.callback(url.Values{"error": {"access_denied"}, "state": {strconv.Itoa(i)}}))
				if err != nil {
					finished <- err
					return
				}
				resp.Body.Close()
			}
			finished <- nil
		}()
	}
	for range workers {
		if err := <-finished; err != nil {
			t.Fatal(err)
		}
	}
	tr.get(tr.callback(tr.good()), nil)
	if _, err := tr.wait(); err != nil {
		t.Fatal(err)
	}
}

func TestTheProviderRefuses(t *testing.T) {
	e := newTokenEndpoint(t)
	tr := start(t, e, nil)
	status, body, _ := tr.get(tr.callback(url.Values{
		"error": {"access_denied"}, "error_description": {"no\naccess <b>"}, "state": {tr.param("state")}, "iss": {issuer},
	}), nil)
	if status != 200 || strings.Contains(body, "access") || strings.Contains(body, "<b>") {
		t.Errorf("page with %d repeats the provider's words:\n%s", status, body)
	}
	_, err := tr.wait()
	var refused *loopback.AuthorizationError
	if !errors.As(err, &refused) || refused.Code != "access_denied" || refused.Description != "no access <b>" {
		t.Errorf("error = %#v, want access_denied in one line", err)
	}
}

func TestAProviderThatPromisesNoIss(t *testing.T) {
	e := newTokenEndpoint(t)
	tr := start(t, e, func(r *loopback.Request) { r.IssRequired = false })
	q := tr.good()
	q.Set("iss", "https://evil.example.test")
	if status, _, _ := tr.get(tr.callback(q), nil); status != 400 {
		t.Errorf("a wrong iss was answered %d", status)
	}
	q.Del("iss")
	tr.get(tr.callback(q), nil)
	if _, err := tr.wait(); err != nil {
		t.Error(err)
	}
}

func TestErrorsOfTheExchangeShowNoSecret(t *testing.T) {
	for code, want := range map[string]loopback.ExchangeError{
		"stolen": {StatusCode: 400, Code: "invalid_grant", Description: "grant request is invalid"},
		"html":   {StatusCode: 502, Description: "no OAuth 2.0 answer (is the token endpoint behind a proxy or a login page?)"},
	} {
		t.Run(code, func(t *testing.T) {
			e := newTokenEndpoint(t)
			tr := start(t, e, nil)
			q := tr.good()
			q.Set("code", code)
			tr.get(tr.callback(q), nil)
			_, err := tr.wait()
			var refused *loopback.ExchangeError
			if !errors.As(err, &refused) || *refused != want {
				t.Fatalf("error = %#v, want %#v", err, want)
			}
			all := fmt.Sprintf("%v %+v %#v", err, err, err)
			for _, secret := range []string{tr.param("state"), "top-secret-page", "code_verifier", code + "\""} {
				if strings.Contains(all, secret) {
					t.Errorf("error shows %q: %s", secret, all)
				}
			}
		})
	}
}

func TestWaitingEnds(t *testing.T) {
	t.Run("when the time is up", func(t *testing.T) {
		tr := start(t, newTokenEndpoint(t), func(r *loopback.Request) { r.Timeout = 50 * time.Millisecond })
		if _, err := tr.wait(); !errors.Is(err, loopback.ErrTimeout) {
			t.Errorf("error = %v, want ErrTimeout", err)
		}
	})
	t.Run("when it is cancelled, and the port is free at once", func(t *testing.T) {
		tr := start(t, newTokenEndpoint(t), nil)
		tr.cancel()
		if _, err := tr.wait(); !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v, want context.Canceled", err)
		}
		l, err := net.Listen("tcp", tr.redirectHost())
		if err != nil {
			t.Fatalf("the port is still in use: %v", err)
		}
		l.Close()
	})
	t.Run("with a callback in the same instant", func(t *testing.T) {
		// As it comes, oauth2cli's handler then sends on a channel that is
		// closed, and net/http logs the panic.
		var logged bytes.Buffer
		log.SetOutput(&logged)
		defer log.SetOutput(os.Stderr)
		var tr *trip
		tr = start(t, newTokenEndpoint(t), func(r *loopback.Request) { r.OnCallback = func() { tr.cancel() } })
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		if resp, err := client.Get(tr.callback(tr.good())); err == nil {
			resp.Body.Close()
		}
		if _, err := tr.wait(); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v, want context.Canceled", err)
		}
		time.Sleep(20 * time.Millisecond) // for the handler to end
		if logged.Len() > 0 {
			t.Errorf("logged:\n%s", logged.String())
		}
	})
}

func (tr *trip) redirectHost() string {
	u, err := url.Parse(tr.param("redirect_uri"))
	if err != nil {
		tr.t.Fatal(err)
	}
	return u.Host
}

// A browser opens connections ahead of need. One that stays silent must not
// hold up the exchange: oauth2cli alone waits 500 ms for it.
func TestAnIdleConnectionDoesNotHoldUpTheExchange(t *testing.T) {
	e := newTokenEndpoint(t)
	tr := start(t, e, nil)
	for range 3 {
		idle, err := net.Dial("tcp", tr.redirectHost())
		if err != nil {
			t.Fatal(err)
		}
		defer idle.Close()
	}
	before := time.Now()
	tr.get(tr.callback(tr.good()), nil)
	if _, err := tr.wait(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(before); took > 400*time.Millisecond {
		t.Errorf("took %v", took)
	}
}

func TestPorts(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	taken := busy.Addr().(*net.TCPAddr).Port
	free := freePort(t)

	t.Run("the first free one of a list", func(t *testing.T) {
		e := newTokenEndpoint(t)
		tr := start(t, e, func(r *loopback.Request) { r.Ports = []int{taken, free} })
		if want := fmt.Sprintf("http://127.0.0.1:%d/callback", free); tr.param("redirect_uri") != want {
			t.Errorf("redirect_uri = %s, want %s", tr.param("redirect_uri"), want)
		}
		tr.get(tr.callback(tr.good()), nil)
		if _, err := tr.wait(); err != nil {
			t.Error(err)
		}
	})
	t.Run("none of a list", func(t *testing.T) {
		_, err := loopback.Authorize(t.Context(), loopback.Request{Ports: []int{taken}, Open: mustNotOpen(t)})
		var port *loopback.PortError
		if !errors.As(err, &port) || !strings.Contains(err.Error(), strconv.Itoa(taken)) {
			t.Errorf("error = %v, want a PortError that names %d", err, taken)
		}
	})
	t.Run("a fixed redirect URI", func(t *testing.T) {
		e := newTokenEndpoint(t)
		uri := fmt.Sprintf("http://[::1]:%d/api/auth/callback/logto", free)
		tr := start(t, e, func(r *loopback.Request) { r.RedirectURI = uri })
		if tr.param("redirect_uri") != uri {
			t.Errorf("redirect_uri = %s, want %s", tr.param("redirect_uri"), uri)
		}
		tr.get(tr.callback(tr.good()), nil)
		if _, err := tr.wait(); err != nil {
			t.Error(err)
		}
	})
}

// "localhost" is what many providers have registered, and two addresses.
func TestRedirectURIOnLocalhost(t *testing.T) {
	port := freePort(t)
	uri := fmt.Sprintf("http://localhost:%d/callback", port)
	for _, address := range []string{"127.0.0.1", "[::1]"} {
		t.Run("the browser comes to "+address, func(t *testing.T) {
			e := newTokenEndpoint(t)
			tr := start(t, e, func(r *loopback.Request) { r.RedirectURI = uri })
			target := strings.Replace(tr.callback(tr.good()), "localhost", address, 1)
			if status, _, _ := tr.do(http.MethodGet, target, nil, fmt.Sprintf("localhost:%d", port)); status != 200 {
				t.Errorf("answered %d", status)
			}
			if _, err := tr.wait(); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("another program holds [::1]", func(t *testing.T) {
		thief, err := net.Listen("tcp", fmt.Sprintf("[::1]:%d", port))
		if err != nil {
			t.Fatal(err)
		}
		defer thief.Close()
		_, err = loopback.Authorize(t.Context(), loopback.Request{RedirectURI: uri, Open: mustNotOpen(t)})
		var taken *loopback.PortError
		if !errors.As(err, &taken) || !strings.Contains(err.Error(), "[::1]") {
			t.Errorf("error = %v, want a PortError that names [::1]", err)
		}
	})
}

func TestCheckRedirectURI(t *testing.T) {
	for uri, want := range map[string]string{
		"":                               "",
		"http://127.0.0.1/callback":      "",
		"http://127.0.0.1":               "",
		"http://[::1]:8080/":             "",
		"http://localhost:3000/a/b":      "",
		"https://127.0.0.1/callback":     "http://",
		"http://example.com/callback":    "127.0.0.1",
		"http://127.0.0.1.evil.test/cb":  "127.0.0.1",
		"http://0.0.0.0/callback":        "127.0.0.1",
		"http://127.0.0.1/callback?x=1":  "query",
		"http://127.0.0.1/callback#x":    "fragment",
		"http://me@127.0.0.1/callback":   "user",
		"http://127.0.0.1:0/callback":    "port",
		"http://127.0.0.1:99999/c":       "port",
		"http://127.0.0.1/call%62ack":    "escapes",
		"com.example.app:/callback":      "http://",
		"http://127.0.0.1:*/callback":    "URL",
		"http://[fe80::1%25eth0]/callba": "127.0.0.1",
	} {
		err := loopback.CheckRedirectURI(uri)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", uri, err, want)
		}
	}
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

func TestAnOpenerThatFailsIsNotTheEnd(t *testing.T) {
	e := newTokenEndpoint(t)
	failed := make(chan error, 1)
	urls := make(chan string, 1)
	go func() {
		raw := <-urls // by hand
		u, _ := url.Parse(raw)
		e.challenge, e.redirect = u.Query().Get("code_challenge"), u.Query().Get("redirect_uri")
		<-failed
		resp, err := http.Get(e.redirect + "?" + url.Values{"code": {"good"}, "state": {u.Query().Get("state")}}.Encode())
		if err == nil {
			resp.Body.Close()
		}
	}()
	token, err := loopback.Authorize(context.WithValue(t.Context(), oauth2.HTTPClient, e.Client()), loopback.Request{
		OAuth2:      oauth2.Config{ClientID: "app", Endpoint: oauth2.Endpoint{AuthURL: "https://id.example.test/auth", TokenURL: e.URL, AuthStyle: oauth2.AuthStyleInParams}},
		Open:        func(context.Context, string) error { return errors.New("no browser here") },
		OnOpenError: func(err error) { failed <- err },
		OnReady:     func(url string, _ time.Time) { urls <- url },
	})
	if err != nil || token.AccessToken != "the-token" {
		t.Errorf("%v, %v", token, err)
	}
	e.Client().CloseIdleConnections()
	http.DefaultClient.CloseIdleConnections()
}
