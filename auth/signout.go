package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// revokeTimeout bounds the goodbye to the provider: signing out must work
// without a network.
const revokeTimeout = 5 * time.Second

// SignOut revokes the refresh token at the provider (RFC 7009), which ends
// every token of this session, and deletes the session from the keychain. A
// sign-in on its way is cancelled.
//
// A provider that cannot be reached does not keep anybody signed in here: the
// session is deleted all the same, and the error tells that the provider does
// not know. If the keychain refuses, the person stays signed in, since the
// session would be back after a restart.
func (c *Client) SignOut(ctx context.Context) error {
	c.mu.Lock()
	running := c.attempt
	c.mu.Unlock()
	if running != nil {
		running.cancel(context.Canceled)
		<-running.done
	}
	if _, err := c.Session(ctx); errors.Is(err, ErrSignedOut) {
		return nil
	} else if err != nil {
		return fmt.Errorf("sign-out: %w", err)
	}
	c.mu.Lock()
	s := c.session
	c.mu.Unlock()
	if s == nil {
		return nil
	}
	if err := c.store.Delete(ctx, s.key()); err != nil && s.Storage == InKeychain {
		err = fmt.Errorf("sign-out: %w", err)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.lastErr = err
		c.publishLocked()
		return err
	}
	c.mu.Lock()
	if c.session == s {
		c.session, c.lastErr = nil, nil
	}
	c.publishLocked()
	c.mu.Unlock()
	if err := c.revoke(ctx, s); err != nil {
		return fmt.Errorf("signed out on this computer, but the provider was not told: %w", err)
	}
	return nil
}

// revoke is RFC 7009 §2.1. Revoking the refresh token ends the whole grant.
func (c *Client) revoke(ctx context.Context, s *session) error {
	if s.refreshToken.IsZero() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, revokeTimeout)
	defer cancel()
	p, err := c.discovered(ctx)
	if err != nil {
		return err
	}
	if p.metadata.RevocationEndpoint == "" {
		return nil
	}
	form := url.Values{"token": {s.refreshToken.Reveal()}, "token_type_hint": {"refresh_token"}}
	if c.config.ClientSecret.IsZero() {
		form.Set("client_id", c.config.ClientID)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.metadata.RevocationEndpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if !c.config.ClientSecret.IsZero() { // RFC 6749 §2.3.1: form-encoded, then Basic
		req.SetBasicAuth(url.QueryEscape(c.config.ClientID), url.QueryEscape(c.config.ClientSecret.Reveal()))
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if away := unreachable(ctx, err); away != nil {
			return away
		}
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // bounded; lets the connection be used again
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the revocation endpoint answered HTTP status %d", resp.StatusCode)
	}
	return nil
}
