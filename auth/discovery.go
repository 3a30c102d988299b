package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// provider is what discovery told about the issuer.
type provider struct {
	verifier func(clientID string) *oidc.IDTokenVerifier
	endpoint oauth2.Endpoint
	metadata metadata
	keys     oidc.KeySet
	warm     sync.Once
}

// metadata are the members of the discovery document that go-oidc does not read.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
type metadata struct {
	JWKSURI            string   `json:"jwks_uri"`
	Algorithms         []string `json:"id_token_signing_alg_values_supported"`
	IssParameter       bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207 §3
	RevocationEndpoint string   `json:"revocation_endpoint"`                            // RFC 8414 §2
	UserInfoEndpoint   string   `json:"userinfo_endpoint"`
	EndSessionEndpoint string   `json:"end_session_endpoint"` // RP-Initiated Logout §2.1

	DeviceAuthorizationEndpoint string `json:"device_authorization_endpoint"` // RFC 8628 §4
}

// fetchKeys begins to fetch the keys that an ID token is verified with, before
// there is one: the answer that brings it must be stored at once.
func (c *Client) fetchKeys(ctx context.Context, p *provider) {
	// go-oidc fetches them to verify a token, such as this one, which has a
	// header ("RS256"), no claims and no signature.
	const token = "eyJhbGciOiJSUzI1NiJ9.e30.AA"
	p.warm.Do(func() {
		c.work.Go(func() { _, _ = p.keys.VerifySignature(ctx, token) })
	})
}

// discover asks the issuer what it says of itself. Each sign-in asks anew: a
// program runs for weeks, and keys and algorithms change meanwhile.
func (c *Client) discover(ctx context.Context) (*provider, error) {
	p, err := newProvider(oidc.ClientContext(ctx, c.http), c.config, c.clock)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.provider = p
	return p, nil
}

// discoverAgain is discover for the background, where a page that is no
// discovery document means the network's own sign-in page, or a server that is
// down: nothing a session should end for.
func (c *Client) discoverAgain(ctx context.Context) (*provider, error) {
	p, err := c.discover(ctx)
	var useless *DiscoveryError
	if errors.As(err, &useless) {
		return nil, &UnreachableError{Host: host(c.config.Issuer), Err: useless.Err}
	}
	return p, err
}

// discovered is what the issuer said last, asked for where it has not been yet.
func (c *Client) discovered(ctx context.Context) (*provider, error) {
	c.mu.Lock()
	p := c.provider
	c.mu.Unlock()
	if p != nil {
		return p, nil
	}
	return c.discoverAgain(ctx)
}

func newProvider(ctx context.Context, conf Config, clock *clock) (*provider, error) {
	discovered, err := oidc.NewProvider(awayWhereBusy(ctx, clock), conf.Issuer)
	if err != nil {
		if busy, is := errors.AsType[*UnreachableError](err); is {
			return nil, busy
		}
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
		{"userinfo_endpoint", meta.UserInfoEndpoint, true},
		{"end_session_endpoint", meta.EndSessionEndpoint, true},
		{"device_authorization_endpoint", meta.DeviceAuthorizationEndpoint, true},
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
	verifier, err := newVerifier(conf.Issuer, keys, meta.Algorithms, func() time.Time { return clock.now().Time })
	if err != nil {
		return nil, &DiscoveryError{conf.Issuer, err}
	}
	return &provider{verifier: verifier, endpoint: endpoint, metadata: meta, keys: keys}, nil
}

// awayWhereBusy has the HTTP client of a context tell a server that is down or
// overloaded from one that is no provider, which go-oidc does not.
func awayWhereBusy(ctx context.Context, clock *clock) context.Context {
	base, is := ctx.Value(oauth2.HTTPClient).(*http.Client)
	if !is {
		return ctx
	}
	client := *base
	client.Transport = busyTransport{base.Transport, clock}
	return oidc.ClientContext(ctx, &client)
}

type busyTransport struct {
	http.RoundTripper
	clock *clock
}

func (t busyTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.RoundTripper.RoundTrip(r)
	if err != nil || resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests {
		return resp, err
	}
	defer resp.Body.Close()
	return nil, &UnreachableError{
		Host: r.URL.Host, Err: fmt.Errorf("HTTP status %d", resp.StatusCode), RetryAfter: retryAfter(resp.Header, t.clock.now()),
	}
}

// endpointFor is the endpoint for an authorization request that asks for
// resources (RFC 8707 §2): there may be several, and x/oauth2 knows each
// parameter once.
func (p *provider) endpointFor(resources []string) oauth2.Endpoint {
	endpoint := p.endpoint
	if len(resources) == 0 {
		return endpoint
	}
	endpoint.AuthURL = withQuery(endpoint.AuthURL, url.Values{"resource": resources})
	return endpoint
}

// withQuery adds to the query of an endpoint, which may have one (RFC 6749 §3.1).
func withQuery(endpoint string, query url.Values) string {
	if strings.Contains(endpoint, "?") {
		return endpoint + "&" + query.Encode()
	}
	return endpoint + "?" + query.Encode()
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
	return errors.New(short(line, 160))
}
