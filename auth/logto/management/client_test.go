package management_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"doorkey/auth/logto/management"
	"doorkey/auth/logto/management/managementtest"
)

func newClient(t *testing.T, s *managementtest.Server) *management.Client {
	t.Helper()
	c, err := management.New(management.Config{
		Issuer: s.Issuer(), ClientID: managementtest.ClientID, ClientSecret: management.NewSecret(managementtest.ClientSecret),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	secret := management.NewSecret("s3cret")
	for _, test := range []struct {
		name   string
		config management.Config
		says   string
	}{
		{"no issuer", management.Config{ClientID: "m", ClientSecret: secret}, "not a Logto's"},
		{"an endpoint", management.Config{Issuer: "https://abc.logto.app", ClientID: "m", ClientSecret: secret}, "https://<endpoint>/oidc"},
		{"http", management.Config{Issuer: "http://abc.logto.app/oidc", ClientID: "m", ClientSecret: secret}, "use https"},
		{"ftp", management.Config{Issuer: "ftp://abc.logto.app/oidc", ClientID: "m", ClientSecret: secret}, "use https"},
		{"a password", management.Config{Issuer: "https://a:s3cret@abc.logto.app/oidc", ClientID: "m", ClientSecret: secret}, "not a Logto's"},
		{"no App ID", management.Config{Issuer: "https://abc.logto.app/oidc", ClientSecret: secret}, "no App ID"},
		{"no secret", management.Config{Issuer: "https://abc.logto.app/oidc", ClientID: "m"}, "no App Secret"},
		{"no identifier", management.Config{Issuer: "https://abc.logto.app/oidc", Resource: "api", ClientID: "m", ClientSecret: secret}, "<tenant-id>"},
	} {
		_, err := management.New(test.config)
		if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestDefaultResource(t *testing.T) {
	for issuer, want := range map[string]string{
		"http://localhost:3001/oidc":      "https://default.logto.app/api",
		"https://login.example.com/oidc":  "https://default.logto.app/api",
		"https://abc123.logto.app/oidc":   "https://abc123.logto.app/api",
		"https://logto.app.evil.com/oidc": "https://default.logto.app/api",
	} {
		if got := management.DefaultResource(issuer); got != want {
			t.Errorf("%s: %s, want %s", issuer, got, want)
		}
	}
}

func TestListsAllPages(t *testing.T) {
	s := managementtest.Start(t)
	for i := range 250 {
		s.Applications = append(s.Applications, managementtest.Object{"id": fmt.Sprint(i), "type": "Native"})
	}
	s.Applications = append(s.Applications, managementtest.Object{"id": "spa", "type": "SPA"})
	for name, wrap := range map[string]func(http.Handler) http.Handler{
		"with Total-Number":    nil,
		"without Total-Number": withoutTotal,
	} {
		s.Wrap = wrap
		got, err := newClient(t, s).NativeApplications(t.Context())
		if err != nil || len(got) != 250 || got[249].ID != "249" {
			t.Errorf("%s: %d applications, %v", name, len(got), err)
		}
	}
}

func withoutTotal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(noTotal{w}, r)
	})
}

type noTotal struct{ http.ResponseWriter }

func (w noTotal) WriteHeader(status int) {
	w.Header().Del("Total-Number")
	w.ResponseWriter.WriteHeader(status)
}

func TestListThatNeverEnds(t *testing.T) {
	s := managementtest.Start(t)
	s.Wrap = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/api/applications" {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Total-Number", "99999999")
			fmt.Fprint(w, `[{"id":"a"}]`)
		})
	}
	if _, err := newClient(t, s).NativeApplications(t.Context()); err == nil || !strings.Contains(err.Error(), "10,000") {
		t.Error(err)
	}
}

func TestUsesOneTokenAndGetsAnotherOnce(t *testing.T) {
	s := managementtest.Start(t)
	tokens := 0
	s.Wrap = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/oidc/token" {
				tokens++
			}
			next.ServeHTTP(w, r)
		})
	}
	c := newClient(t, s)
	for range 3 {
		if _, err := c.Connectors(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if tokens != 1 {
		t.Errorf("%d tokens for three calls", tokens)
	}
	s.EndTokens()
	if _, err := c.Connectors(t.Context()); err != nil || tokens != 2 {
		t.Errorf("%d tokens, %v", tokens, err)
	}
}

func TestChangeKeepsWhatItDoesNotKnow(t *testing.T) {
	s := managementtest.Start(t)
	s.Applications = []managementtest.Object{{
		"id": "a", "type": "Native", "customClientMetadata": managementtest.Object{"rotateRefreshToken": false, "fromTheFuture": managementtest.Object{"n": 1e15}},
	}}
	c := newClient(t, s)
	app, err := c.Application(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ChangeApplication(t.Context(), "a", management.Application{Custom: app.Custom.With("refreshTokenTtlInDays", 30)}); err != nil {
		t.Fatal(err)
	}
	custom := s.Applications[0]["customClientMetadata"].(managementtest.Object)
	if len(custom) != 3 || custom["rotateRefreshToken"] != false || custom["fromTheFuture"].(managementtest.Object)["n"] != 1e15 || custom["refreshTokenTtlInDays"] != 30.0 {
		t.Errorf("%v", custom)
	}
	if s.Applications[0]["type"] != "Native" || len(app.Custom) != 2 {
		t.Errorf("%v, and before it %d members", s.Applications[0], len(app.Custom))
	}
}

func TestAnIDIsNoPath(t *testing.T) {
	s := managementtest.Start(t)
	asked := ""
	s.Wrap = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = r.RequestURI
			next.ServeHTTP(w, r)
		})
	}
	_, err := newClient(t, s).Application(t.Context(), "../connectors?x=")
	if !management.IsNotFound(err) || asked != "/api/applications/..%2Fconnectors%3Fx=" {
		t.Errorf("%s: %v", asked, err)
	}
}

func TestCalledOff(t *testing.T) {
	s := managementtest.Start(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(context.Canceled)
	if _, err := newClient(t, s).Connectors(ctx); err != context.Canceled {
		t.Error(err)
	}
}

func TestSecretsDoNotShow(t *testing.T) {
	config := management.Config{ClientSecret: management.NewSecret("s3cret")}
	document := management.Document{}.With("appSecret", "s3cret")
	connector := management.Connector{Config: document}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, value := range []any{config, &config, document, connector, &connector, config.ClientSecret} {
			if text := fmt.Sprintf(verb, value); strings.Contains(text, "s3cret") || strings.Contains(text, "733363726574") {
				t.Errorf("%s of %T: %s", verb, value, text)
			}
		}
	}
}
