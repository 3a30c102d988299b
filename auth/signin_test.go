package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

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
			if err != nil || !reflect.DeepEqual(again.Profile, session.Profile) {
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
	got := session.Profile
	got.Claims, got.CreatedAt, got.UpdatedAt = nil, time.Time{}, time.Time{}
	want := auth.Profile{ID: got.ID, Name: "王小明"}
	if !reflect.DeepEqual(got, want) || want.ID == "" {
		t.Errorf("profile = %+v, want %+v", got, want)
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
	if err := p.Refresh(t.Context()); err != nil {
		t.Errorf("refresh with a secret: %v", err)
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
