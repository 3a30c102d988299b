package auth

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// HTTPClient returns a client that adds an access token to its requests to
// these origins, such as "https://api.example.com", and to no other: also not
// where a redirect leads elsewhere. An origin must be https; http is accepted
// on this machine. A request that has an Authorization header keeps it.
//
// Where an API answers 401, the token is refreshed and the request sent once
// more, if its body can be (http.Request.GetBody). The token is of whoever is
// current at each request. The errors of [Client.AccessToken] come wrapped in
// a *url.Error, as errors.As finds them.
//
// The client has no time limit of its own: set one, or use contexts.
func (c *Client) HTTPClient(origins []string, options ...TokenOption) (*http.Client, error) {
	b := &bearer{client: c, options: options}
	for _, raw := range origins {
		u, err := url.Parse(raw)
		if err != nil || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			return nil, fmt.Errorf("auth.HTTPClient: %q is not an origin: it is a scheme and a host, such as https://api.example.com", raw)
		}
		if err := checkScheme(u, raw); err != nil {
			return nil, fmt.Errorf("auth.HTTPClient: %w", err)
		}
		b.origins = append(b.origins, origin(u))
	}
	b.base = transportOf(c.config.HTTPClient)
	return &http.Client{Transport: b}, nil
}

// origin is scheme, host and port (RFC 6454 §4).
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return strings.ToLower(u.Scheme + "://" + u.Hostname() + ":" + port)
}

// bearer is the transport of an HTTPClient.
type bearer struct {
	client  *Client
	base    http.RoundTripper
	origins []string
	options []TokenOption
}

// newToken is how old a token is at least that is refreshed because of a 401:
// an API that refuses everybody must not have the provider asked each time.
const newToken = 10 * time.Second

// RoundTrip implements [http.RoundTripper].
func (b *bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if !slices.Contains(b.origins, origin(r.URL)) || r.Header.Get("Authorization") != "" {
		return b.base.RoundTrip(r)
	}
	var n need
	for i := range b.options {
		n.add(&b.options[i])
	}
	t, err := b.client.token(r.Context(), n)
	if err != nil {
		closeBody(r)
		return nil, err
	}
	b.client.markUsed(t)
	resp, err := b.base.RoundTrip(with(r, t, r.Body))
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	replayable := r.Body == nil || r.Body == http.NoBody || r.GetBody != nil
	if age := b.client.clock.now().Sub(t.obtained); !replayable || age.Abs() < newToken {
		return resp, nil
	}
	n.not = t.Value
	better, err := b.client.token(r.Context(), n)
	if err != nil {
		return resp, nil // the API's answer says more than that
	}
	body := r.Body
	if r.GetBody != nil {
		if body, err = r.GetBody(); err != nil {
			return resp, nil
		}
	}
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // lets the connection be used again
	resp.Body.Close()
	b.client.markUsed(better)
	return b.base.RoundTrip(with(r, better, body))
}

// CloseIdleConnections is for [http.Client.CloseIdleConnections].
func (b *bearer) CloseIdleConnections() {
	if base, ok := b.base.(interface{ CloseIdleConnections() }); ok {
		base.CloseIdleConnections()
	}
}

// with is a copy of r with the token, since a transport must not change its
// request.
func with(r *http.Request, t *accessToken, body io.ReadCloser) *http.Request {
	c := r.Clone(r.Context())
	c.Body = body
	t.SetAuthHeader(c)
	return c
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		r.Body.Close()
	}
}
