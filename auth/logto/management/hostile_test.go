package management_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"doorkey/auth/logto/management"
	"doorkey/auth/logto/management/managementtest"
)

// Whatever answers in place of Logto, or before it, the error says so in one
// line, no secret shows, and none is sent anywhere else.
func TestHostile(t *testing.T) {
	elsewhere := managementtest.Start(t)
	elsewhere.Wrap = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") })
	}
	page := "<!DOCTYPE html><html><title>Wi-Fi</title>" + strings.Repeat("x", 500)
	long := strings.Repeat("0123456789", 1<<20)
	for _, test := range []struct {
		name string
		answer
		says string
	}{
		{"a page", answer{200, "text/html", page, nil}, "web page"},
		{"a page that calls itself JSON", answer{200, "application/json", page, nil}, "web page"},
		{"a page as an error", answer{404, "text/html", page, nil}, "web page"},
		{"10 MB", answer{200, "application/json", `{"x":"` + long + `"}`, nil}, "more than 4 MB"},
		{"10 MB as an error", answer{400, "application/json", `{"message":"` + long + `"}`, nil}, "more than 4 MB"},
		{"a redirect elsewhere", answer{302, "", "", http.Header{"Location": {elsewhere.URL + "/api?token=s3cret"}}}, "sends to " + elsewhere.URL + ", which"},
		{"a redirect that keeps the method", answer{307, "", "", http.Header{"Location": {elsewhere.URL}}}, "sends to"},
		{"a redirect to nowhere", answer{301, "", "", nil}, "check the issuer"},
		{"half a JSON", answer{200, "application/json", `{"x":`, nil}, "not the JSON"},
		{"a JSON of something else", answer{200, "application/json", `"hello"`, nil}, "not the JSON"},
		{"nothing", answer{200, "application/json", ``, nil}, "not the JSON"},
		{"a server that is down", answer{503, "text/html", page, nil}, "cannot be reached"},
		{"a message to move the cursor", answer{422, "application/json", "{\"code\":\"x\\u001b[2J\",\"message\":\"a\\nb\\u202e\"}", nil}, "x[2J a b"},
	} {
		for _, where := range []string{"/oidc/token", "/api/connectors", "/oidc/.well-known/openid-configuration"} {
			t.Run(test.name+" for "+where, func(t *testing.T) {
				s := managementtest.Start(t)
				s.Wrap = func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if r.URL.Path != where {
							next.ServeHTTP(w, r)
							return
						}
						test.send(w)
					})
				}
				c := newClient(t, s)
				err := c.CheckIssuer(t.Context())
				if err == nil {
					_, err = c.Connectors(t.Context())
				}
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Fatalf("%v\ndoes not say %q", err, test.says)
				}
				checkError(t, err)
			})
		}
	}
}

type answer struct {
	status int
	kind   string
	body   string
	header http.Header
}

func (a answer) send(w http.ResponseWriter) {
	for name := range a.header {
		w.Header().Set(name, a.header.Get(name))
	}
	if a.kind != "" {
		w.Header().Set("Content-Type", a.kind)
	}
	w.WriteHeader(a.status)
	fmt.Fprint(w, a.body)
}

// checkError wants one line of a length that a person reads, without secrets.
func checkError(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	if len(text) > 700 || strings.ContainsAny(text, "\n\x1b\u202e") {
		t.Errorf("%d bytes: %q", len(text), text)
	}
	for _, secret := range []string{managementtest.ClientSecret, "M2M", "m2m-access-token", "s3cret", "Basic ", "Bearer "} {
		if strings.Contains(text, secret) {
			t.Errorf("%q shows %q", text, secret)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*managementtest.Server, *management.Config)
		want   error
		says   string
	}{
		{"a wrong secret", func(_ *managementtest.Server, c *management.Config) { c.ClientSecret = management.NewSecret("s3cret") }, management.ErrUnauthorized, "copy both from the Logto Console"},
		{"an unknown application", func(_ *managementtest.Server, c *management.Config) { c.ClientID = "nobody" }, management.ErrUnauthorized, "copy both from the Logto Console"},
		{"a role without access", func(s *managementtest.Server, _ *management.Config) { s.NoRole = true }, management.ErrForbidden, `assign it the role "Logto Management API access"`},
		{"another tenant's API", func(_ *managementtest.Server, c *management.Config) { c.Resource = "https://other.logto.app/api" }, management.ErrResource, "<tenant-id>"},
	} {
		s := managementtest.Start(t)
		config := management.Config{Issuer: s.Issuer(), ClientID: managementtest.ClientID, ClientSecret: management.NewSecret(managementtest.ClientSecret)}
		test.change(s, &config)
		c, err := management.New(config)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Connectors(t.Context())
		if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", test.name, err)
		}
		checkError(t, err)
	}
}

func TestRoleTakenAwayMeanwhile(t *testing.T) {
	s := managementtest.Start(t)
	c := newClient(t, s)
	if _, err := c.Connectors(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.NoRole = true
	if _, err := c.Connectors(t.Context()); !errors.Is(err, management.ErrForbidden) {
		t.Error(err)
	}
}

func TestSelfSignedCertificate(t *testing.T) {
	s := managementtest.New()
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	_, err := newClient(t, s).Connectors(t.Context())
	unreachable, ok := errors.AsType[*management.UnreachableError](err)
	if !ok || !strings.Contains(unreachable.Error(), "certificate") {
		t.Fatal(err)
	}
	checkError(t, err)
}

func TestNobodyThere(t *testing.T) {
	s := managementtest.Start(t)
	c := newClient(t, s)
	s.Close()
	_, err := c.Connectors(t.Context())
	if _, ok := errors.AsType[*management.UnreachableError](err); !ok {
		t.Fatal(err)
	}
	checkError(t, err)
}

func TestAnotherIssuer(t *testing.T) {
	s := managementtest.Start(t)
	c, err := management.New(management.Config{
		Issuer:   strings.Replace(s.Issuer(), "127.0.0.1", "localhost", 1),
		ClientID: managementtest.ClientID, ClientSecret: management.NewSecret(managementtest.ClientSecret),
	})
	if err != nil {
		t.Fatal(err)
	}
	err = c.CheckIssuer(t.Context())
	if other, ok := errors.AsType[*management.IssuerError](err); !ok || other.Answered != s.Issuer() {
		t.Error(err)
	}
}

// In memory, so that waiting takes no time.
func TestRateLimit(t *testing.T) {
	for _, test := range []struct {
		name     string
		refusals int
		after    string
		want     time.Duration // that the call takes, negative where it fails
	}{
		{"once", 1, "7", 7 * time.Second},
		{"three times", 3, "5", 15 * time.Second},
		{"for ever", 1000, "1", -1},
		{"for too long", 1, "3600", -1},
		{"without a time", 2, "", 3 * time.Second},
		{"with nonsense", 1, "soon", time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				transport := &limited{refusals: test.refusals, after: test.after}
				c, err := management.New(management.Config{
					Issuer: "https://logto.test/oidc", ClientID: "m2m", ClientSecret: management.NewSecret("s3cret"),
					HTTPClient: &http.Client{Transport: transport},
				})
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				err = c.CreateResource(t.Context(), "n", "https://api.test")
				switch {
				case test.want >= 0 && (err != nil || time.Since(began) != test.want || transport.done != 1):
					t.Errorf("%v after %v, done %d times", err, time.Since(began), transport.done)
				case test.want < 0 && (!errors.Is(err, management.ErrRateLimited) || time.Since(began) > time.Minute || transport.done != 0 || transport.asked > 4):
					t.Errorf("%v after %v and %d requests", err, time.Since(began), transport.asked)
				}
			})
		})
	}
}

func TestRateLimitCalledOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := management.New(management.Config{
			Issuer: "https://logto.test/oidc", ClientID: "m2m", ClientSecret: management.NewSecret("s3cret"),
			HTTPClient: &http.Client{Transport: &limited{refusals: 9, after: "20"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.CreateResource(ctx, "n", "https://api.test"); err != context.DeadlineExceeded {
			t.Error(err)
		}
	})
}

// limited answers 429 some times before it does what it is asked.
type limited struct {
	refusals    int
	after       string
	asked, done int
}

func (l *limited) RoundTrip(r *http.Request) (*http.Response, error) {
	reply := func(status int, body string, header http.Header) *http.Response {
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}
	}
	if r.URL.Path == "/oidc/token" {
		return reply(200, `{"access_token":"t","expires_in":3600,"scope":"all"}`, http.Header{}), nil
	}
	l.asked++
	if l.refusals > 0 {
		l.refusals--
		header := http.Header{}
		if l.after != "" {
			header.Set("Retry-After", l.after)
		}
		return reply(429, `{"code":"request.rate_limited","message":"Too many"}`, header), nil
	}
	l.done++
	return reply(201, `{}`, http.Header{}), nil
}
