package doctor

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

var (
	jwksOK         = outcome{"jwks.ok", OK, "ID tokens can be checked: {{.Host}} has a key for {{.Algorithms}}", ""}
	jwksUnanswered = outcome{"jwks.unanswered", Failed, "{{.URL}}, where the keys are to be had, does not answer: {{.Error}}", "Try again; if it stays, check that no firewall or proxy is in the way."}
	jwksUnreadable = outcome{"jwks.unreadable", Failed, "{{.URL}} answers with status {{.Status}}, and not with keys", "Have what stands before Logto let this address through to everybody."}
	jwksNoKey      = outcome{"jwks.no-key", Failed, "none of the {{.Count}} keys at {{.URL}} is for {{.Algorithms}}, by which ID tokens are signed", "Have the provider's administrator look at its signing keys."}
)

// jwks reads the keys as the library does when it verifies an ID token
// (RFC 7517 §5).
func (e *examination) jwks(ctx context.Context) Check {
	address, _ := url.Parse(e.provider.JWKSURI) // discovery has looked at it
	signed := e.provider.signs()
	params := Params{"Host": quote(address.Host), "URL": bare(address), "Algorithms": quote(strings.Join(signed, ", "))}
	looked := "GET " + params["URL"]
	a, err := e.web.get(ctx, e.provider.JWKSURI)
	if err != nil {
		params["Error"] = quote(err.Error())
		return jwksUnanswered.check(looked, params, err)
	}
	params["Status"] = strconv.Itoa(a.status)
	// Their absence would be no error to encoding/json.
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	var keys jose.JSONWebKeySet
	if a.status != http.StatusOK || a.bodyErr != nil || json.Unmarshal(a.body, &set) != nil || set.Keys == nil || json.Unmarshal(a.body, &keys) != nil {
		return jwksUnreadable.check(looked, params, a.bodyErr)
	}
	params["Count"] = strconv.Itoa(len(keys.Keys))
	signed = slices.DeleteFunc(signed, func(alg string) bool {
		return !slices.ContainsFunc(keys.Keys, func(key jose.JSONWebKey) bool { return verifies(key, alg) })
	})
	if len(signed) == 0 {
		return jwksNoKey.check(looked, params, nil)
	}
	params["Algorithms"] = quote(strings.Join(signed, ", "))
	return jwksOK.check(looked, params, nil)
}

// signs are the algorithms by which the provider may sign an ID token, of those
// that the library accepts. RS256 is what goes without saying (OpenID Connect
// Core §2).
func (m metadata) signs() []string {
	if len(m.Algorithms) == 0 {
		return []string{oidc.RS256}
	}
	return slices.DeleteFunc(slices.Clone(m.Algorithms), func(alg string) bool { return !slices.Contains(algorithms, alg) })
}

// verifies tells whether a key is one for signatures by alg.
func verifies(key jose.JSONWebKey, alg string) bool {
	if key.Use != "" && key.Use != "sig" || key.Algorithm != "" && key.Algorithm != alg {
		return false
	}
	switch public := key.Key.(type) {
	case *rsa.PublicKey:
		return strings.HasPrefix(alg, "RS") || strings.HasPrefix(alg, "PS")
	case *ecdsa.PublicKey:
		return public.Curve.Params().Name == map[string]string{oidc.ES256: "P-256", oidc.ES384: "P-384", oidc.ES512: "P-521"}[alg]
	case ed25519.PublicKey:
		return alg == oidc.EdDSA
	}
	return false
}
