package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// provider is what discovery told about the issuer.
type provider struct {
	verifier *oidc.IDTokenVerifier
	endpoint oauth2.Endpoint
	metadata metadata
}

// metadata are the members of the discovery document that go-oidc does not read.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
type metadata struct {
	JWKSURI            string   `json:"jwks_uri"`
	Algorithms         []string `json:"id_token_signing_alg_values_supported"`
	IssParameter       bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207 §3
	RevocationEndpoint string   `json:"revocation_endpoint"`                            // RFC 8414 §2
}

// discover asks the issuer what it says of itself. Each sign-in asks anew: a
// program runs for weeks, and keys and algorithms change meanwhile.
func (c *Client) discover(ctx context.Context) (*provider, error) {
	p, err := newProvider(oidc.ClientContext(ctx, c.http), c.config)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.provider = p
	return p, nil
}

// discovered is what the issuer said last, asked for where it has not been yet.
func (c *Client) discovered(ctx context.Context) (*provider, error) {
	c.mu.Lock()
	p := c.provider
	c.mu.Unlock()
	if p != nil {
		return p, nil
	}
	return c.discover(ctx)
}

func newProvider(ctx context.Context, conf Config) (*provider, error) {
	discovered, err := oidc.NewProvider(ctx, conf.Issuer)
	if err != nil {
		var mismatch *oidc.IssuerMismatchError
		if errors.As(err, &mismatch) {
			return nil, &IssuerMismatchError{Configured: conf.Issuer, Discovered: mismatch.Discovered}
		}
		if away := unreachable(ctx, err); away != nil {
			return nil, away
		}
		return nil, &DiscoveryError{conf.Issuer, firstLine(err)}
	}
	var meta metadata
	if err := discovered.Claims(&meta); err != nil {
		return nil, &DiscoveryError{conf.Issuer, err}
	}
	endpoint := discovered.Endpoint()
	for _, e := range []struct {
		name, url string
		optional  bool
	}{
		{"authorization_endpoint", endpoint.AuthURL, false},
		{"token_endpoint", endpoint.TokenURL, false},
		{"jwks_uri", meta.JWKSURI, false},
		{"revocation_endpoint", meta.RevocationEndpoint, true},
	} {
		if e.optional && e.url == "" {
			continue
		}
		if err := checkEndpoint(e.url); err != nil {
			return nil, &DiscoveryError{conf.Issuer, fmt.Errorf("its %s: %w", e.name, err)}
		}
	}
	// Said outright, because x/oauth2 would otherwise try a Basic header
	// first, for which Logto refuses a public client.
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	if !conf.ClientSecret.IsZero() {
		endpoint.AuthStyle = oauth2.AuthStyleInHeader
	}
	keys := oidc.NewRemoteKeySet(ctx, meta.JWKSURI) // keeps ctx's HTTP client, not its end
	verifier, err := newVerifier(conf.Issuer, keys, conf.ClientID, meta.Algorithms)
	if err != nil {
		return nil, &DiscoveryError{conf.Issuer, err}
	}
	return &provider{verifier: verifier, endpoint: endpoint, metadata: meta}, nil
}

func checkEndpoint(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return fmt.Errorf("%q is not a web address", raw)
	}
	return checkScheme(u, raw)
}

// firstLine shortens an error that has a whole web page in it.
func firstLine(err error) error {
	line, _, _ := strings.Cut(err.Error(), "\n")
	if runes := []rune(line); len(runes) > 160 {
		line = string(runes[:160]) + "…"
	}
	return errors.New(line)
}
