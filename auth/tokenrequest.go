package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"
)

// tokenAnswer is a successful token response (RFC 6749 §5.1, OpenID Connect
// Core §12.2), whichever way it was asked for. What says how good the access
// token is, accessToken reads and checks: a rotated refresh token must be known
// also where that is wrong.
type tokenAnswer struct {
	AccessToken  string          `json:"access_token"`
	TokenType    json.RawMessage `json:"token_type"`
	ExpiresIn    json.RawMessage `json:"expires_in"`
	RefreshToken string          `json:"refresh_token"`
	IDToken      string          `json:"id_token"`
	Scope        json.RawMessage `json:"scope"`
}

var errNotTokenAnswer = errors.New("its answer was not a token response")

func readTokenAnswer(body []byte) (*tokenAnswer, error) {
	var answer tokenAnswer
	if json.Unmarshal(body, &answer) != nil || answer.AccessToken == "" {
		return nil, errNotTokenAnswer
	}
	return &answer, nil
}

// answerOf is the response that x/oauth2 made a token of, read as every other
// one. By itself x/oauth2 takes a lifetime of 0 for one without an end, any
// token_type, and a form in place of JSON, which a refresh does not.
func answerOf(token *oauth2.Token) (*tokenAnswer, error) {
	if token.Extra("") != nil { // nil where it was JSON, and text where it was a form
		return nil, errNotTokenAnswer
	}
	body, err := json.Marshal(map[string]any{
		"access_token":  token.AccessToken,
		"token_type":    token.Extra("token_type"),
		"expires_in":    token.Extra("expires_in"), // as it came: ExpiresIn is bounded
		"refresh_token": token.Extra("refresh_token"),
		"id_token":      token.Extra("id_token"),
		"scope":         token.Extra("scope"),
	})
	if err != nil {
		return nil, errNotTokenAnswer
	}
	return readTokenAnswer(body)
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
		answer, err := readTokenAnswer(body)
		if err != nil {
			return nil, &lostError{away("%w", err)}
		}
		return answer, nil
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

// accessToken is what a token response has for an audience. scopes are those of
// a response that names none. What cannot be used is refused, at a sign-in as at
// a refresh: a session that starts with it would not last.
func (a *tokenAnswer) accessToken(at audience, received moment, scopes []string) (*accessToken, error) {
	t := &accessToken{
		Token:    Token{Value: NewSecret(a.AccessToken), Type: "Bearer", Scopes: scopes},
		audience: at,
	}
	// RFC 6750 §2.1: else no request could be made with it.
	if strings.ContainsFunc(a.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("the token endpoint gave an access token with characters that no header can carry")
	}
	if kind, err := optionalString(a.TokenType); err != nil {
		return nil, errors.New("the token endpoint gave a token_type that is not a string")
	} else if kind != "" && !strings.EqualFold(kind, "Bearer") { // RFC 6749 §5.1: case-insensitive
		return nil, fmt.Errorf("the token endpoint gave a token of type %q: only Bearer can be used", short(kind, 32))
	}
	if granted, err := optionalString(a.Scope); err != nil {
		return nil, errors.New("the token endpoint gave a scope that is not a string")
	} else if list := scopeList(granted); len(list) > 0 { // an empty one is none (RFC 6749 §3.3)
		t.Scopes = list
	}
	lifetime, err := readLifetime(a.ExpiresIn)
	if err != nil {
		return nil, err
	}
	t.lastsFrom(received, lifetime)
	return t, nil
}

// maxLifetime is how long a token may be good: some 31 years. What is more is a
// mistake, such as milliseconds since 1970.
const maxLifetime = 1e9 * time.Second

// readLifetime reads expires_in: zero where the response has none. It is a whole
// number of seconds (RFC 6749 §A.14), which some providers quote. A token that
// has expired when it comes is refused: all that could be done with it is to
// refresh it, for the next one of the kind.
func readLifetime(raw json.RawMessage) (time.Duration, error) {
	if isAbsent(raw) {
		return 0, nil
	}
	text := string(raw)
	if quoted, err := optionalString(raw); err == nil {
		text = quoted
	}
	switch seconds, err := strconv.ParseInt(text, 10, 64); {
	case err != nil:
		return 0, errors.New("the token endpoint gave a lifetime that is not a whole number of seconds (expires_in)")
	case seconds <= 0:
		return 0, errors.New("the token endpoint gave a token that has expired already (expires_in)")
	case seconds > int64(maxLifetime/time.Second):
		return 0, errors.New("the token endpoint gave a lifetime of more than 31 years (expires_in)")
	default:
		return time.Duration(seconds) * time.Second, nil
	}
}

// scopeList takes a scope apart (RFC 6749 §3.3). Only a space separates two:
// whatever else is in a name is part of it.
func scopeList(scope string) []string {
	return slices.DeleteFunc(strings.Split(scope, " "), func(s string) bool { return s == "" })
}

// optionalString is "" for what is absent.
func optionalString(raw json.RawMessage) (s string, err error) {
	if isAbsent(raw) {
		return "", nil
	}
	err = json.Unmarshal(raw, &s)
	return s, err
}

// isAbsent is also true of null, which some write for what they do not have.
func isAbsent(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }
