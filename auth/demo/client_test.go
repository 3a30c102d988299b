package demo_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"doorkey/auth/demo"
)

func TestNativeClientHasNoSecret(t *testing.T) {
	l := newLab(t, demo.Config{})
	answer, verifier := l.authorize("lisi", nil)
	form := func() url.Values {
		return url.Values{
			"grant_type": {"authorization_code"}, "code": {answer.Get("code")}, "token": {"x"},
			"redirect_uri": {callback}, "code_verifier": {verifier}, "client_id": {demo.ClientID},
		}
	}
	for _, path := range []string{"/oidc/token", "/oidc/token/revocation"} {
		for name, spoil := range map[string]func(f url.Values, h http.Header){
			"client_secret":        func(f url.Values, _ http.Header) { f.Set("client_secret", "x") },
			"empty client_secret":  func(f url.Values, _ http.Header) { f.Set("client_secret", "") },
			"client_assertion":     func(f url.Values, _ http.Header) { f.Set("client_assertion", "x") },
			"Basic and client_id":  func(_ url.Values, h http.Header) { h.Set("Authorization", basicAuth(demo.ClientID, "")) },
			"Basic that is no use": func(_ url.Values, h http.Header) { h.Set("Authorization", "basic ???") },
			"Basic alone": func(f url.Values, h http.Header) {
				f.Del("client_id")
				h.Set("Authorization", basicAuth(demo.ClientID, "x"))
			},
			"an unknown client": func(f url.Values, _ http.Header) { f.Set("client_id", "nobody") },
		} {
			t.Run(path+" "+name, func(t *testing.T) {
				l := l.in(t)
				f, r := form(), l.newRequest(http.MethodPost, path, nil)
				spoil(f, r.Header)
				r = l.withForm(r, f)
				l.do(r).wantError(t, 401, "invalid_client")
			})
		}
	}
	f := form()
	f.Del("client_id")
	l.do(l.withForm(l.newRequest(http.MethodPost, "/oidc/token", nil), f)).wantError(t, 400, "invalid_request")

	// None of it cost the code, so that x/oauth2 may try both styles.
	config := oauth2.Config{
		ClientID: demo.ClientID, RedirectURL: callback,
		Endpoint: oauth2.Endpoint{TokenURL: l.Endpoint() + "/oidc/token"}, // AuthStyleAutoDetect
	}
	ctx := oidc.ClientContext(t.Context(), l.browser)
	if _, err := config.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(verifier)); err != nil {
		t.Errorf("x/oauth2 finding out the style: %v", err)
	}
}

func TestWebApplication(t *testing.T) {
	l := newLab(t, demo.Config{Web: &demo.WebApplication{ID: "web", Secret: "the secret/+", RedirectURI: callback}})
	l.client, l.basic = "web", "the secret/+"

	t.Run("signs in with its secret, with or without PKCE", func(t *testing.T) {
		l := l.in(t)
		l.signIn("lisi", nil)
		answer, _ := l.authorize("lisi", request{"code_challenge": "", "code_challenge_method": ""})
		got := l.post("/oidc/token", url.Values{"grant_type": {"authorization_code"}, "code": {answer.Get("code")}, "redirect_uri": {callback}})
		if got.status != 200 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		l.mustRefresh(got.tokens(t).RefreshToken)
	})
	t.Run("has one redirect URI, port and all", func(t *testing.T) {
		l := l.in(t)
		address, _ := l.authorizeURL(request{"redirect_uri": strings.Replace(callback, "49152", "49153", 1)})
		l.get(address).wantError(t, 400, "invalid_redirect_uri")
	})
	t.Run("is refused without its secret", func(t *testing.T) {
		public := l.in(t)
		public.basic = ""
		public.refresh("x").wantError(t, 401, "invalid_client")
	})
	t.Run("cannot use another's refresh token", func(t *testing.T) {
		l, native := l.in(t), l.in(t)
		native.client, native.basic = demo.ClientID, ""
		refreshToken := native.signIn("lisi", nil).RefreshToken
		l.refresh(refreshToken).wantError(t, 400, "invalid_grant")
		native.mustRefresh(refreshToken)
	})
}

func basicAuth(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}
