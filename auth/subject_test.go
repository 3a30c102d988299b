package auth_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"

	jose "github.com/go-jose/go-jose/v4"
)

// tells makes the provider sign other ID tokens: sub is a JSON literal, perhaps
// with more members behind it, and "" leaves it out.
func (w *world) tells(sub string) {
	w.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	public, err := json.Marshal(jose.JSONWebKey{Key: key.Public(), KeyID: "test", Use: "sig", Algorithm: "ES384"})
	if err != nil {
		w.t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES384, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "test"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.faults.Always("/oidc/jwks", demotest.Edit(func(m map[string]any) {
		keys, _ := m["keys"].([]any)
		m["keys"] = append(keys, json.RawMessage(public))
	}))
	w.faults.Always("/oidc/token", demotest.Edit(func(m map[string]any) {
		raw, _ := m["id_token"].(string)
		if raw == "" {
			return
		}
		var claims map[string]any
		payload, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[1])
		if err != nil || json.Unmarshal(payload, &claims) != nil {
			panic("not an ID token")
		}
		delete(claims, "sub")
		payload, err = json.Marshal(claims)
		if err != nil {
			panic(err)
		}
		if sub != "" {
			payload = append(bytes.TrimSuffix(payload, []byte("}")), `,"sub":`+sub+`}`...)
		}
		signed, err := signer.Sign(payload)
		if err != nil {
			panic(err)
		}
		if m["id_token"], err = signed.CompactSerialize(); err != nil {
			panic(err)
		}
	}))
	w.faults.Always("/oidc/me", demotest.Edit(func(m map[string]any) { m["sub"] = json.RawMessage(sub) }))
}

func quoted(t *testing.T, s string) string {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// ownStore is a change for a program that shares no session.
func ownStore(c *auth.Config) { c.Store = keychain.NewMemory() }

func TestASubThatIsRefused(t *testing.T) {
	for name, sub := range map[string]string{
		"none":                     ``,
		"empty":                    `""`,
		"null":                     `null`,
		"a number":                 `42`,
		"of 256 bytes":             quoted(t, strings.Repeat("x", 256)),
		"with NUL":                 `"mal\u0000lory"`,
		"with a line feed":         `"mallory\n"`,
		"with DEL":                 `"mal\u007florry"`,
		"with a C1 control":        `"mal\u0085lory"`,
		"of broken UTF-8":          "\"mal\xfflory\"",
		"with half of a surrogate": `"mal\ud800lory"`,
		"told twice":               `"mallory","Sub":"alice"`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			p, q, phone := w.program(ownStore), w.program(ownStore), w.deviceProgram(ownStore)
			before := p.signIn(demotest.ZhangSan)
			w.tells(sub)
			refused := func(way string, err error) {
				t.Helper()
				if bad := (*auth.IDTokenError)(nil); !errors.As(err, &bad) {
					t.Errorf("%s: %v, want an IDTokenError", way, err)
				}
			}
			refused("sign-in in the browser", q.signInFails(demotest.ZhangSan))
			done := phone.begin(t.Context(), auth.Device())
			phone.scan(phone.nextDevice(), demotest.ZhangSan)
			_, err := await(t, done)
			refused("sign-in on another device", err)
			refused("refresh", p.Refresh(t.Context()))
			if strings.Contains(sub, "\xff") {
				return // which Edit cannot write
			}
			if sub != "" && !strings.Contains(sub, ",") {
				w.faults.Always("/oidc/token", nil)
				if _, err := p.UserInfo(t.Context()); err == nil || !strings.Contains(err.Error(), "somebody else") {
					t.Errorf("userinfo: %v", err)
				}
			}
			if s, err := p.Session(t.Context()); err != nil || s.Profile.ID != before.Profile.ID {
				t.Errorf("the session is %q's by now, %v", s.Profile.ID, err)
			}
		})
	}
}

func TestASubIsWhoItIsExactly(t *testing.T) {
	for _, test := range []struct{ sub, called string }{
		{"mallory ", "mallory"},
		{" mallory", "mallory"},
		{"Mallory", "Mallory"},
		{"mal lory", "mal lory"},
		{"mallory\u202e", "mallory"},
		{"\u202e", `"\u202e"`},
		{" ", `" "`},
		{"mal\u200blory", "mal\u200blory"},
		{"马洛里", "马洛里"},
		{"../mallory|a:b%00", "../mallory|a:b%00"},
		{strings.Repeat("x", 255), strings.Repeat("x", 255)},
	} {
		t.Run(test.sub, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			p := w.program(nil)
			w.tells(`"mallory"`)
			p.signIn(demotest.ZhangSan)
			w.tells(quoted(t, test.sub))
			session := p.signIn(demotest.ZhangSan, auth.AnotherAccount())
			if session.Profile.ID != test.sub {
				t.Fatalf("ID = %q", session.Profile.ID)
			}
			if called := (auth.Profile{ID: session.Profile.ID}).DisplayName(); called != test.called {
				t.Errorf("called %q, want %q", called, test.called)
			}
			if err := p.Refresh(t.Context()); err != nil {
				t.Errorf("refresh: %v", err)
			}
			if told, err := p.UserInfo(t.Context()); err != nil || told.ID != test.sub {
				t.Errorf("userinfo: %q, %v", told.ID, err)
			}
			if accounts := p.mustAccounts(); len(accounts) != 2 || accounts[0].Profile.ID != test.sub || accounts[1].Profile.ID != "mallory" {
				t.Errorf("accounts = %+v", accounts)
			}
			restarted := w.program(nil)
			if s, err := restarted.Session(t.Context()); err != nil || s.Profile.ID != test.sub {
				t.Errorf("after a restart: %q, %v", s.Profile.ID, err)
			}

			// Whoever else comes back is not the one who was asked for.
			w.tells(`"mallory"`)
			different := (*auth.DifferentPersonError)(nil)
			if err := p.signInFails(demotest.ZhangSan, auth.Fresh(0)); !errors.As(err, &different) {
				t.Errorf("confirmed by mallory: %v", err)
			}
			if err := p.Refresh(t.Context()); !errors.As(err, new(*auth.IDTokenError)) {
				t.Errorf("refreshed as mallory: %v", err)
			}
			w.faults.Always("/oidc/token", nil)
			if _, err := p.UserInfo(t.Context()); err == nil {
				t.Error("userinfo of mallory was taken")
			}

			if _, err := p.Switch(t.Context(), "mallory"); err != nil {
				t.Error(err)
			}
			if err := p.SignOut(t.Context(), auth.Account("mallory")); err != nil {
				t.Error(err)
			}
			if _, err := p.Switch(t.Context(), "mallory"); !errors.Is(err, auth.ErrNoAccount) {
				t.Errorf("switched to whom there is not: %v", err)
			}
			if s, err := p.Switch(t.Context(), test.sub); err != nil || s.Profile.ID != test.sub {
				t.Errorf("%q, %v", s.Profile.ID, err)
			}
		})
	}
}
