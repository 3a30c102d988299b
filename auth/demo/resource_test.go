package demo_test

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"doorkey/auth/demo"
)

const (
	ordersAPI  = "https://orders.example.test"
	reportsAPI = "https://reports.example.test/api"

	organizationsAPI = "urn:logto:resource:organizations"
)

var apis = []demo.Resource{
	{Indicator: ordersAPI, Scopes: []string{"read:orders", "write:orders"}},
	{Indicator: reportsAPI, Scopes: []string{"read:reports"}},
}

// wantAccessToken checks a JWT access token and the scope of its answer.
func (l *lab) wantAccessToken(got tokens, claims map[string]any) {
	l.t.Helper()
	if _, err := l.keySet().VerifySignature(l.t.Context(), got.AccessToken); err != nil {
		l.t.Fatalf("%d characters: %v", len(got.AccessToken), err)
	}
	header := part(l.t, got.AccessToken, 0)
	want := map[string]any{"typ": "at+jwt", "alg": header["alg"], "kid": keysIn(l.t, l.get("/oidc/jwks").json(l.t))[0]["kid"]}
	if diff := cmp.Diff(want, header); diff != "" {
		l.t.Errorf("header (-want +got):\n%s", diff)
	}
	payload := part(l.t, got.AccessToken, 1)
	wantAbout(l.t, "iat", payload["iat"], l.clock.now())
	wantAbout(l.t, "exp", payload["exp"], l.clock.now().Add(time.Duration(got.ExpiresIn)*time.Second))
	if jti, _ := payload["jti"].(string); len(jti) < 16 {
		l.t.Errorf("jti %q", jti)
	}
	for _, varies := range []string{"iat", "exp", "jti"} {
		delete(payload, varies)
	}
	claims["iss"], claims["client_id"] = l.Issuer(), l.client
	if diff := cmp.Diff(claims, payload); diff != "" {
		l.t.Errorf("claims (-want +got):\n%s", diff)
	}
	if got.Scope != claims["scope"] || got.TokenType != "Bearer" {
		l.t.Errorf("scope %q, type %q", got.Scope, got.TokenType)
	}
}

// wantOpaque checks an access token of Logto's own.
func (l *lab) wantOpaque(got tokens, scope string) {
	l.t.Helper()
	if len(got.AccessToken) != 43 || got.Scope != scope {
		l.t.Errorf("access token of %d characters for %q", len(got.AccessToken), got.Scope)
	}
	if answer := l.userinfo(got.AccessToken); answer.status != 200 {
		l.t.Errorf("userinfo: %d %s", answer.status, answer.body)
	}
}

func TestResourceTokens(t *testing.T) {
	l := newLab(t, demo.Config{Resources: apis, AccessTokenTTL: 10 * time.Minute})
	const own = "openid offline_access"
	got := l.signIn("lisi", request{
		"scope":    own + " read:orders read:reports",
		"resource": ordersAPI + " " + reportsAPI,
	})
	l.wantOpaque(got, own)

	// The tokens of one grant serve each resource, in any order.
	for _, test := range []struct {
		asked   url.Values
		want    map[string]any // nil: an opaque one
		idToken bool
	}{
		{url.Values{"resource": {ordersAPI}}, map[string]any{"aud": ordersAPI, "sub": "ls3v9c5t0r8b", "scope": "read:orders"}, true},
		{url.Values{"resource": {reportsAPI}}, map[string]any{"aud": reportsAPI, "sub": "ls3v9c5t0r8b", "scope": "read:reports"}, true},
		{nil, nil, true},
		{url.Values{"resource": {ordersAPI}, "scope": {"openid"}}, map[string]any{"aud": ordersAPI, "sub": "ls3v9c5t0r8b", "scope": ""}, true},
		{url.Values{"resource": {ordersAPI}, "scope": {"read:orders"}}, map[string]any{"aud": ordersAPI, "sub": "ls3v9c5t0r8b", "scope": "read:orders"}, false},
	} {
		former := got
		answer := l.refreshFor(former.RefreshToken, test.asked)
		if answer.status != 200 {
			t.Fatalf("%v: %d %s", test.asked, answer.status, answer.body)
		}
		got = answer.tokens(t)
		if test.want == nil {
			l.wantOpaque(got, own)
		} else {
			l.wantAccessToken(got, test.want)
		}
		if got.ExpiresIn != 600 || got.RefreshToken == "" || got.RefreshToken == former.RefreshToken || (got.IDToken != "") != test.idToken {
			t.Errorf("%v: expires_in %d, new refresh token %t, ID token %t", test.asked, got.ExpiresIn, got.RefreshToken != former.RefreshToken, got.IDToken != "")
		}
	}
}

func TestResourceTokenForACode(t *testing.T) {
	for name, cfg := range map[string]demo.Config{
		"default":                {Resources: apis},
		"after a rotation":       {Resources: apis, RSA: true},
		"without rotated tokens": {Resources: apis, NoRotation: true},
		"Logto <= 1.41":          {Resources: apis, Legacy: true},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, cfg)
			answer, verifier := l.authorize("lisi", request{"scope": "openid write:orders", "resource": ordersAPI})
			got := l.post("/oidc/token", url.Values{
				"grant_type": {"authorization_code"}, "code": {answer.Get("code")}, "resource": {ordersAPI},
				"redirect_uri": {callback}, "code_verifier": {verifier},
			}).tokens(t)
			l.wantAccessToken(got, map[string]any{"aud": ordersAPI, "sub": "ls3v9c5t0r8b", "scope": "write:orders"})
			token := l.verify(got.IDToken)
			if err := token.VerifyAccessToken(got.AccessToken); cfg.Legacy && err != nil {
				t.Errorf("at_hash: %v", err)
			}
		})
	}
}

func TestResourceTokenOfAWebApplication(t *testing.T) {
	l := newLab(t, demo.Config{Resources: apis, Web: &demo.WebApplication{ID: "web", Secret: "x", RedirectURI: callback}})
	l.client, l.basic = "web", "x"
	got := l.signIn("lisi", request{"resource": ordersAPI})
	l.wantAccessToken(l.refreshFor(got.RefreshToken, url.Values{"resource": {ordersAPI}}).tokens(t),
		map[string]any{"aud": ordersAPI, "sub": "ls3v9c5t0r8b", "scope": ""})
}

// FACTS, "Hazard": the answer is invalid_target after the token was consumed.
func TestResourceNotAskedForConsumesTheToken(t *testing.T) {
	for _, test := range []struct{ name, atAuthorize, asked string }{
		{"asked for nothing", "", ordersAPI},
		{"asked for another", reportsAPI, ordersAPI},
		{"nobody knows it", ordersAPI, "https://nobody.example.test"},
		{"two at once", ordersAPI + " " + reportsAPI, ordersAPI + " " + reportsAPI},
		{"with a slash more", ordersAPI, ordersAPI + "/"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t, demo.Config{Resources: apis})
			first := l.signIn("lisi", request{"resource": test.atAuthorize})
			l.refreshFor(first.RefreshToken, url.Values{"resource": strings.Fields(test.asked)}).wantError(t, 400, "invalid_target")
			l.mustRefresh(first.RefreshToken) // within the grace
			l.clock.advance(demo.ReuseGrace + time.Millisecond)
			l.refresh(first.RefreshToken).wantError(t, 400, "invalid_grant")
			if l.Revoked() != 1 {
				t.Errorf("%d grants revoked", l.Revoked())
			}
		})
	}
}

func TestResourcesAtAuthorize(t *testing.T) {
	l := newLab(t, demo.Config{Resources: apis})
	for resources, want := range map[string]string{
		ordersAPI:                                  "",
		organizationsAPI:                           "",
		ordersAPI + " " + organizationsAPI:         "",
		"https://nobody.example.test":              "invalid_target",
		ordersAPI + " https://nobody.example.test": "invalid_target",
	} {
		answer, _ := l.authorize("lisi", request{"resource": resources})
		if got := answer.Get("error"); got != want || (answer.Get("code") == "") != (want != "") {
			t.Errorf("%s: %v", resources, answer)
		}
	}
}

// A scope of a resource means nothing at another, or without it.
func TestResourceScopesBelongToTheirResource(t *testing.T) {
	l := newLab(t, demo.Config{Resources: apis})
	got := l.signIn("lisi", request{"scope": "openid offline_access read:orders", "resource": reportsAPI})
	l.wantOpaque(got, "openid offline_access")
	l.wantAccessToken(l.refreshFor(got.RefreshToken, url.Values{"resource": {reportsAPI}}).tokens(t),
		map[string]any{"aud": reportsAPI, "sub": "ls3v9c5t0r8b", "scope": ""})
}

func TestResourceScopesAreNotAdvertised(t *testing.T) {
	l := newLab(t, demo.Config{Resources: apis, Organizations: organizations})
	got := l.get("/oidc/.well-known/openid-configuration").json(t)["scopes_supported"]
	if diff := cmp.Diff(recorded(t, "discovery.json")["scopes_supported"], got); diff != "" {
		t.Errorf("scopes_supported (-recorded +ours):\n%s", diff)
	}
}

// The opaque token that the library makes for itself is nobody's to use.
func TestResourceTokenIsNotKept(t *testing.T) {
	dir := t.TempDir()
	l := newLab(t, demo.Config{Resources: apis, StateDir: dir})
	got := l.signIn("lisi", request{"resource": ordersAPI})
	l.refreshFor(got.RefreshToken, url.Values{"resource": {ordersAPI}}).tokens(t)
	data, err := os.ReadFile(filepath.Join(dir, "state.json"))
	if err != nil {
		t.Fatal(err)
	}
	var kept struct {
		Grants map[string]struct {
			AccessTokens  map[string]any `json:"access_tokens"`
			RefreshTokens map[string]any `json:"refresh_tokens"`
		}
	}
	if err := json.Unmarshal(data, &kept); err != nil {
		t.Fatal(err)
	}
	for _, g := range kept.Grants {
		if len(g.AccessTokens) != 1 || len(g.RefreshTokens) != 2 {
			t.Errorf("%d access tokens and %d refresh tokens are kept", len(g.AccessTokens), len(g.RefreshTokens))
		}
	}
}

// FACTS: userinfo takes opaque tokens only, and a JWT cannot be revoked.
func TestResourceTokenIsNoUseAtLogto(t *testing.T) {
	l := newLab(t, demo.Config{Resources: apis})
	got := l.signIn("lisi", request{"resource": ordersAPI})
	got = l.refreshFor(got.RefreshToken, url.Values{"resource": {ordersAPI}}).tokens(t)
	l.userinfo(got.AccessToken).wantError(t, 401, "invalid_token")
	l.revoke(got.AccessToken)
	l.mustRefresh(got.RefreshToken)
}
