package management

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// early is how long before its end a token is not used any more.
const early = time.Minute

// accessToken returns a token for the API (RFC 6749 §4.4), the same one for as
// long as it lasts.
func (c *Client) accessToken(ctx context.Context) (Secret, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.token.IsZero() && time.Now().Before(c.expires) {
		return c.token, nil
	}
	form := url.Values{"grant_type": {"client_credentials"}, "resource": {c.config.Resource}, "scope": {"all"}}.Encode()
	a, err := c.patiently(ctx, "POST /oidc/token", func() (*http.Request, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.config.Issuer+"/token", strings.NewReader(form))
		if err == nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			// RFC 6749 §2.3.1: both are form-encoded first.
			r.SetBasicAuth(url.QueryEscape(c.config.ClientID), url.QueryEscape(c.config.ClientSecret.Reveal()))
		}
		return r, err
	})
	if err != nil {
		return Secret{}, err
	}
	if a.status != http.StatusOK {
		return Secret{}, tokenRefusal(a)
	}
	var got struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"`
		Scope       string `json:"scope"`
	}
	if err := a.decode(&got); err != nil {
		return Secret{}, err
	}
	if got.AccessToken == "" || strings.ContainsAny(got.AccessToken, "\r\n") {
		return Secret{}, a.strange("answers without a token, which Logto does not")
	}
	// Where the role is missing, Logto gives a token with no scope, and refuses
	// that one later.
	if !strings.Contains(" "+got.Scope+" ", " all ") {
		return Secret{}, &Error{Op: a.op, Status: http.StatusForbidden, reason: ErrForbidden}
	}
	c.token = NewSecret(got.AccessToken)
	c.expires = time.Now().Add(time.Duration(min(got.ExpiresIn, 24*60*60))*time.Second - early)
	return c.token, nil
}

// tokenRefusal tells what of the three things that were sent is wrong.
func tokenRefusal(a *answer) *Error {
	e := a.refusal()
	switch {
	case e.Code == "oidc.invalid_client", e.Status == http.StatusUnauthorized:
		e.reason = ErrUnauthorized
	case e.Code == "oidc.invalid_target":
		e.reason = ErrResource
	case e.Code == "oidc.access_denied", e.Code == "oidc.insufficient_scope":
		e.reason = ErrForbidden
	}
	return e
}

// forget drops a token that was not taken, unless there is another by now.
func (c *Client) forget(token Secret) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token == token {
		c.token = Secret{}
	}
}
