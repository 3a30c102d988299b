package auth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"doorkey/auth/keychain"
)

// retryWithin is how long after the first use of a refresh token it is tried
// again where the answer was lost. Logto takes the second use for theft 3 s
// after the first, and revokes the whole grant.
const retryWithin = 2 * time.Second

// redeem uses the refresh token and keeps what it brought.
func (c *Client) redeem(ctx context.Context, p *provider, s *session, a audience) (*accessToken, error) {
	asked := a
	begun := time.Now()
	answer, err := c.refreshRequest(ctx, p, s, a)
	for _, pause := range []time.Duration{0, 500 * time.Millisecond} {
		// At once and with the same token, or never.
		var lost *lostError
		if !errors.As(err, &lost) || time.Since(begun)+pause > retryWithin {
			break
		}
		time.Sleep(pause)
		answer, err = c.refreshRequest(ctx, p, s, a)
	}
	var refused *oauthError
	if errors.As(err, &refused) && refused.code == "invalid_target" && time.Since(begun) < retryWithin {
		// Logto has used the refresh token up by now. A request that it likes,
		// in time, brings the next one.
		if rescued, again := c.refreshRequest(ctx, p, s, audience{}); again == nil {
			a, answer = audience{}, rescued
		}
	}
	if answer == nil {
		return nil, c.refused(asked, err)
	}
	if s.kept && time.Since(begun) > patience {
		// Whoever signs out waits no longer than that for the lock.
		if _, err := c.load(ctx, s.key()); errors.Is(err, keychain.ErrNotFound) {
			c.forget(s)
			c.revokeLater(s.tokensOf(), NewSecret(answer.RefreshToken))
			return nil, ErrSignedOut
		}
	}
	t, keepErr := c.keepAnswer(ctx, p, s, a, answer)
	if keepErr != nil {
		return nil, keepErr
	}
	if a != asked {
		return nil, c.refused(asked, err)
	}
	return t, nil
}

// keepAnswer stores the refresh token before anything else is done with the
// answer, then the rest of it once the ID token is verified.
func (c *Client) keepAnswer(ctx context.Context, p *provider, s *session, a audience, answer *tokenAnswer) (*accessToken, error) {
	now := c.clock.now()
	s = s.next()
	if answer.RefreshToken != "" && answer.RefreshToken != s.refreshToken.Reveal() {
		s.refreshToken, s.refreshTokenAt = NewSecret(answer.RefreshToken), now.wall()
		c.write(ctx, s)
		s = c.adopt(s).next()
	}
	t, err := answer.accessToken(a, now, s.scopesFor(a))
	if err != nil {
		return nil, err
	}
	t.plan(c.config.RefreshAhead)
	if answer.IDToken != "" {
		idToken, err := c.verifyRefreshed(ctx, p, answer.IDToken, answer.AccessToken, s)
		var refused *IDTokenError
		if errors.As(err, &refused) {
			// Keys and algorithms may have changed since they were discovered.
			if p, err = c.discoverAgain(ctx); err == nil {
				idToken, err = c.verifyRefreshed(ctx, p, answer.IDToken, answer.AccessToken, s)
			}
		}
		if err != nil {
			return nil, err
		}
		told, err := claimsOf(idToken)
		if err != nil {
			return nil, err
		}
		if s.Session, err = c.described(s.Session, s.Profile.with(told)); err != nil {
			return nil, err
		}
		s.idToken = NewSecret(answer.IDToken)
	}
	s.RenewedAt = now.wall()
	s.put(t)
	c.write(ctx, s)
	c.succeeded(c.adopt(s))
	return t, nil
}

// scopesFor are the scopes of a token whose response names none: those of the
// session (RFC 6749 §6), which say nothing about an API.
func (s *session) scopesFor(a audience) []string {
	if a == (audience{}) {
		return s.Scopes
	}
	return nil
}

// write stores a session that is still this program's own. A store that fails
// is tried again, since what it holds is of no use any more; after that the
// session is in memory only, and says so.
func (c *Client) write(ctx context.Context, s *session) {
	if !s.kept {
		return
	}
	var err error
	for _, pause := range []time.Duration{0, 100 * time.Millisecond, time.Second} {
		time.Sleep(pause)
		if err = c.save(ctx, s); err == nil {
			s.Storage, s.StorageErr = c.storage(), nil
			return
		}
	}
	s.Storage, s.StorageErr = InMemory, err
}

// refused says what the provider's refusal means for whoever asked.
func (c *Client) refused(a audience, err error) error {
	var refused *oauthError
	if !errors.As(err, &refused) {
		var lost *lostError
		if errors.As(err, &lost) {
			return lost.error
		}
		return err
	}
	switch {
	case refused.code == "invalid_grant":
		return &SessionEndedError{Issuer: c.config.Issuer, Reason: refused.code}
	case refused.code == "access_denied" && (a.Organization == "" || refused.status == http.StatusBadRequest):
		return &AccessDeniedError{Issuer: c.config.Issuer, Description: refused.description}
	}
	return &RefusedError{
		Resource: a.Resource, Organization: a.Organization,
		StatusCode: refused.status, Code: refused.code, Description: refused.description,
	}
}
