package demo_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"doorkey/auth/demo"
)

func TestTokenResponse(t *testing.T) {
	l := newLab(t, demo.Config{})
	got := l.signIn("lisi", nil)
	if len(got.AccessToken) != 43 || got.ExpiresIn != 3600 || got.TokenType != "Bearer" {
		t.Errorf("access token of %d characters, expires_in %d, type %q", len(got.AccessToken), got.ExpiresIn, got.TokenType)
	}
	if got.RefreshToken == "" || got.IDToken == "" || got.Scope != everyScope {
		t.Errorf("refresh token %t, ID token %t, scope %q", got.RefreshToken != "", got.IDToken != "", got.Scope)
	}
}

func TestIDTokenHeader(t *testing.T) {
	for _, test := range []struct {
		name   string
		cfg    demo.Config
		alg    string
		legacy bool
	}{
		{"default", demo.Config{}, "ES384", false},
		{"after a rotation to RSA", demo.Config{RSA: true}, "RS256", false},
		{"Logto <= 1.41", demo.Config{Legacy: true}, "ES384", true},
		{"Logto <= 1.41 with RSA", demo.Config{Legacy: true, RSA: true}, "RS256", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t, test.cfg)
			first := l.signIn("lisi", nil)
			for name, got := range map[string]tokens{"first": first, "refreshed": l.mustRefresh(first.RefreshToken)} {
				header := part(t, got.IDToken, 0)
				kid := keysIn(t, l.get("/oidc/jwks").json(t))[0]["kid"]
				want := map[string]any{"alg": test.alg, "kid": kid}
				if test.legacy {
					want["typ"] = "JWT"
				}
				if diff := cmp.Diff(want, header); diff != "" {
					t.Errorf("%s header (-want +got):\n%s", name, diff)
				}
				token := l.verify(got.IDToken)
				if _, has := part(t, got.IDToken, 1)["at_hash"]; has != test.legacy {
					t.Errorf("%s at_hash: %t", name, has)
				}
				if test.legacy {
					if err := token.VerifyAccessToken(got.AccessToken); err != nil {
						t.Errorf("%s at_hash: %v", name, err)
					}
				}
			}
		})
	}
}

func TestIDTokenClaims(t *testing.T) {
	const (
		created = 1767603600000.0
		updated = 1772442000000.0
	)
	l := newLab(t, demo.Config{})
	lisi := map[string]any{
		"name": "李四", "username": nil, "picture": l.Endpoint() + "/pictures/lisi.png",
		"created_at": created, "updated_at": updated,
		"email": "lisi@example.test", "email_verified": true,
		"phone_number": "8613800000000", "phone_number_verified": true,
	}
	for _, test := range []struct {
		name, person, scope, sub string
		claims                   map[string]any
	}{
		{"all of a person who has all", "lisi", "openid profile email phone", "ls3v9c5t0r8b", lisi},
		{"null where a person has none", "wangxiaoming", "openid profile email phone", "wx6p1n7d2j4h", map[string]any{
			"name": "王小明", "username": nil, "picture": nil, "created_at": created, "updated_at": updated,
			"email": nil, "email_verified": false, "phone_number": nil, "phone_number_verified": false,
		}},
		{"an e-mail address and no picture", "zhangsan", "openid profile email", "zs8k2m4x7q1a", map[string]any{
			"name": "张三", "username": nil, "picture": nil, "created_at": created, "updated_at": updated,
			"email": "zhangsan@example.test", "email_verified": true,
		}},
		{"no more than the scopes allow", "lisi", "openid", "ls3v9c5t0r8b", map[string]any{}},
		{"userinfo's scopes add nothing", "lisi", "openid identities custom_data", "ls3v9c5t0r8b", map[string]any{}},
		{"roles and organizations", "lisi", "openid roles urn:logto:scope:organizations urn:logto:scope:organization_roles", "ls3v9c5t0r8b",
			map[string]any{"roles": []any{}, "organizations": []any{}, "organization_roles": []any{}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := l.in(t)
			got := l.signIn(test.person, request{"scope": test.scope, "prompt": "login"})
			token := l.verify(got.IDToken)
			if token.Subject != test.sub || token.Nonce != "the-nonce" {
				t.Errorf("sub %q, nonce %q", token.Subject, token.Nonce)
			}
			if d := token.Expiry.Sub(token.IssuedAt); d != time.Hour {
				t.Errorf("lives for %s", d)
			}
			claims := part(t, got.IDToken, 1)
			for _, always := range []string{"iss", "sub", "aud", "exp", "iat", "nonce"} {
				if _, ok := claims[always]; !ok {
					t.Errorf("no %s", always)
				}
				delete(claims, always)
			}
			if diff := cmp.Diff(test.claims, claims); diff != "" {
				t.Errorf("claims (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAuthTimeOnlyWithMaxAge(t *testing.T) {
	l := newLab(t, demo.Config{})
	got := l.signIn("lisi", request{"max_age": "600"})
	at, ok := part(t, got.IDToken, 1)["auth_time"].(float64)
	if want := l.clock.now().Unix(); !ok || int64(at) != want {
		t.Errorf("auth_time %v, not %d", at, want)
	}
	if at := part(t, l.mustRefresh(got.RefreshToken).IDToken, 1)["auth_time"]; at == nil {
		t.Error("a refreshed ID token lost its auth_time")
	}
}

func TestCodeIsGoodOnceAndForAMinute(t *testing.T) {
	l := newLab(t, demo.Config{})

	answer, verifier := l.authorize("lisi", nil)
	first := l.redeem(answer.Get("code"), verifier).tokens(t)
	l.redeem(answer.Get("code"), verifier).wantError(t, 400, "invalid_grant")
	l.refresh(first.RefreshToken).wantError(t, 400, "invalid_grant") // what came of it is gone too

	answer, verifier = l.authorize("lisi", nil)
	l.clock.advance(59 * time.Second)
	if got := l.redeem(answer.Get("code"), verifier); got.status != 200 {
		t.Errorf("after 59 s: %d %s", got.status, got.body)
	}
	answer, verifier = l.authorize("lisi", nil)
	l.clock.advance(60 * time.Second)
	l.redeem(answer.Get("code"), verifier).wantError(t, 400, "invalid_grant")
}

func TestOneOfManyRedeemsACode(t *testing.T) {
	l := newLab(t, demo.Config{})
	answer, verifier := l.authorize("lisi", nil)
	statuses := make(chan int)
	const tries = 8
	for range tries {
		go func() { statuses <- l.redeem(answer.Get("code"), verifier).status }()
	}
	good := 0
	for range tries {
		if <-statuses == 200 {
			good++
		}
	}
	if good > 1 {
		t.Errorf("%d of %d redeemed one code", good, tries)
	}
}

func TestCodeBelongsToItsRequest(t *testing.T) {
	l := newLab(t, demo.Config{})
	for name, spoil := range map[string]func(url.Values){
		"another verifier":         func(f url.Values) { f.Set("code_verifier", oauth2.GenerateVerifier()) },
		"no verifier":              func(f url.Values) { f.Del("code_verifier") },
		"another redirect URI":     func(f url.Values) { f.Set("redirect_uri", strings.Replace(callback, "49152", "49153", 1)) },
		"a code nobody gave":       func(f url.Values) { f.Set("code", strings.Repeat("x", 43)) },
		"a code that is no string": func(f url.Values) { f.Set("code", "\x00") },
	} {
		t.Run(name, func(t *testing.T) {
			l := l.in(t)
			answer, verifier := l.authorize("lisi", nil)
			form := url.Values{
				"grant_type": {"authorization_code"}, "code": {answer.Get("code")},
				"redirect_uri": {callback}, "code_verifier": {verifier},
			}
			spoil(form)
			l.post("/oidc/token", form).wantError(t, 400, "invalid_grant")
		})
	}
}

func TestErrorBodiesAreLogtos(t *testing.T) {
	l := newLab(t, demo.Config{Web: &demo.WebApplication{ID: "web", Secret: "the secret/+", RedirectURI: callback}})
	refreshToken := l.signIn("lisi", nil).RefreshToken
	for _, test := range []struct {
		name, file string
		status     int
		answer     answer
	}{
		{"a bogus refresh token", "token-invalid-grant.json", 400, l.refresh("bogus")},
		{"a wrong secret", "m2m-token-bad-secret.json", 401, func() answer {
			web := l.in(t)
			web.client, web.basic = "web", "wrong"
			return web.refresh("bogus")
		}()},
		{"a resource nobody knows", "m2m-token-unknown-resource.json", 400, l.post("/oidc/token", url.Values{
			"grant_type": {"refresh_token"}, "refresh_token": {refreshToken}, "resource": {"https://nobody.example.test"},
		})},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.answer.status != test.status {
				t.Errorf("status %d, not %d", test.answer.status, test.status)
			}
			if diff := cmp.Diff(recorded(t, test.file), test.answer.json(t)); diff != "" {
				t.Errorf("body (-recorded +ours):\n%s", diff)
			}
			if got := test.answer.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
				t.Errorf("Content-Type %q", got)
			}
			if got := test.answer.header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control %q", got)
			}
		})
	}
}

func TestUnsupportedGrantType(t *testing.T) {
	l := newLab(t, demo.Config{})
	for _, grantType := range []string{"client_credentials", "password", ""} {
		l.post("/oidc/token", url.Values{"grant_type": {grantType}}).wantError(t, 400, "unsupported_grant_type")
	}
}

func TestLifetimes(t *testing.T) {
	l := newLab(t, demo.Config{AccessTokenTTL: 10 * time.Minute, IDTokenTTL: 5 * time.Minute, RefreshTokenTTL: time.Hour})
	got := l.signIn("lisi", nil)
	token := l.verify(got.IDToken)
	if got.ExpiresIn != 600 || token.Expiry.Sub(token.IssuedAt) != 5*time.Minute {
		t.Errorf("expires_in %d, ID token lives for %s", got.ExpiresIn, token.Expiry.Sub(token.IssuedAt))
	}
	l.clock.advance(10*time.Minute - time.Second)
	if got := l.userinfo(got.AccessToken); got.status != 200 {
		t.Errorf("an access token before its time: %d %s", got.status, got.body)
	}
	l.clock.advance(time.Second)
	l.userinfo(got.AccessToken).wantError(t, 401, "invalid_token")
}

// verify checks an ID token as an application would.
func (l *lab) verify(raw string) *oidc.IDToken {
	l.t.Helper()
	ctx := oidc.ClientContext(l.t.Context(), l.browser)
	p, err := oidc.NewProvider(ctx, l.Issuer())
	if err != nil {
		l.t.Fatal(err)
	}
	token, err := p.VerifierContext(ctx, &oidc.Config{ClientID: l.client, Now: l.clock.now}).Verify(ctx, raw)
	if err != nil {
		l.t.Fatal(err)
	}
	return token
}

// keySet is the one published.
func (l *lab) keySet() *oidc.RemoteKeySet {
	return oidc.NewRemoteKeySet(oidc.ClientContext(l.t.Context(), l.browser), l.Endpoint()+"/oidc/jwks")
}

// part decodes one part of a JWT.
func part(t testing.TB, jwt string, i int) (decoded map[string]any) {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(jwt, ".")[i])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}
