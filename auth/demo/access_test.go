package demo_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// barred are the two ways to keep a person out, with what the token endpoint
// and the sign-in page say of them.
var barred = map[string]struct {
	bar      func(s *demo.Server, person string, barred bool)
	code     string
	sentence string
}{
	"suspended": {(*demo.Server).Suspend, "invalid_grant", "This account is suspended."},
	"no access": {(*demo.Server).DenyAccess, "access_denied", "This account has no access to the app."},
}

func TestRefreshOfWhoeverIsBarred(t *testing.T) {
	for name, test := range barred {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, demo.Config{})
			lisi := l.signIn("lisi", nil)
			other := l.signIn("zhangsan", request{"prompt": "login consent"})
			answer, verifier := l.authorize("lisi", request{"prompt": "login consent"})

			test.bar(l.Server, "lisi", true)
			l.refresh(lisi.RefreshToken).wantError(t, 400, test.code)
			l.redeem(answer.Get("code"), verifier).wantError(t, 400, test.code)
			l.mustRefresh(other.RefreshToken)

			l.clock.advance(demo.ReuseGrace + time.Millisecond)
			test.bar(l.Server, "lisi", false)
			l.mustRefresh(lisi.RefreshToken) // it was not consumed
			if got := l.redeem(answer.Get("code"), verifier); got.status != http.StatusOK {
				t.Errorf("code: %d %s", got.status, got.body)
			}
		})
	}
}

// FACTS: a suspended user is refused in the same words as a bogus token.
func TestSuspensionIsNotTold(t *testing.T) {
	l := newLab(t, demo.Config{})
	token := l.signIn("lisi", nil).RefreshToken
	l.Suspend("lisi", true)
	if diff := cmp.Diff(recorded(t, "token-invalid-grant.json"), l.refresh(token).json(t)); diff != "" {
		t.Errorf("body (-recorded +ours):\n%s", diff)
	}
}

// FACTS: neither a suspended account nor one without access ever reaches the
// application.
func TestSignInOfWhoeverIsBarredStaysOnThePage(t *testing.T) {
	for name, test := range barred {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, demo.Config{})
			l.signIn("lisi", nil)
			test.bar(l.Server, "lisi", true)
			test.bar(l.Server, "password", true)
			if l.signedIn() {
				t.Error("the browser session goes straight through")
			}
			address, _ := l.authorizeURL(nil)
			got, err := demotest.Person(t.Context(), l.browser, address, "lisi")
			if err == nil || !strings.Contains(err.Error(), test.sentence) {
				t.Errorf("at WeCom: %s, %v", got, err)
			}
			got, err = demotest.Password(t.Context(), l.browser, address, "zhangsan", "demo")
			if err == nil || !strings.Contains(err.Error(), test.sentence) {
				t.Errorf("with a password: %s, %v", got, err)
			}
			// Somebody else may try on the same page, and is not told of it.
			page, id := l.begin(nil)
			l.submit("/sign-in", url.Values{"interaction": {id}, "username": {"zhangsan"}, "password": {"demo"}})
			if body := string(l.get(page).body); !strings.Contains(body, test.sentence) {
				t.Errorf("page %s", body)
			}
			back := l.submit("/wecom/qrconnect", url.Values{"state": {l.atWeCom(id)}, "cancel": {"1"}}).header.Get("Location")
			if body := string(l.get(l.get(back).header.Get("Location")).body); strings.Contains(body, test.sentence) {
				t.Errorf("after somebody cancelled: page %s", body)
			}
			back = l.submit("/wecom/qrconnect", url.Values{"state": {l.atWeCom(id)}, "person": {"wangxiaoming"}}).header.Get("Location")
			if to := l.get(l.get(back).header.Get("Location")).header.Get("Location"); !strings.HasPrefix(to, callback) {
				t.Errorf("led to %q", to)
			}

			test.bar(l.Server, "lisi", false)
			l.signIn("lisi", request{"prompt": "login consent"})
		})
	}
}

func TestBarringNobody(t *testing.T) {
	l := newLab(t, demo.Config{})
	for name, test := range barred {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			test.bar(l.Server, "nobody", true)
		}()
	}
}

func TestRevokedCountsReuseOnly(t *testing.T) {
	l := newLab(t, demo.Config{})
	want := func(n int) {
		t.Helper()
		if got := l.Revoked(); got != n {
			t.Errorf("%d revoked, not %d", got, n)
		}
	}
	first := l.signIn("lisi", nil)
	l.mustRefresh(first.RefreshToken)
	l.mustRefresh(first.RefreshToken) // within the grace
	l.revoke(l.signIn("lisi", nil).RefreshToken)
	answer, verifier := l.authorize("lisi", nil)
	l.redeem(answer.Get("code"), verifier)
	l.redeem(answer.Get("code"), verifier) // a code's reuse is another matter
	want(0)

	l.clock.advance(demo.ReuseGrace + time.Millisecond)
	l.refresh(first.RefreshToken).wantError(t, 400, "invalid_grant")
	want(1)
	l.refresh(first.RefreshToken).wantError(t, 400, "invalid_grant")
	want(1)
}
