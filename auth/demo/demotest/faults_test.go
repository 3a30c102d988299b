package demotest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

const (
	tokenPath     = "/oidc/token"
	discoveryPath = "/oidc/.well-known/openid-configuration"
)

// app is a signed-in application that may be answered badly.
type app struct {
	t       *testing.T
	logto   *demo.Server
	late    atomic.Bool  // the grace of the refresh token is over
	serving atomic.Int32 // requests under way
	faults  *demotest.Faults
	client  *http.Client
	refresh string // the refresh token it has
}

func newApp(t *testing.T) *app {
	t.Helper()
	a := &app{t: t, faults: demotest.NewFaults(), client: demotest.NewBrowser()}
	a.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a.logto = demotest.Start(t, demo.Config{
		Wrap: func(next http.Handler) http.Handler {
			next = a.faults.Wrap(next)
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				a.serving.Add(1)
				defer a.serving.Add(-1)
				next.ServeHTTP(w, r)
			})
		},
		Clock: func() time.Time {
			if a.late.Load() {
				return time.Now().Add(time.Minute)
			}
			return time.Now()
		},
	})

	config := oauth2.Config{
		ClientID:    demo.ClientID,
		RedirectURL: callback,
		Scopes:      []string{"openid", "offline_access"},
		Endpoint:    oauth2.Endpoint{AuthURL: a.logto.Issuer() + "/auth", TokenURL: a.logto.Issuer() + "/token"},
	}
	verifier := oauth2.GenerateVerifier()
	address := config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("prompt", "consent"))
	got, err := demotest.Person(t.Context(), nil, address, demotest.LiSi)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := url.Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.WithValue(t.Context(), oauth2.HTTPClient, a.client)
	tokens, err := config.Exchange(ctx, answer.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	a.refresh = tokens.RefreshToken
	a.faults.Reset()
	return a
}

// answer is what came of a request, as far as anything did.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

func (a *app) do(ctx context.Context, method, path, body string) (got answer) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, a.logto.Endpoint()+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := a.client.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(data), err}
}

func (a *app) get(path string) answer {
	a.t.Helper()
	return a.do(a.t.Context(), http.MethodGet, path, "")
}

func (a *app) refreshWithin(ctx context.Context) answer {
	a.t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {demo.ClientID}, "refresh_token": {a.refresh}}
	return a.do(ctx, http.MethodPost, tokenPath, form.Encode())
}

func (a *app) doRefresh() answer {
	a.t.Helper()
	return a.refreshWithin(a.t.Context())
}

// rotated reports whether the refresh token has been consumed, by using it
// once its grace is over.
func (a *app) rotated() bool {
	a.t.Helper()
	for a.serving.Load() > 0 {
		time.Sleep(time.Millisecond) // a client that gave up is ahead of the stand-in
	}
	a.late.Store(true)
	a.faults.Clear()
	switch got := a.doRefresh(); got.status {
	case http.StatusOK:
		return false
	case http.StatusBadRequest:
		return true
	default:
		a.t.Fatalf("%d %s", got.status, got.body)
		return false
	}
}

func (a answer) json(t *testing.T) (members map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), &members); err != nil {
		t.Fatalf("body %q: %v", a.body, err)
	}
	return members
}

// Whether the refresh token was consumed tells a fault before the stand-in
// from one behind it.
func TestFaultsAtTheTokenEndpoint(t *testing.T) {
	cut := func(t *testing.T, got answer) {
		if got.err == nil {
			t.Errorf("answered %d %s", got.status, got.body)
		}
	}
	status := func(want int, text string) func(*testing.T, answer) {
		return func(t *testing.T, got answer) {
			if got.err != nil || got.status != want || !strings.Contains(got.body, text) {
				t.Errorf("%d %q, %v", got.status, got.body, got.err)
			}
		}
	}
	for _, test := range []struct {
		name    string
		fault   demotest.Fault
		rotates bool
		check   func(*testing.T, answer)
	}{
		{"none", nil, true, status(200, "access_token")},
		{"Delay", demotest.Delay(10 * time.Millisecond), true, status(200, "access_token")},
		{"DelayAnswer", demotest.DelayAnswer(10 * time.Millisecond), true, status(200, "access_token")},
		{"DropAnswer", demotest.DropAnswer(), true, cut},
		{"CutAnswer", demotest.CutAnswer(), true, func(t *testing.T, got answer) {
			cut(t, got)
			if got.status != 200 || !strings.HasPrefix(got.body, `{"access_token":`) || !errors.Is(got.err, io.ErrUnexpectedEOF) {
				t.Errorf("%d %q, %v", got.status, got.body, got.err)
			}
		}},
		{"Status", demotest.Status(503), false, status(503, "Service Unavailable")},
		{"Status with a header", demotest.Status(429, "Retry-After", "7"), false, func(t *testing.T, got answer) {
			status(429, "Too Many Requests")(t, got)
			if after := got.header.Get("Retry-After"); after != "7" {
				t.Errorf("Retry-After %q", after)
			}
		}},
		{"StatusAfter", demotest.StatusAfter(502), true, status(502, "Bad Gateway")},
		{"HTML", demotest.HTML(), false, func(t *testing.T, got answer) {
			status(200, "<h1>")(t, got)
			if typ := got.header.Get("Content-Type"); typ != "text/html; charset=utf-8" {
				t.Errorf("Content-Type %q", typ)
			}
		}},
		{"Redirect", demotest.Redirect("https://elsewhere.example.test/"), false, func(t *testing.T, got answer) {
			status(307, "")(t, got)
			if to := got.header.Get("Location"); to != "https://elsewhere.example.test/" {
				t.Errorf("Location %q", to)
			}
		}},
		{"Refuse", demotest.Refuse("access_denied", 400), false, func(t *testing.T, got answer) {
			status(400, "")(t, got)
			if body := got.json(t); body["error"] != "access_denied" || body["code"] != "oidc.access_denied" || body["message"] == nil || body["error_description"] == nil {
				t.Errorf("body %s", got.body)
			}
		}},
		{"Edit", demotest.Edit(func(m map[string]any) { delete(m, "id_token"); m["expires_in"] = 1 }), true, func(t *testing.T, got answer) {
			status(200, "access_token")(t, got)
			if body := got.json(t); body["id_token"] != nil || body["expires_in"] != 1.0 || body["refresh_token"] == nil {
				t.Errorf("body %s", got.body)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.faults.Next(tokenPath, test.fault)
			test.check(t, a.doRefresh())
			if got := a.rotated(); got != test.rotates {
				t.Errorf("the refresh token was consumed: %t", got)
			}
		})
	}
}

// A client that gave up is noticed, so that neither it nor Close has to wait
// for a delay to end.
func TestDelayEndsWithItsRequest(t *testing.T) {
	for name, test := range map[string]struct {
		fault   demotest.Fault
		rotates bool
	}{
		"Delay":       {demotest.Delay(time.Hour), false},
		"DelayAnswer": {demotest.DelayAnswer(time.Hour), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.faults.Always("", test.fault)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if got := a.refreshWithin(ctx); !errors.Is(got.err, context.DeadlineExceeded) {
				t.Errorf("%d %q, %v", got.status, got.body, got.err)
			}
			if got := a.rotated(); got != test.rotates {
				t.Errorf("the refresh token was consumed: %t", got)
			}

			a.faults.Always("", test.fault)
			answered := make(chan answer)
			go func() { answered <- a.get("/") }()
			for a.faults.Requests("/") == 0 {
				time.Sleep(time.Millisecond)
			}
			start := time.Now()
			if err := a.logto.Close(); err != nil {
				t.Error(err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("closing took %s", took)
			}
			if got := <-answered; got.err == nil {
				t.Errorf("answered %d", got.status)
			}
		})
	}
}

// Else a pause of a minute would cut the connection after half of one.
func TestDelaysOutlastTheServersTimeLimits(t *testing.T) {
	faults := demotest.NewFaults()
	s := httptest.NewUnstartedServer(faults.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "served")
	})))
	s.Config.ReadTimeout, s.Config.WriteTimeout = 50*time.Millisecond, 50*time.Millisecond
	s.Start()
	defer s.Close()
	for name, fault := range map[string]demotest.Fault{
		"Delay":       demotest.Delay(200 * time.Millisecond),
		"DelayAnswer": demotest.DelayAnswer(200 * time.Millisecond),
	} {
		faults.Next("", fault)
		resp, err := s.Client().Post(s.URL, "text/plain", strings.NewReader("x"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || string(body) != "served" {
			t.Errorf("%s: %q, %v", name, body, err)
		}
	}
}

func TestFaultsTakeTurns(t *testing.T) {
	a := newApp(t)
	wantStatuses := func(path string, want ...int) {
		t.Helper()
		for i, want := range want {
			if got := a.get(path); got.status != want {
				t.Errorf("request %d for %s: %d, not %d", i+1, path, got.status, want)
			}
		}
	}
	a.faults.Next(discoveryPath, demotest.Status(501), nil)
	a.faults.Next(discoveryPath, demotest.Status(502))
	a.faults.Next("", demotest.Status(503))
	wantStatuses(discoveryPath, 501, 200, 502, 503, 200)

	a.faults.Next("", demotest.Status(503))
	wantStatuses("/", 503, 200)

	a.faults.Always(discoveryPath, demotest.Status(500))
	a.faults.Next(discoveryPath, demotest.Status(501))
	wantStatuses(discoveryPath, 501, 500, 500)
	wantStatuses("/", 200)

	a.faults.Always("", demotest.Status(502))
	wantStatuses(discoveryPath, 500)
	wantStatuses("/", 502, 502)

	a.faults.Next("/", demotest.Status(501))
	a.faults.Clear()
	wantStatuses("/", 200)
	wantStatuses(discoveryPath, 200)
}

func TestFaultsCount(t *testing.T) {
	a := newApp(t)
	want := func(discoveries, tokens, all, refreshes int) {
		t.Helper()
		f := a.faults
		if f.Requests(discoveryPath) != discoveries || f.Requests(tokenPath) != tokens || f.Requests("") != all || f.Refreshes() != refreshes {
			t.Errorf("%d for discovery, %d for tokens, %d in all, %d refreshes",
				f.Requests(discoveryPath), f.Requests(tokenPath), f.Requests(""), f.Refreshes())
		}
	}
	want(0, 0, 0, 0)
	a.get(discoveryPath)
	want(1, 0, 1, 0)
	a.doRefresh()
	want(1, 1, 2, 1)
	a.faults.Next(tokenPath, demotest.Status(503), demotest.DropAnswer())
	a.doRefresh()
	a.doRefresh()
	want(1, 3, 4, 3)

	a.get(tokenPath + "?grant_type=refresh_token")
	a.do(t.Context(), http.MethodPost, tokenPath, "grant_type=authorization_code")
	a.do(t.Context(), http.MethodPost, discoveryPath, "grant_type=refresh_token")
	want(2, 5, 7, 3)

	a.faults.Always("", demotest.Status(503))
	a.faults.Reset()
	want(0, 0, 0, 0)
	if got := a.get("/"); got.status != 503 {
		t.Errorf("a reset of the counts cleared the faults: %d", got.status)
	}
}

// What is looked at on the way still arrives whole.
func TestFaultsLeaveTheBody(t *testing.T) {
	faults := demotest.NewFaults()
	for name, body := range map[string]string{
		"nothing":               "",
		"a form":                "grant_type=refresh_token",
		"no form":               "%%%;",
		"more than is read":     strings.Repeat("x", 200<<10),
		"as much as is read":    strings.Repeat("x", 64<<10),
		"one more than is read": strings.Repeat("x", 64<<10+1),
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, tokenPath, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		faults.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if got, err := io.ReadAll(r.Body); err != nil || string(got) != body {
				t.Errorf("%s: %d bytes arrived of %d, %v", name, len(got), len(body), err)
			}
		})).ServeHTTP(nil, r)
	}
}

func TestEditLeavesWhatIsNoObject(t *testing.T) {
	a := newApp(t)
	a.faults.Always("", demotest.Edit(func(map[string]any) { t.Error("called") }))
	if got := a.get("/"); got.status != 200 || !strings.Contains(got.body, "</html>") {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestFaultsAreSafeForConcurrentUse(t *testing.T) {
	a := newApp(t)
	var all sync.WaitGroup
	const clients = 8
	for range clients {
		all.Go(func() {
			a.faults.Next("/", demotest.Status(503))
			a.faults.Always(discoveryPath, demotest.Status(500))
			a.get("/")
			a.faults.Clear()
			a.faults.Refreshes()
		})
	}
	all.Wait()
	if got := a.faults.Requests("/"); got != clients {
		t.Errorf("%d requests are counted", got)
	}
}

func TestStatusNeedsAValueForEachHeader(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	demotest.Status(429, strings.Fields("Retry-After")...)
}

// A program that has no demotest in it has no way to be made to fail.
func TestNoProgramHasFaults(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "doorkey/cmd/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	if !slices.Contains(packages, "doorkey/auth/demo") || slices.Contains(packages, "doorkey/auth/demo/demotest") {
		t.Errorf("the programs are made of %v", packages)
	}
}
