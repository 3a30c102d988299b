package doctor_test

import (
	"net/http"
	"strings"
	"testing"

	"doorkey/auth/doctor"
)

const (
	p384 = `{"kty":"EC","crv":"P-384","x":"E3hrK1eUt4CcYNxFdJnJ3h-G_YvtyqEmHVAoddSxaseODs7gdzdQf_1wFiudf13q","y":"sqhVl8k9SwBrN4eKxSlRdQIREvw1ZAYHTzc7lt9b4sSNtEqKWai_AnVQ6y8-Guau"`
	rsa  = `{"kty":"RSA","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"`
	ed   = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"`
	p256 = `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"`
)

func TestTheKeys(t *testing.T) {
	keys := func(list ...string) http.Handler {
		return body("application/jwk-set+json", `{"keys":[`+strings.Join(list, ",")+`]}`)
	}
	recording := recorded(t, "jwks-es384")
	for _, test := range []struct {
		name       string
		advertised []any // nil: not at all
		jwks       http.Handler
		want       string
		algorithms string
	}{
		{"a Logto as it comes", []any{"ES384"}, recording, "jwks.ok", "ES384"},
		{"a Logto whose key was rotated to RSA", []any{"PS256", "RS256", "ES384"}, keys(rsa+`,"use":"sig"}`, p384+`}`), "jwks.ok", "PS256, RS256, ES384"},
		{"the same, without the old key", []any{"PS256", "RS256", "ES384"}, keys(rsa + `}`), "jwks.ok", "PS256, RS256"},
		{"Ed25519", []any{"EdDSA"}, keys(ed + `}`), "jwks.ok", "EdDSA"},
		{"no algorithm named", nil, keys(rsa + `}`), "jwks.ok", "RS256"},
		{"HS256 beside it", []any{"HS256", "ES256"}, keys(p256 + `}`), "jwks.ok", "ES256"},
		{"a key of a curve that is another", []any{"ES384"}, keys(p256 + `}`), "jwks.no-key", "ES384"},
		{"a key for encryption", []any{"ES384"}, keys(p384 + `,"use":"enc"}`), "jwks.no-key", ""},
		{"a key for something else", []any{"ES384"}, keys(p384 + `,"alg":"ECDH-ES"}`), "jwks.no-key", ""},
		{"a secret", []any{"ES384"}, keys(`{"kty":"oct","k":"AAAA"}`), "jwks.no-key", ""},
		{"no keys", []any{"ES384"}, keys(), "jwks.no-key", ""},
		{"a key that is none", []any{"ES384"}, keys(`{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}`), "jwks.unreadable", ""},
		{"something else", []any{"ES384"}, body("application/json", `{"error":"no"}`), "jwks.unreadable", ""},
		{"a list", []any{"ES384"}, body("application/json", `[]`), "jwks.unreadable", ""},
		{"a page", []any{"ES384"}, body("text/html", "<h1>Sign in</h1>"), "jwks.unreadable", ""},
		{"too much", []any{"ES384"}, body("application/json", `{"keys":[`+strings.Repeat(" ", 1<<20)+`]}`), "jwks.unreadable", ""},
		{"not let through", []any{"ES384"}, status(http.StatusForbidden), "jwks.unreadable", ""},
		{"on to somewhere", []any{"ES384"}, status(http.StatusFound, "Location", "https://evil.example.test/"), "jwks.unreadable", ""},
		{"no answer", []any{"ES384"}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), "jwks.unanswered", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFake(t)
			f.change(map[string]any{"id_token_signing_alg_values_supported": test.advertised})
			if test.advertised == nil {
				delete(f.document, "id_token_signing_alg_values_supported")
			}
			f.jwks = test.jwks
			l := local()
			c := examine(t, doctor.Target{Issuer: f.issuer(), ClientID: "an-app", Local: &l})["jwks"]
			if c.Code != test.want || test.algorithms != "" && c.Params["Algorithms"] != test.algorithms {
				t.Errorf("found %s: %s (%v); want %s for %s", c.Code, c.Found, c.Err, test.want, test.algorithms)
			}
		})
	}
}

func TestRefreshTokens(t *testing.T) {
	for _, test := range []struct {
		name   string
		change map[string]any
		want   string
	}{
		{"a Logto as it comes", nil, "refresh-token.ok"},
		{"no offline_access", map[string]any{"scopes_supported": []any{"openid"}}, "refresh-token.scope"},
		{"no such grant", map[string]any{"grant_types_supported": []any{"authorization_code"}}, "refresh-token.grant"},
		{"nothing said of scopes", map[string]any{"scopes_supported": []any{}}, "refresh-token.unlisted"},
		{"nothing said of grants", map[string]any{"grant_types_supported": []any{}}, "refresh-token.unlisted"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFake(t)
			f.change(test.change)
			l := local()
			examine(t, doctor.Target{Issuer: f.issuer(), ClientID: "an-app", Local: &l}).want(t, "refresh-token "+test.want)
		})
	}
	t.Run("an application that is not known", func(t *testing.T) {
		f := newFake(t)
		f.authorize = recorded(t, "authorize-unknown-client").ServeHTTP
		l := local()
		examine(t, doctor.Target{Issuer: f.issuer(), ClientID: "an-app", Local: &l}).want(t, "client client.unknown", "refresh-token skipped", "jwks jwks.ok")
	})
}
