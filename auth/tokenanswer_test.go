package auth_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// asForm gives the token endpoint's answers as a form, as some unorthodox
// providers do, and x/oauth2 takes them.
func asForm(w http.ResponseWriter, r *http.Request, next http.Handler) {
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	var members map[string]any
	if err := json.Unmarshal(answer.Body.Bytes(), &members); err != nil {
		panic(err)
	}
	form := url.Values{}
	for name, value := range members {
		form.Set(name, fmt.Sprint(value))
	}
	w.Header().Set("Content-Type", "application/x-www-form-urlencoded")
	fmt.Fprint(w, form.Encode())
}

// A token response means the same, whichever way it was asked for: what could
// not be refreshed does not sign in.
func TestATokenResponseIsReadOneWay(t *testing.T) {
	set := func(name string, value any) demotest.Fault {
		return demotest.Edit(func(m map[string]any) { m[name] = value })
	}
	without := func(name string) demotest.Fault {
		return demotest.Edit(func(m map[string]any) { delete(m, name) })
	}
	const unknown = -1
	asked := []string{"openid", "offline_access", "profile", "email"}
	for _, test := range []struct {
		name     string
		fault    demotest.Fault
		lifetime time.Duration // 0 where the answer is refused
		scopes   []string      // nil for those asked for
	}{
		{"as Logto gives it", nil, time.Hour, nil},
		{"without expires_in", without("expires_in"), unknown, nil},
		{"expires_in null", set("expires_in", nil), unknown, nil},
		{"expires_in quoted", set("expires_in", "600"), 10 * time.Minute, nil},
		{"expires_in of 30 years", set("expires_in", 30*365*24*3600), 30 * 365 * 24 * time.Hour, nil},
		{"expires_in of 0", set("expires_in", 0), 0, nil},
		{"expires_in of 0, quoted", set("expires_in", "0"), 0, nil},
		{"expires_in of less", set("expires_in", -3600), 0, nil},
		{"expires_in below what 32 bits hold", set("expires_in", -1<<32+3600), 0, nil},
		{"expires_in beyond what 32 bits hold", set("expires_in", 1<<32+3600), 0, nil},
		{"expires_in beyond what 64 bits hold", set("expires_in", 1e30), 0, nil},
		{"expires_in with a fraction", set("expires_in", 3600.5), 0, nil},
		{"expires_in in words", set("expires_in", "soon"), 0, nil},
		{"expires_in empty", set("expires_in", ""), 0, nil},
		{"expires_in true", set("expires_in", true), 0, nil},
		{"token_type in other letters", set("token_type", "bEARER"), time.Hour, nil},
		{"without token_type", without("token_type"), time.Hour, nil},
		{"token_type mac", set("token_type", "mac"), 0, nil},
		{"token_type DPoP", set("token_type", "DPoP"), 0, nil},
		{"token_type with a blank", set("token_type", "Bearer "), 0, nil},
		{"token_type 42", set("token_type", 42), 0, nil},
		{"fewer scopes", set("scope", "openid profile"), time.Hour, []string{"openid", "profile"}},
		{"scopes with more blanks", set("scope", " openid  profile "), time.Hour, []string{"openid", "profile"}},
		{"a scope with a tab", set("scope", "openid\tprofile email"), time.Hour, []string{"openid\tprofile", "email"}},
		{"without scope", without("scope"), time.Hour, nil},
		{"scope empty", set("scope", ""), time.Hour, nil},
		{"scope a list", set("scope", []string{"openid"}), 0, nil},
		{"scope 42", set("scope", 42), 0, nil},
		{"an access token of two lines", set("access_token", "one\ntwo"), 0, nil},
		{"no access token", set("access_token", ""), 0, nil},
		{"a form", asForm, 0, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			browser, phone, before := w.program(ownStore), w.deviceProgram(ownStore), w.program(ownStore)
			before.signIn(demotest.ZhangSan)
			w.faults.Always("/oidc/token", test.fault)

			inBrowser := browser.begin(t.Context())
			browser.pick(browser.nextURL(), demotest.ZhangSan)
			_, browserErr := await(t, inBrowser)
			onPhone := phone.begin(t.Context(), auth.Device())
			shown := phone.nextDevice()
			if phone.scan(shown, demotest.ZhangSan); test.name == "a form" || test.name == "no access token" {
				// A device sign-in asks again, for the code to have been used up.
				until(t, "two polls", func() bool { return w.faults.Requests("/oidc/token") > 3 })
				w.faults.Clear()
			}
			_, phoneErr := await(t, onPhone)
			w.faults.Always("/oidc/token", test.fault)
			refreshErr := before.Refresh(t.Context())

			for way, got := range map[string]struct {
				*program
				err error
			}{"sign-in in the browser": {browser, browserErr}, "sign-in on another device": {phone, phoneErr}, "refresh": {before, refreshErr}} {
				if test.lifetime == 0 {
					if got.err == nil {
						t.Errorf("%s: taken", way)
					}
					continue
				}
				if got.err != nil {
					t.Errorf("%s: %v", way, got.err)
					continue
				}
				token := got.mustToken()
				if token.Type != "Bearer" {
					t.Errorf("%s: type %q", way, token.Type)
				}
				left := token.Expiry.Sub(w.clock.now())
				switch {
				case token.Expiry.IsZero() != (test.lifetime == unknown):
					t.Errorf("%s: until %v", way, token.Expiry)
				case test.lifetime != unknown && (left > test.lifetime || left < test.lifetime-time.Minute):
					t.Errorf("%s: for %v, want %v", way, left, test.lifetime)
				}
				want := test.scopes
				if want == nil {
					want = asked
				}
				if !slices.Equal(token.Scopes, want) {
					t.Errorf("%s: scopes %q, want %q", way, token.Scopes, want)
				}
				if way != "refresh" {
					if s, err := got.Session(t.Context()); err != nil || !reflect.DeepEqual(s.Scopes, want) {
						t.Errorf("%s: the session has the scopes %q, %v", way, s.Scopes, err)
					}
				}
			}
		})
	}
}

// The refresh token that came with a bad answer is the only one that is good.
func TestABadAnswerCostsNoRefreshToken(t *testing.T) {
	for name, edit := range map[string]func(map[string]any){
		"expires_in":   func(m map[string]any) { m["expires_in"] = "soon" },
		"token_type":   func(m map[string]any) { m["token_type"] = 42 },
		"scope":        func(m map[string]any) { m["scope"] = []string{"openid"} },
		"access_token": func(m map[string]any) { m["access_token"] = "one\ntwo" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			p := w.program(nil)
			p.signIn(demotest.ZhangSan)
			w.faults.Next("/oidc/token", demotest.Edit(edit))
			if err := p.Refresh(t.Context()); err == nil {
				t.Fatal("taken")
			}
			w.clock.advance(10 * time.Minute) // the old one is worth nothing by now
			if err := p.Refresh(t.Context()); err != nil {
				t.Error(err)
			}
			if n := w.faults.Refreshes(); n != 2 {
				t.Errorf("%d refreshes", n)
			}
		})
	}
}

// What signs nobody in is not left alive at the provider.
func TestTokensThatCannotBeUsedAreRevoked(t *testing.T) {
	w := newWorld(t, demo.Config{})
	browser, phone := w.program(ownStore), w.deviceProgram(ownStore)
	w.faults.Always("/oidc/token", demotest.Edit(func(m map[string]any) { m["expires_in"] = 0 }))
	_ = browser.signInFails(demotest.ZhangSan)
	until(t, "the browser's to be revoked", func() bool { return w.faults.Requests("/oidc/token/revocation") == 1 })
	done := phone.begin(t.Context(), auth.Device())
	phone.scan(phone.nextDevice(), demotest.ZhangSan)
	if _, err := await(t, done); err == nil {
		t.Error("signed in on another device")
	}
	until(t, "the other device's to be revoked", func() bool { return w.faults.Requests("/oidc/token/revocation") == 2 })
}
