package auth

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	jose "github.com/go-jose/go-jose/v4"
)

// signer is a provider's signing key and what its discovery and JWKS say.
type signer struct {
	*httptest.Server
	key        crypto.Signer
	alg        jose.SignatureAlgorithm
	advertised []string
	jwk        jose.JSONWebKey
	down       bool // of the JWKS
}

func newSigner(t *testing.T, alg jose.SignatureAlgorithm) *signer {
	t.Helper()
	s := &signer{alg: alg, advertised: []string{string(alg)}}
	var err error
	if alg == jose.RS256 {
		s.key, err = rsa.GenerateKey(rand.Reader, 2048)
	} else {
		s.key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.jwk = jose.JSONWebKey{Key: s.key.Public(), KeyID: "one", Use: "sig", Algorithm: string(alg)}
	mux := http.NewServeMux()
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": s.URL, "authorization_endpoint": s.URL + "/auth", "token_endpoint": s.URL + "/token",
			"jwks_uri": s.URL + "/jwks", "id_token_signing_alg_values_supported": s.advertised,
		})
	})
	mux.HandleFunc("/jwks", func(w http.ResponseWriter, r *http.Request) {
		if s.down {
			panic(http.ErrAbortHandler)
		}
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{s.jwk}})
	})
	return s
}

func (s *signer) provider(t *testing.T) (*provider, error) {
	t.Helper()
	c := s.client(t)
	return newProvider(oidc.ClientContext(t.Context(), c.http), c.config, newClock())
}

func (s *signer) client(t *testing.T) *Client {
	t.Helper()
	c, err := New(Config{Issuer: s.URL, ClientID: "app"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func sign(t *testing.T, alg jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	t.Helper()
	options := &jose.SignerOptions{}
	if kid != "" {
		options = options.WithHeader("kid", kid)
	}
	js, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := js.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

const opaqueToken = "opaque-access-token"

func atHash384(token string) string {
	sum := sha512.Sum384([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:24])
}

func TestIDTokens(t *testing.T) {
	s := newSigner(t, jose.ES384)
	p, err := s.provider(t)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(s.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	claims := func(change func(map[string]any)) map[string]any {
		now := time.Now().Unix()
		c := map[string]any{"iss": s.URL, "sub": "person", "aud": "app", "exp": now + 3600, "iat": now, "nonce": "n1"}
		if change != nil {
			change(c)
		}
		return c
	}
	set := func(name string, value any) map[string]any {
		return claims(func(c map[string]any) { c[name] = value })
	}
	without := func(name string) map[string]any { return claims(func(c map[string]any) { delete(c, name) }) }
	good := func(c map[string]any) string { return sign(t, jose.ES384, s.key, "one", c) }
	header, payload, _ := strings.Cut(good(claims(nil)), ".")
	payload, signature, _ := strings.Cut(payload, ".")
	changed := base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"` + s.URL + `","sub":"admin","aud":"app","exp":99999999999,"nonce":"n1"}`))
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`))

	for _, test := range []struct {
		name string
		raw  string
		says string // of the error; "" where the token is good
	}{
		{"as Logto sends it", good(claims(nil)), ""},
		{"with at_hash", good(set("at_hash", atHash384(opaqueToken))), ""},
		{"for several audiences, to us", good(claims(func(c map[string]any) { c["aud"] = []string{"app", "api"}; c["azp"] = "app" })), ""},
		{"none at all", "", "none in the token response"},
		{"not a JWT", "hello", "malformed"},
		{"of another issuer", good(set("iss", "https://evil.example.test")), "different provider"},
		{"without issuer", good(without("iss")), "different provider"},
		{"for another application", good(set("aud", "other")), "audience"},
		{"for several audiences, to nobody", good(set("aud", []string{"app", "api"})), "azp"},
		{"issued to another application", good(set("azp", "other")), "azp"},
		{"expired", good(set("exp", time.Now().Unix()-1)), "expired"},
		{"without expiry", good(without("exp")), "expired"},
		{"not valid yet", good(set("nbf", time.Now().Add(time.Hour).Unix())), "nbf"},
		{"of another sign-in", good(set("nonce", "n2")), "nonce"},
		{"without nonce", good(without("nonce")), "nonce"},
		{"of another access token", good(set("at_hash", atHash384("another"))), "at_hash"},
		{"that names nobody", good(without("sub")), "nobody"},
		{"with an endless sub", good(set("sub", strings.Repeat("x", 256))), "255"},
		{"signed by somebody else", sign(t, jose.ES384, other, "one", claims(nil)), "signature"},
		{"with an unknown key", sign(t, jose.ES384, other, "two", claims(nil)), "signature"},
		{"with a changed payload", header + "." + changed + "." + signature, "signature"},
		{"not signed (alg none)", none + "." + payload + ".", "malformed"},
		{"signed with our public key as a password (HS256)", sign(t, jose.HS256, public, "one", claims(nil)), "algorithm"},
		{"with an algorithm that is not advertised", sign(t, jose.ES256, mustP256(t), "one", claims(nil)), "algorithm"},
	} {
		t.Run(test.name, func(t *testing.T) {
			token, err := s.client(t).verifyIDToken(t.Context(), p, "app", test.raw, "n1", opaqueToken)
			if test.says == "" {
				if err != nil || token.Subject != "person" {
					t.Errorf("refused: %v", err)
				}
				return
			}
			var bad *IDTokenError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error = %v, want an IDTokenError that says %q", err, test.says)
			}
			if test.raw != "" && err != nil && strings.Contains(err.Error(), test.raw) {
				t.Errorf("the error shows the token: %v", err)
			}
		})
	}
}

func mustP256(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// After a rotation to RSA, Logto advertises PS256, RS256 and ES384, signs with
// RS256 and leaves alg out of the JWK.
func TestIDTokenSignedWithRS256(t *testing.T) {
	s := newSigner(t, jose.RS256)
	s.advertised = []string{"PS256", "RS256", "ES384"}
	s.jwk.Algorithm = ""
	p, err := s.provider(t)
	if err != nil {
		t.Fatal(err)
	}
	raw := sign(t, jose.RS256, s.key, "one", map[string]any{
		"iss": s.URL, "sub": "person", "aud": "app", "exp": time.Now().Unix() + 60, "nonce": "n",
	})
	if _, err := s.client(t).verifyIDToken(t.Context(), p, "app", raw, "n", opaqueToken); err != nil {
		t.Error(err)
	}
}

func TestKeysThatCannotBeFetchedAreNoBadToken(t *testing.T) {
	s := newSigner(t, jose.ES384)
	s.down = true
	p, err := s.provider(t)
	if err != nil {
		t.Fatal(err)
	}
	raw := sign(t, jose.ES384, s.key, "one", map[string]any{"iss": s.URL})
	_, err = s.client(t).verifyIDToken(context.Background(), p, "app", raw, "n", opaqueToken)
	var away *UnreachableError
	if !errors.As(err, &away) {
		t.Errorf("error = %v, want an UnreachableError", err)
	}
}

func TestProvidersThatProveNothingAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		advertised []string
		ok         bool
	}{
		"only HS256 and none": {[]string{"HS256", "none"}, false},
		"HS256 beside ES384":  {[]string{"HS256", "ES384"}, true},
		"nothing: RS256":      {nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSigner(t, jose.ES384)
			s.advertised = test.advertised
			_, err := s.provider(t)
			var bad *DiscoveryError
			if (err == nil) != test.ok || err != nil && !errors.As(err, &bad) {
				t.Errorf("error = %v", err)
			}
		})
	}
}
