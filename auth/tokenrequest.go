package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// tokenAnswer is a successful token response (RFC 6749 §5.1, OpenID Connect
// Core §12.2).
type tokenAnswer struct {
	AccessToken  string      `json:"access_token"`
	TokenType    string      `json:"token_type"`
	ExpiresIn    json.Number `json:"expires_in"` // seconds; some providers quote it
	RefreshToken string      `json:"refresh_token"`
	IDToken      string      `json:"id_token"`
	Scope        *string     `json:"scope"`
}

// refreshRequest asks the token endpoint for an access token with the refresh
// token (RFC 6749 §6). Errors are those of tokenRequest.
func (c *Client) refreshRequest(ctx context.Context, p *provider, s *session, a audience) (*tokenAnswer, error) {
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {s.refreshToken.Reveal()}}
	if a.Resource != "" {
		form.Set("resource", a.Resource)
	}
	if a.Organization != "" {
		form.Set("organization_id", a.Organization)
	}
	return c.tokenRequest(ctx, p, s.tokensOf(), form)
}

// tokenRequest posts a form to the token endpoint. What went wrong is told
// apart:
//
//   - *lostError: the provider may have used up what was sent (rotated the
//     refresh token), and its answer did not arrive;
//   - *UnreachableError: no answer of the provider's, and none to come;
//   - *oauthError: the provider refused.
func (c *Client) tokenRequest(ctx context.Context, p *provider, clientID string, form url.Values) (*tokenAnswer, error) {
	var sent atomic.Bool
	resp, err := c.postForm(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { sent.Store(true) },
	}), p.endpoint.TokenURL, clientID, form)
	if err != nil {
		if away := unreachable(ctx, err); away != nil {
			err = away
		}
		if sent.Load() {
			return nil, &lostError{err}
		}
		return nil, err
	}
	defer resp.Body.Close()
	away := func(format string, args ...any) *UnreachableError {
		return &UnreachableError{Host: resp.Request.URL.Host, Err: fmt.Errorf(format, args...)}
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, &lostError{away("the answer broke off: %w", err)}
	}
	switch status := resp.StatusCode; {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		e := away("HTTP status %d", status)
		e.RetryAfter = retryAfter(resp.Header, c.clock.now())
		return nil, e
	case status >= 500 && status != http.StatusNetworkAuthenticationRequired:
		return nil, &lostError{away("HTTP status %d", status)} // a gateway may have lost what is behind it
	case isPage(resp.Header):
		// Logto answers in JSON, whatever it says. This is somebody in between.
		return nil, away("a web page answered, with HTTP status %d: does this network want a sign-in of its own?", status)
	case status == http.StatusOK:
		var answer tokenAnswer
		if json.Unmarshal(body, &answer) != nil || answer.AccessToken == "" {
			return nil, &lostError{away("its answer was not a token response")}
		}
		return &answer, nil
	}
	if refused := readOAuthError(resp.StatusCode, body); refused != nil {
		return nil, refused
	}
	return nil, away("HTTP status %d without an OAuth 2.0 error", resp.StatusCode)
}

// readOAuthError returns nil where the body is none.
func readOAuthError(status int, body []byte) *oauthError {
	var refused struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	if json.Unmarshal(body, &refused) != nil || refused.Code == "" {
		return nil
	}
	return &oauthError{status, short(refused.Code, 64), short(refused.Description, 300)}
}

// lostError is an answer that did not arrive, while the request may have.
type lostError struct{ error }

func (e *lostError) Unwrap() error { return e.error }

// oauthError is an error response (RFC 6749 §5.2).
type oauthError struct {
	status            int
	code, description string
}

func (e *oauthError) Error() string { return e.code }

// postForm posts a form to the provider, with the client's authentication:
// client_secret_basic where it has a secret (RFC 6749 §2.3.1), otherwise the
// bare client_id.
func (c *Client) postForm(ctx context.Context, endpoint, clientID string, form url.Values) (*http.Response, error) {
	secret := c.config.ClientSecret
	if clientID != c.config.ClientID {
		secret = Secret{} // which is not the device client's
	}
	if secret.IsZero() {
		form.Set("client_id", clientID)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	if !secret.IsZero() { // form-encoded first, then Basic
		req.SetBasicAuth(url.QueryEscape(clientID), url.QueryEscape(secret.Reveal()))
	}
	return c.http.Do(req)
}

func isPage(h http.Header) bool {
	media, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return media == "text/html" || media == "application/xhtml+xml"
}

// maxRetryAfter bounds what a server may ask for: it could be a mistake, and
// the session must come back by itself.
const maxRetryAfter = time.Hour

// retryAfter reads Retry-After, seconds or a date (RFC 9110 §10.2.3).
func retryAfter(h http.Header, now moment) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	var wait time.Duration
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if date, err := http.ParseTime(value); err == nil {
		wait = date.Sub(now.wall())
	}
	return min(max(wait, 0), maxRetryAfter)
}

// accessToken is what a token response has for an audience.
func (a *tokenAnswer) accessToken(at audience, received moment, scopes []string) (*accessToken, error) {
	t := &accessToken{
		Token:    Token{Value: NewSecret(a.AccessToken), Type: a.TokenType, Scopes: scopes},
		audience: at,
	}
	// RFC 6749 §5.1: case-insensitive. All that can be used here is Bearer.
	if t.Type = cmp.Or(t.Type, "Bearer"); strings.EqualFold(t.Type, "Bearer") {
		t.Type = "Bearer"
	} else {
		return nil, fmt.Errorf("the token endpoint gave a token of type %q: only Bearer can be used", short(t.Type, 32))
	}
	if a.Scope != nil {
		t.Scopes = strings.Fields(*a.Scope)
	}
	var lifetime time.Duration
	if a.ExpiresIn != "" {
		seconds, err := a.ExpiresIn.Float64()
		if err != nil || seconds < 0 || seconds > 1e9 {
			return nil, errors.New("the token endpoint gave a lifetime that is no number of seconds (expires_in)")
		}
		lifetime = time.Duration(seconds * float64(time.Second))
	}
	t.lastsFrom(received, lifetime)
	return t, nil
}
