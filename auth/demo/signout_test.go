package demo_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"doorkey/auth/demo"
)

func (l *lab) endSession(q url.Values) answer {
	l.t.Helper()
	return l.get("/oidc/session/end?" + q.Encode())
}

// signedIn reports whether the browser goes straight through.
func (l *lab) signedIn() bool {
	l.t.Helper()
	address, _ := l.authorizeURL(nil)
	return strings.HasPrefix(l.get(address).header.Get("Location"), callback)
}

func TestSignOutTakesNoClick(t *testing.T) {
	for name, hinted := range map[string]bool{"without a hint": false, "with a hint": true} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, demo.Config{})
			got := l.signIn("lisi", nil)
			q := url.Values{"client_id": {demo.ClientID}}
			if hinted {
				q.Set("id_token_hint", got.IDToken)
			}
			page := l.endSession(q)
			if page.status != 200 || !strings.Contains(string(page.body), "You have successfully signed out") {
				t.Errorf("%d %s", page.status, page.body)
			}
			if l.signedIn() {
				t.Error("the browser session lives on")
			}
			l.mustRefresh(got.RefreshToken) // FACTS: it is not revoked by this
		})
	}
}

func TestSignOutEndsTheSessionNotJustTheCookie(t *testing.T) {
	l := newLab(t, demo.Config{})
	l.signIn("lisi", nil)
	there := l.newRequest("GET", "/oidc/auth", nil).URL
	kept := l.browser.Jar.Cookies(there)
	l.endSession(url.Values{"client_id": {demo.ClientID}})
	l.browser.Jar.SetCookies(there, kept)
	if l.signedIn() {
		t.Error("whoever kept the cookie is still signed in")
	}
}

// The application keeps one ID token for as long as the session lasts.
func TestSignOutWithAnExpiredHint(t *testing.T) {
	l := newLab(t, demo.Config{})
	l.signIn("lisi", nil)
	expired := demo.SignIDToken(l.Server, map[string]any{
		"iss": l.Issuer(), "aud": demo.ClientID, "sub": "ls3v9c5t0r8b", "exp": time.Now().Add(-24 * time.Hour).Unix(),
	})
	page := l.endSession(url.Values{"client_id": {demo.ClientID}, "id_token_hint": {expired}})
	if page.status != 200 || l.signedIn() {
		t.Errorf("%d %s", page.status, page.body)
	}
}

func TestSignOutLeadsBack(t *testing.T) {
	const (
		home  = "http://127.0.0.1:49152/signed-out"
		query = "http://127.0.0.1:49152/signed-out?from=logto"
	)
	for _, test := range []struct {
		name, method string
		to, state    string
		hinted       bool // instead of a client_id
		want         string
	}{
		{"as registered", "GET", home, "", false, home},
		{"with its state", "GET", home, "a&b", false, home + "?state=a%26b"},
		{"with a query of its own", "GET", query, "x", false, query + "&state=x"},
		{"by the hint alone", "GET", home, "x", true, home + "?state=x"},
		{"by a form", "POST", home, "x", false, home + "?state=x"},
		{"by a form and the hint alone", "POST", home, "x", true, home + "?state=x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t, demo.Config{PostLogoutRedirectURIs: []string{home, query}})
			got := l.signIn("lisi", nil)
			q := url.Values{"post_logout_redirect_uri": {test.to}, "state": {test.state}}
			if test.hinted {
				q.Set("id_token_hint", got.IDToken)
			} else {
				q.Set("client_id", demo.ClientID)
			}
			var answer answer
			if test.method == "GET" {
				answer = l.endSession(q)
			} else {
				answer = l.do(l.withForm(l.newRequest("POST", "/oidc/session/end", nil), q))
			}
			if to := answer.header.Get("Location"); answer.status != 303 || to != test.want {
				t.Errorf("%d to %q: %s", answer.status, to, answer.body)
			}
			if l.signedIn() {
				t.Error("the browser session lives on")
			}
			l.mustRefresh(got.RefreshToken)
		})
	}
}

// FACTS: it must match exactly, port included, even for Native; a mismatch is
// a 400 and the session stays alive.
func TestSignOutLeadsBackOnlyAsRegistered(t *testing.T) {
	const home = "http://127.0.0.1:49152/signed-out"
	l := newLab(t, demo.Config{PostLogoutRedirectURIs: []string{home}})
	l.signIn("lisi", nil)
	for name, q := range map[string]url.Values{
		"another port":     {"client_id": {demo.ClientID}, "post_logout_redirect_uri": {"http://127.0.0.1:49153/signed-out"}},
		"no port":          {"client_id": {demo.ClientID}, "post_logout_redirect_uri": {"http://127.0.0.1/signed-out"}},
		"another host":     {"client_id": {demo.ClientID}, "post_logout_redirect_uri": {"http://localhost:49152/signed-out"}},
		"a slash more":     {"client_id": {demo.ClientID}, "post_logout_redirect_uri": {home + "/"}},
		"a query more":     {"client_id": {demo.ClientID}, "post_logout_redirect_uri": {home + "?x=1"}},
		"nobody's to name": {"post_logout_redirect_uri": {home}},
	} {
		t.Run(name, func(t *testing.T) {
			l := l.in(t)
			answer := l.endSession(q)
			answer.wantError(t, 400, "invalid_request")
			if answer.header.Get("Location") != "" || !l.signedIn() {
				t.Errorf("redirected to %q, or signed out", answer.header.Get("Location"))
			}
		})
	}
}

func TestSignOutRefusals(t *testing.T) {
	l := newLab(t, demo.Config{})
	got := l.signIn("lisi", nil)
	stranger := newLab(t, demo.Config{}).signIn("lisi", nil)
	forged := strings.Join([]string{strings.Split(got.IDToken, ".")[0], strings.Split(got.IDToken, ".")[1], strings.Split(stranger.IDToken, ".")[2]}, ".")

	moved := demo.SignIDToken(l.Server, map[string]any{"iss": "http://127.0.0.1:1/oidc", "aud": demo.ClientID})

	for name, q := range map[string]url.Values{
		"a hint of another issuer":           {"client_id": {demo.ClientID}, "id_token_hint": {moved}},
		"a hint that is no token":            {"client_id": {demo.ClientID}, "id_token_hint": {"x"}},
		"another provider's hint":            {"client_id": {demo.ClientID}, "id_token_hint": {stranger.IDToken}},
		"a forged hint":                      {"client_id": {demo.ClientID}, "id_token_hint": {forged}},
		"another client's hint":              {"client_id": {"web"}, "id_token_hint": {got.IDToken}},
		"an unregistered way back":           {"client_id": {demo.ClientID}, "post_logout_redirect_uri": {callback}},
		"an unregistered way back with hint": {"id_token_hint": {got.IDToken}, "post_logout_redirect_uri": {"https://elsewhere.example.test"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := l.in(t)
			answer := l.endSession(q)
			answer.wantError(t, 400, "invalid_request")
			if !l.signedIn() {
				t.Error("signed out all the same")
			}
		})
	}
	l.endSession(url.Values{"client_id": {"nobody"}}).wantError(t, 400, "invalid_client")
}

func TestSignOutInTheLanguageAskedFor(t *testing.T) {
	l := newLab(t, demo.Config{})
	page := l.endSession(url.Values{"client_id": {demo.ClientID}, "ui_locales": {"zh-CN"}})
	if !strings.Contains(string(page.body), "你已成功退出登录") {
		t.Errorf("page %s", page.body)
	}
}
