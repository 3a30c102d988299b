package demo_test

import (
	"bytes"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"doorkey/auth/demo"
)

func TestRefreshRotates(t *testing.T) {
	l := newLab(t, demo.Config{})
	first := l.signIn("lisi", nil)
	second := l.mustRefresh(first.RefreshToken)
	third := l.mustRefresh(second.RefreshToken)

	seen := make(map[string]bool)
	for _, got := range []tokens{first, second, third} {
		if seen[got.RefreshToken] || seen[got.AccessToken] {
			t.Error("a token came twice")
		}
		seen[got.RefreshToken], seen[got.AccessToken] = true, true
		if token := l.verify(got.IDToken); token.Nonce != "the-nonce" || token.Subject != "ls3v9c5t0r8b" {
			t.Errorf("ID token of %q with nonce %q", token.Subject, token.Nonce)
		}
		if got.Scope != everyScope || got.ExpiresIn != 3600 {
			t.Errorf("scope %q, expires_in %d", got.Scope, got.ExpiresIn)
		}
		if got := l.userinfo(got.AccessToken); got.status != 200 {
			t.Errorf("an earlier access token no longer works: %d %s", got.status, got.body)
		}
	}
}

// FACTS: rotateRefreshToken:false on the application returns the same one.
func TestNoRotation(t *testing.T) {
	l := newLab(t, demo.Config{NoRotation: true})
	first := l.signIn("lisi", nil)
	for range 3 {
		l.clock.advance(demo.ReuseGrace + time.Millisecond)
		got := l.mustRefresh(first.RefreshToken)
		if got.RefreshToken != first.RefreshToken || got.AccessToken == first.AccessToken || got.IDToken == "" {
			t.Errorf("the same refresh token %t, the same access token %t, ID token %t",
				got.RefreshToken == first.RefreshToken, got.AccessToken == first.AccessToken, got.IDToken != "")
		}
	}
	unknown := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first.RefreshToken}, "resource": {"https://nobody.example.test"}}
	l.post("/oidc/token", unknown).wantError(t, 400, "invalid_target")
	l.clock.advance(demo.ReuseGrace + time.Millisecond)
	l.mustRefresh(first.RefreshToken) // nothing consumes it
	if l.Revoked() != 0 {
		t.Error("the grant was revoked")
	}
	if got := l.signIn("lisi", request{"prompt": ""}).RefreshToken; got != "" {
		t.Error("a refresh token without consent")
	}
	l.clock.advance(14 * 24 * time.Hour)
	l.refresh(first.RefreshToken).wantError(t, 400, "invalid_grant")
}

func TestConsumedTokenWithinTheGrace(t *testing.T) {
	l := newLab(t, demo.Config{})
	first := l.signIn("lisi", nil)
	second := l.mustRefresh(first.RefreshToken)
	l.clock.advance(demo.ReuseGrace)
	retried := l.mustRefresh(first.RefreshToken)
	if retried.RefreshToken == second.RefreshToken {
		t.Error("the retry gave the same refresh token")
	}
	l.mustRefresh(second.RefreshToken)
	l.mustRefresh(retried.RefreshToken)
}

func TestParallelRefreshesAreAllUsable(t *testing.T) {
	l := newLab(t, demo.Config{})
	first := l.signIn("lisi", nil)
	answers := make(chan answer)
	const parallel = 5
	for range parallel {
		go func() { answers <- l.refresh(first.RefreshToken) }()
	}
	distinct := make(map[string]bool)
	for range parallel {
		got := <-answers
		if got.status != 200 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		distinct[got.tokens(t).RefreshToken] = true
	}
	if len(distinct) != parallel {
		t.Errorf("%d refresh tokens of %d refreshes", len(distinct), parallel)
	}
	for token := range distinct {
		l.mustRefresh(token)
	}
}

func TestReuseAfterTheGraceRevokesTheGrant(t *testing.T) {
	var log bytes.Buffer
	l := newLab(t, demo.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	other := l.signIn("zhangsan", request{"prompt": "login consent"})
	first := l.signIn("lisi", request{"prompt": "login consent"})
	second := l.mustRefresh(first.RefreshToken)
	l.clock.advance(demo.ReuseGrace)
	retried := l.mustRefresh(first.RefreshToken) // does not start the grace anew

	l.clock.advance(time.Millisecond)
	l.refresh(first.RefreshToken).wantError(t, 400, "invalid_grant")
	for _, got := range []tokens{first, second, retried} {
		l.refresh(got.RefreshToken).wantError(t, 400, "invalid_grant")
		l.userinfo(got.AccessToken).wantError(t, 401, "invalid_token")
	}
	l.mustRefresh(other.RefreshToken) // another sign-in is another grant

	if !strings.Contains(log.String(), "revoked") {
		t.Errorf("nothing is said about it: %s", log.String())
	}
	for _, secret := range []string{first.RefreshToken, second.RefreshToken, first.AccessToken} {
		if strings.Contains(log.String(), secret) {
			t.Error("a token is logged")
		}
	}
}

func TestRefreshTokenLifetimeSlides(t *testing.T) {
	l := newLab(t, demo.Config{})
	const day = 24 * time.Hour

	token := l.signIn("lisi", nil).RefreshToken
	for range 3 {
		l.clock.advance(14*day - time.Second)
		token = l.mustRefresh(token).RefreshToken
	}
	l.clock.advance(14 * day)
	l.refresh(token).wantError(t, 400, "invalid_grant")
}

func TestGrantEndsAfter180Days(t *testing.T) {
	l := newLab(t, demo.Config{})
	const day = 24 * time.Hour

	token := l.signIn("lisi", request{"prompt": "login consent"}).RefreshToken
	for range 13 {
		l.clock.advance(13 * day)
		token = l.mustRefresh(token).RefreshToken // day 13 to 169
	}
	l.clock.advance(11 * day)
	l.refresh(token).wantError(t, 400, "invalid_grant")
}

// FACTS, "Hazard": the token is consumed before the resource is looked at.
func TestUnknownResourceConsumesTheToken(t *testing.T) {
	l := newLab(t, demo.Config{})
	first := l.signIn("lisi", nil)
	l.post("/oidc/token", url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {first.RefreshToken}, "resource": {"https://nobody.example.test"},
	}).wantError(t, 400, "invalid_target")
	l.clock.advance(demo.ReuseGrace + time.Millisecond)
	l.refresh(first.RefreshToken).wantError(t, 400, "invalid_grant")
}

func TestBadScopeDoesNotConsumeTheToken(t *testing.T) {
	l := newLab(t, demo.Config{})
	first := l.signIn("lisi", request{"scope": "openid offline_access"})
	l.post("/oidc/token", url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {first.RefreshToken}, "scope": {"openid email"},
	}).wantError(t, 400, "invalid_scope")
	l.clock.advance(demo.ReuseGrace + time.Millisecond)
	l.mustRefresh(first.RefreshToken)
}

func TestRevocationEndsTheWholeGrant(t *testing.T) {
	for name, pick := range map[string]func(first, second tokens) string{
		"by the refresh token":          func(_, second tokens) string { return second.RefreshToken },
		"by a consumed refresh token":   func(first, _ tokens) string { return first.RefreshToken },
		"by the access token":           func(_, second tokens) string { return second.AccessToken },
		"by an earlier access token":    func(first, _ tokens) string { return first.AccessToken },
		"by the token after its access": func(_, second tokens) string { return second.RefreshToken },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, demo.Config{})
			first := l.signIn("lisi", nil)
			second := l.mustRefresh(first.RefreshToken)
			l.clock.advance(time.Minute)

			got := l.revoke(pick(first, second))
			if got.status != 200 || len(got.body) != 0 {
				t.Errorf("%d %q", got.status, got.body)
			}
			l.refresh(second.RefreshToken).wantError(t, 400, "invalid_grant")
			l.userinfo(second.AccessToken).wantError(t, 401, "invalid_token")
			l.userinfo(first.AccessToken).wantError(t, 401, "invalid_token")
		})
	}
}

func TestRevocationOfNothing(t *testing.T) {
	l := newLab(t, demo.Config{})
	if got := l.revoke("bogus"); got.status != 200 || len(got.body) != 0 {
		t.Errorf("an unknown token: %d %q", got.status, got.body)
	}
	l.revoke("").wantError(t, 400, "invalid_request")
}
