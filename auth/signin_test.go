package auth_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// program is a client of the stand-in, with the test as its browser.
type program struct {
	*auth.Client
	t       *testing.T
	urls    chan string // authorization requests
	browser *http.Client
}

// newProgram makes a client of logto; change may alter its settings.
func newProgram(t *testing.T, logto *demo.Server, change func(*auth.Config)) *program {
	t.Helper()
	p := &program{t: t, urls: make(chan string, 10), browser: demotest.NewBrowser()}
	config := auth.Config{
		Issuer:      logto.Issuer(),
		ClientID:    demo.ClientID,
		Store:       keychain.NewMemory(),
		OpenBrowser: func(_ context.Context, url string) error { p.urls <- url; return nil },
	}
	if change != nil {
		change(&config)
	}
	client, err := auth.New(config)
	if err != nil {
		t.Fatal(err)
	}
	p.Client = client
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// nextURL is the authorization request that the program wants opened.
func (p *program) nextURL() string {
	p.t.Helper()
	select {
	case u := <-p.urls:
		return u
	case <-time.After(10 * time.Second):
		p.t.Fatal("no browser was opened")
		return ""
	}
}

// pick is somebody at the browser who picks a WeCom person and comes back.
func (p *program) pick(authorizeURL, person string) {
	p.t.Helper()
	callback, err := demotest.Person(p.t.Context(), p.browser, authorizeURL, person)
	if err != nil {
		p.t.Fatal(err)
	}
	p.get(callback)
}

func (p *program) get(address string) int {
	p.t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	resp, err := client.Get(address)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

type outcome struct {
	session auth.Session
	err     error
}

// begin starts a sign-in.
func (p *program) begin(ctx context.Context, options ...auth.SignInOption) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		s, err := p.SignIn(ctx, options...)
		done <- outcome{s, err}
	}()
	return done
}

func await(t *testing.T, done <-chan outcome) (auth.Session, error) {
	t.Helper()
	select {
	case o := <-done:
		return o.session, o.err
	case <-time.After(15 * time.Second):
		t.Fatal("the sign-in did not end")
		return auth.Session{}, nil
	}
}

// signIn signs a person in and expects it to work.
func (p *program) signIn(person string, options ...auth.SignInOption) auth.Session {
	p.t.Helper()
	done := p.begin(p.t.Context(), options...)
	p.pick(p.nextURL(), person)
	session, err := await(p.t, done)
	if err != nil {
		p.t.Fatal(err)
	}
	return session
}

func TestSignIn(t *testing.T) {
	for _, test := range []struct {
		name  string
		logto demo.Config
	}{
		{"at Logto with ES384", demo.Config{}},
		{"at Logto after a rotation to RSA", demo.Config{RSA: true}},
		{"at Logto up to 1.41, with at_hash", demo.Config{Legacy: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newProgram(t, demotest.Start(t, test.logto), nil)
			session := p.signIn(demotest.ZhangSan, auth.Connector("wecom"))
			if got := session.Profile; got.DisplayName() != "张三" || got.Email != "zhangsan@example.test" || got.ID == "" {
				t.Errorf("profile = %+v, want 张三 with an e-mail address", got)
			}
			for _, scope := range []string{"openid", "offline_access", "profile", "email"} {
				if !slices.Contains(session.Scopes, scope) {
					t.Errorf("scopes = %q, want %s among them", session.Scopes, scope)
				}
			}
			if since := time.Since(session.SignedInAt); since < 0 || since > time.Minute {
				t.Errorf("signed in %v ago", since)
			}
			again, err := p.Session(t.Context())
			if err != nil || again.Profile != session.Profile {
				t.Errorf("Session = %+v, %v", again, err)
			}
		})
	}
}

// Logto rotates its signing key from ES384 to RSA while the program runs.
func TestSignInAfterAKeyRotation(t *testing.T) {
	before := demotest.Start(t, demo.Config{})
	address, err := url.Parse(before.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(address.Port())
	if err != nil {
		t.Fatal(err)
	}
	p := newProgram(t, before, nil)
	p.signIn(demotest.ZhangSan)
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	demotest.Start(t, demo.Config{Port: port, RSA: true})
	if session := p.signIn(demotest.LiSi); session.Profile.Name != "李四" {
		t.Errorf("profile = %+v", session.Profile)
	}
}

func TestTheAuthorizationRequest(t *testing.T) {
	p := newProgram(t, demotest.Start(t, demo.Config{}), nil)
	ctx, cancel := context.WithCancel(t.Context())
	done := p.begin(ctx, auth.Connector("wecom"), auth.UILocales("zh-CN", "en"))
	first, err := url.Parse(p.nextURL())
	if err != nil {
		t.Fatal(err)
	}
	q := first.Query()
	for name, want := range map[string]string{
		"response_type":         "code",
		"client_id":             demo.ClientID,
		"scope":                 "openid offline_access profile email",
		"prompt":                "consent",
		"code_challenge_method": "S256",
		"direct_sign_in":        "social:wecom",
		"ui_locales":            "zh-CN en",
	} {
		if got := q.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) < 22 { // 128 bits
			t.Errorf("%s = %q is too short to be a secret", name, q.Get(name))
		}
	}
	cancel()
	await(t, done)
	p.begin(t.Context())
	second, err := url.Parse(p.nextURL())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if second.Query().Get(name) == q.Get(name) {
			t.Errorf("%s is the same in two sign-ins", name)
		}
	}
	if second.Query().Has("direct_sign_in") {
		t.Error("direct_sign_in without a connector")
	}
}

func TestAPersonOfWhomLittleIsKnown(t *testing.T) {
	p := newProgram(t, demotest.Start(t, demo.Config{}), nil)
	session := p.signIn(demotest.WangXiaoming)
	want := auth.Profile{ID: session.Profile.ID, Name: "王小明"}
	if session.Profile != want || want.ID == "" {
		t.Errorf("profile = %+v, want %+v", session.Profile, want)
	}
}

func TestATraditionalWebApplication(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	redirect := fmt.Sprintf("http://localhost:%d/api/auth/callback/logto", l.Addr().(*net.TCPAddr).Port)
	l.Close()
	web := &demo.WebApplication{ID: "web-app", Secret: "web secret/with%odd:characters", RedirectURI: redirect}
	p := newProgram(t, demotest.Start(t, demo.Config{Web: web}), func(c *auth.Config) {
		c.ClientID, c.ClientSecret, c.RedirectURI = web.ID, auth.NewSecret(web.Secret), web.RedirectURI
	})
	if session := p.signIn(demotest.LiSi); session.Profile.Name != "李四" {
		t.Errorf("profile = %+v", session.Profile)
	}
	if err := p.SignOut(t.Context()); err != nil {
		t.Errorf("sign-out with a secret: %v", err)
	}
}

// The whole stack, with forged callbacks fired at the listener while it waits.
func TestForgedCallbacksWhileSigningIn(t *testing.T) {
	p := newProgram(t, demotest.Start(t, demo.Config{}), nil)
	done := p.begin(t.Context())
	request := p.nextURL()
	u, err := url.Parse(request)
	if err != nil {
		t.Fatal(err)
	}
	callback := u.Query().Get("redirect_uri")
	for _, forged := range []string{
		"?error=access_denied", "?code=stolen&state=guess", "", "?state=" + u.Query().Get("state"),
		"?code=stolen&iss=https://evil.example.test&state=" + u.Query().Get("state"),
		"?code=stolen&state=" + u.Query().Get("state"), // discovery promises iss
	} {
		if status := p.get(callback + forged); status < 400 || status > 499 {
			t.Errorf("%q was answered %d", forged, status)
		}
	}
	if root := strings.TrimSuffix(callback, "/callback"); p.get(root+"/") != http.StatusNotFound {
		t.Error("GET / was answered")
	}
	p.pick(request, demotest.ZhangSan)
	if _, err := await(t, done); err != nil {
		t.Errorf("the sign-in did not survive: %v", err)
	}
}

func TestASecondSignInCancelsTheFirst(t *testing.T) {
	free := func() int {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return l.Addr().(*net.TCPAddr).Port
	}()
	// One port: the second can only listen once the first has let go.
	p := newProgram(t, demotest.Start(t, demo.Config{}), func(c *auth.Config) { c.Ports = []int{free} })
	first := p.begin(t.Context())
	p.nextURL()
	second := p.begin(t.Context())
	if _, err := await(t, first); !errors.Is(err, auth.ErrSuperseded) {
		t.Errorf("the first ended with %v, want ErrSuperseded", err)
	}
	p.pick(p.nextURL(), demotest.LiSi)
	session, err := await(t, second)
	if err != nil || session.Profile.Name != "李四" {
		t.Errorf("the second: %+v, %v", session.Profile, err)
	}
	if state := p.State(); state.Phase != auth.SignedIn || state.Err != nil {
		t.Errorf("state = %v, %v", state.Phase, state.Err)
	}
}

func TestGivingUp(t *testing.T) {
	logto := demotest.Start(t, demo.Config{})
	t.Run("cancelled", func(t *testing.T) {
		p := newProgram(t, logto, nil)
		ctx, cancel := context.WithCancel(t.Context())
		done := p.begin(ctx)
		p.nextURL()
		cancel()
		if _, err := await(t, done); !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v, want context.Canceled", err)
		}
	})
	t.Run("too late", func(t *testing.T) {
		p := newProgram(t, logto, func(c *auth.Config) { c.SignInTimeout = 100 * time.Millisecond })
		if _, err := await(t, p.begin(t.Context())); !errors.Is(err, auth.ErrTimeout) {
			t.Errorf("error = %v, want ErrTimeout", err)
		}
		if state := p.State(); state.Phase != auth.SignedOut || !errors.Is(state.Err, auth.ErrTimeout) {
			t.Errorf("state = %v, %v", state.Phase, state.Err)
		}
	})
	t.Run("the program ends", func(t *testing.T) {
		p := newProgram(t, logto, nil)
		done := p.begin(t.Context())
		p.nextURL()
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := await(t, done); !errors.Is(err, auth.ErrClosed) {
			t.Errorf("error = %v, want ErrClosed", err)
		}
		if _, err := p.SignIn(t.Context()); !errors.Is(err, auth.ErrClosed) {
			t.Errorf("a sign-in after Close: %v", err)
		}
	})
	t.Run("nobody loses the session they had", func(t *testing.T) {
		p := newProgram(t, logto, nil)
		p.signIn(demotest.ZhangSan)
		ctx, cancel := context.WithCancel(t.Context())
		done := p.begin(ctx)
		p.nextURL()
		cancel()
		await(t, done)
		if state := p.State(); state.Phase != auth.SignedIn || state.Session.Profile.Name != "张三" {
			t.Errorf("state = %v of %q", state.Phase, state.Session.Profile.Name)
		}
	})
}

func TestWatchTellsEachStep(t *testing.T) {
	p := newProgram(t, demotest.Start(t, demo.Config{}), nil)
	watched := p.Watch(t.Context())
	next := func(want string) auth.State {
		t.Helper()
		deadline := time.After(10 * time.Second)
		for {
			select {
			case s := <-watched:
				// States in between may have been replaced before they were taken.
				if got := fmt.Sprint(s.Phase, "/", s.Attempt.Step); got == want {
					return s
				}
			case <-deadline:
				t.Fatalf("no state %s", want)
			}
		}
	}
	next("unknown/0")
	if _, err := p.Session(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
		t.Fatal(err)
	}
	next("signed out/0")
	done := p.begin(t.Context())
	request := p.nextURL()
	waiting := next(fmt.Sprint("signing in/", auth.Waiting))
	if waiting.Attempt.URL != request {
		t.Errorf("URL = %q, want the one that was opened", waiting.Attempt.URL)
	}
	if left := time.Until(waiting.Attempt.Deadline); left < 4*time.Minute || left > 5*time.Minute {
		t.Errorf("%v left, want just under 5 minutes", left)
	}
	p.pick(request, demotest.ZhangSan)
	if _, err := await(t, done); err != nil {
		t.Fatal(err)
	}
	in := next("signed in/0")
	if in.Session.Profile.Name != "张三" || in.Attempt.URL != "" {
		t.Errorf("state = %+v", in)
	}
	if err := p.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out := next("signed out/0"); out.Session.Profile.ID != "" {
		t.Errorf("state = %+v", out)
	}
	p.Close()
	for range watched { // closed by Close, or the test hangs
	}
	if _, open := <-p.Watch(t.Context()); open {
		t.Error("Watch of a closed client is open")
	}
}

func TestWatchEndsWithItsContext(t *testing.T) {
	p := newProgram(t, demotest.Start(t, demo.Config{}), nil)
	ctx, cancel := context.WithCancel(t.Context())
	watched := p.Watch(ctx)
	cancel()
	for range watched { // closed, or the test hangs
	}
}

func TestAnOpenerThatFailsIsTold(t *testing.T) {
	broken := errors.New("no browser here")
	p := newProgram(t, demotest.Start(t, demo.Config{}), func(c *auth.Config) {
		c.OpenBrowser = func(context.Context, string) error { return broken }
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	watched := p.Watch(ctx)
	done := p.begin(t.Context())
	for state := range watched {
		if state.Attempt.OpenErr == nil {
			continue
		}
		if !errors.Is(state.Attempt.OpenErr, broken) || state.Attempt.URL == "" {
			t.Errorf("attempt = %+v", state.Attempt)
		}
		p.pick(state.Attempt.URL, demotest.ZhangSan) // by hand
		break
	}
	if _, err := await(t, done); err != nil {
		t.Error(err)
	}
}

func TestConnectorNames(t *testing.T) {
	p := newProgram(t, demotest.Start(t, demo.Config{}), nil)
	for _, name := range []string{"", "wecom&prompt=none", "we com", "../x", strings.Repeat("x", 100)} {
		if _, err := p.SignIn(t.Context(), auth.Connector(name)); err == nil || !strings.Contains(err.Error(), "connector") {
			t.Errorf("%q: %v", name, err)
		}
	}
	if state := p.State(); state.Phase != auth.Unknown {
		t.Errorf("a bad option changed the state to %v", state.Phase)
	}
}

func TestTheProviderSaysNo(t *testing.T) {
	p := newProgram(t, demotest.Start(t, demo.Config{}), nil)
	done := p.begin(t.Context())
	u, err := url.Parse(p.nextURL())
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	p.get(q.Get("redirect_uri") + "?" + url.Values{
		"error": {"access_denied"}, "error_description": {"no"}, "state": {q.Get("state")}, "iss": {strings.TrimSuffix(u.Scheme+"://"+u.Host, "/") + "/oidc"},
	}.Encode())
	_, err = await(t, done)
	var refused *auth.AuthorizationError
	if !errors.As(err, &refused) || refused.Code != "access_denied" {
		t.Errorf("error = %v, want access_denied", err)
	}
}

// hostile serves one answer for every request.
func hostile(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s.URL
}

func TestWhatAnswersAtTheIssuerIsNoProvider(t *testing.T) {
	elsewhere := hostile(t, func(w http.ResponseWriter, r *http.Request) { t.Error("a redirect was followed") })
	document := func(w http.ResponseWriter, r *http.Request, members string) {
		fmt.Fprintf(w, `{"issuer":"http://%s"%s}`, r.Host, members)
	}
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		says   string
	}{
		{"a web page", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html><h1>Welcome</h1>") }, "discovery"},
		{"not found, at length", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(404)
			fmt.Fprint(w, strings.Repeat("no such page ", 10000))
		}, "404"},
		{"10 MB", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"issuer":"`+strings.Repeat("x", 10<<20)+`"}`)
		}, "longer than"},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere, http.StatusFound) }, "302"},
		{"no endpoints", func(w http.ResponseWriter, r *http.Request) { document(w, r, "") }, "endpoint"},
		{"a token endpoint in the clear", func(w http.ResponseWriter, r *http.Request) {
			document(w, r, `,"authorization_endpoint":"https://a.test/","jwks_uri":"https://a.test/","token_endpoint":"http://a.test/"`)
		}, "token_endpoint"},
		{"endpoints of another kind", func(w http.ResponseWriter, r *http.Request) {
			document(w, r, `,"authorization_endpoint":"file:///etc/passwd","jwks_uri":"https://a.test/","token_endpoint":"https://a.test/"`)
		}, "authorization_endpoint"},
	} {
		t.Run(test.name, func(t *testing.T) {
			client, err := auth.New(auth.Config{
				Issuer: hostile(t, test.answer), ClientID: "app", Store: keychain.NewMemory(),
				OpenBrowser: func(context.Context, string) error { t.Error("a browser was opened"); return nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			_, err = client.SignIn(t.Context())
			var bad *auth.DiscoveryError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), test.says) || len(err.Error()) > 400 {
				t.Errorf("error = %v, want a short DiscoveryError that says %q", err, test.says)
			}
		})
	}
}

// Logto's endpoints follow the Host that was asked, its issuer does not.
func TestTheIssuerTrap(t *testing.T) {
	logto := demotest.Start(t, demo.Config{IssuerHost: "localhost:3001"})
	p := newProgram(t, logto, func(c *auth.Config) { c.Issuer = logto.Endpoint() + "/oidc" })
	_, err := p.SignIn(t.Context())
	var mismatch *auth.IssuerMismatchError
	if !errors.As(err, &mismatch) {
		t.Fatalf("error = %v, want an IssuerMismatchError", err)
	}
	if mismatch.Configured != logto.Endpoint()+"/oidc" || mismatch.Discovered != "http://localhost:3001/oidc" ||
		!strings.Contains(err.Error(), mismatch.Configured) || !strings.Contains(err.Error(), mismatch.Discovered) {
		t.Errorf("error = %v, want both issuers named", err)
	}
}

func TestNobodyAnswersAtTheIssuer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	client, err := auth.New(auth.Config{Issuer: "http://" + address + "/oidc", ClientID: "app", Store: keychain.NewMemory()})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = client.SignIn(t.Context())
	var away *auth.UnreachableError
	if !errors.As(err, &away) || away.Host != address {
		t.Errorf("error = %v, want an UnreachableError that names %s", err, address)
	}
}
