package demo_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/go-cmp/cmp"

	"doorkey/auth/demo"
)

// notThere are the members of a real Logto's document that ours has not.
var notThere = map[string]string{
	"pushed_authorization_request_endpoint":            "no pushed authorization requests",
	"introspection_endpoint":                           "no introspection",
	"backchannel_logout_supported":                     "no back-channel logout",
	"backchannel_logout_session_supported":             "no back-channel logout",
	"token_endpoint_auth_signing_alg_values_supported": "no client authenticates with a JWT",
}

// lessThere are the lists of which ours has a part.
var lessThere = map[string]string{
	"claims_supported":                      "only claims that anybody has",
	"grant_types_supported":                 "only code, refresh token and device code",
	"response_modes_supported":              "form_post needs a script in its page",
	"response_types_supported":              "only code",
	"token_endpoint_auth_methods_supported": "no client authenticates with a JWT or in the body",
}

func TestDiscoveryHasTheMembersOfLogtos(t *testing.T) {
	l := newLab(t, demo.Config{})
	answer := l.get("/oidc/.well-known/openid-configuration")
	if got := answer.header.Get("Content-Type"); answer.status != http.StatusOK || got != "application/json; charset=utf-8" {
		t.Errorf("status %d, Content-Type %q", answer.status, got)
	}
	ours, logtos := answer.json(t), recorded(t, "discovery.json")

	for member := range ours {
		if _, ok := logtos[member]; !ok {
			t.Errorf("%s is not Logto's", member)
		}
	}
	for member, value := range logtos {
		got, ok := ours[member]
		if why, missing := notThere[member]; missing != !ok {
			t.Errorf("%s: there %t, expected to be missing %t: %s", member, ok, missing, why)
		}
		switch value := value.(type) {
		case string:
			if want := strings.Replace(value, "http://localhost:3001", l.Endpoint(), 1); ok && got != want {
				t.Errorf("%s is %v, not %s", member, got, want)
			}
		case bool:
			if ok && got != value {
				t.Errorf("%s is %v, not %t", member, got, value)
			}
		case []any:
			if _, less := lessThere[member]; ok {
				checkList(t, member, got.([]any), value, less)
			}
		}
	}
}

func checkList(t *testing.T, member string, ours, logtos []any, less bool) {
	t.Helper()
	set := func(list []any) map[any]bool {
		m := make(map[any]bool)
		for _, v := range list {
			m[v] = true
		}
		return m
	}
	ourSet, logtoSet := set(ours), set(logtos)
	for v := range ourSet {
		if !logtoSet[v] {
			t.Errorf("%s: %v is not Logto's", member, v)
		}
	}
	if same := maps.Equal(ourSet, logtoSet); same == less {
		t.Errorf("%s: all of Logto's %t, expected only a part %t", member, same, less)
	}
}

// FACTS: endpoint URLs follow the Host header, issuer follows the setting.
func TestIssuerTrap(t *testing.T) {
	l := newLab(t, demo.Config{IssuerHost: "id.example.test"})
	if want := "http://id.example.test/oidc"; l.Issuer() != want {
		t.Errorf("Issuer() = %s, not %s", l.Issuer(), want)
	}
	for _, host := range []string{"127.0.0.1", "localhost"} {
		endpoint := strings.Replace(l.Endpoint(), "127.0.0.1", host, 1)
		got := l.get(endpoint + "/oidc/.well-known/openid-configuration").json(t)
		if got["issuer"] != l.Issuer() || got["token_endpoint"] != endpoint+"/oidc/token" {
			t.Errorf("asked at %s: issuer %v, token endpoint %v", host, got["issuer"], got["token_endpoint"])
		}
	}
	_, err := oidc.NewProvider(oidc.ClientContext(t.Context(), l.browser), l.Endpoint()+"/oidc")
	if err == nil || !strings.Contains(err.Error(), "issuer") {
		t.Errorf("a client that asks somewhere else than the issuer says: %v", err)
	}

	answer, _ := l.authorize("lisi", nil)
	if answer.Get("iss") != l.Issuer() {
		t.Errorf("iss of the callback is %q", answer.Get("iss"))
	}
}

func TestKeysAreAsRecorded(t *testing.T) {
	l := newLab(t, demo.Config{})
	answer := l.get("/oidc/jwks")
	if got := answer.header.Get("Content-Type"); got != "application/jwk-set+json; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}
	if got := answer.header.Get("Cache-Control"); got != "no-cache, max-age=0, must-revalidate" {
		t.Errorf("Cache-Control %q", got)
	}
	keys := keysIn(t, answer.json(t))
	logtos := keysIn(t, recorded(t, "jwks-es384.json"))
	if len(keys) != 1 {
		t.Fatalf("%d keys", len(keys))
	}
	got, want := keys[0], logtos[0]
	for _, varies := range []string{"kid", "x", "y"} {
		if len(got[varies].(string)) != len(want[varies].(string)) {
			t.Errorf("%s is %v, unlike %v", varies, got[varies], want[varies])
		}
		delete(got, varies)
		delete(want, varies)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("key (-recorded +ours):\n%s", diff)
	}
}

func TestKeysAfterARotationToRSA(t *testing.T) {
	dir := t.TempDir()
	before := newLab(t, demo.Config{StateDir: dir})
	former := keysIn(t, before.get("/oidc/jwks").json(t))[0]
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}

	l := newLab(t, demo.Config{StateDir: dir, RSA: true})
	keys := keysIn(t, l.get("/oidc/jwks").json(t))
	if len(keys) != 2 {
		t.Fatalf("%d keys", len(keys))
	}
	if _, has := keys[0]["alg"]; keys[0]["kty"] != "RSA" || has {
		t.Errorf("the first key is %v", keys[0])
	}
	if diff := cmp.Diff(former, keys[1]); diff != "" {
		t.Errorf("the former key (-before +after):\n%s", diff)
	}
	algs := l.get("/oidc/.well-known/openid-configuration").json(t)["id_token_signing_alg_values_supported"]
	if diff := cmp.Diff([]any{"PS256", "RS256", "ES384"}, algs); diff != "" {
		t.Error(diff)
	}
}

func keysIn(t testing.TB, set map[string]any) (keys []map[string]any) {
	t.Helper()
	for _, key := range set["keys"].([]any) {
		keys = append(keys, key.(map[string]any))
		if key := keys[len(keys)-1]; slices.Contains(slices.Collect(maps.Keys(key)), "d") {
			t.Error("a private key is published")
		}
	}
	return keys
}
