package auth

import (
	"context"
	"errors"
	"net/http"
	"time"
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
		if (refused == nil || refused.code != "invalid_grant") && !errors.As(err, new(*lostError)) {
			c.settle(ctx, s)
		}
		return nil, c.refused(asked, err)
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

// settle stores that the refresh token of a session is no longer about to be
// used: the provider has not taken it.
func (c *Client) settle(ctx context.Context, s *session) {
	if !s.kept {
		return
	}
	_ = c.change(ctx, func(r *record) error {
		found := r.session(s.Profile.ID)
		if found == nil || found.redeemingSince.IsZero() {
			return errUnchanged
		}
		settled := *found
		settled.redeemingSince = time.Time{}
		r.put(&settled)
		return nil
	})
}

// keepAnswer stores the refresh token before anything else is done with the
// answer, with everything else in it where its ID token can be verified without
// the network.
func (c *Client) keepAnswer(ctx context.Context, p *provider, s *session, a audience, answer *tokenAnswer) (*accessToken, error) {
	now := c.clock.now()
	var t *accessToken
	put := func(next *session) error {
		if answer.RefreshToken != "" && answer.RefreshToken != next.refreshToken.Reveal() {
			next.refreshToken, next.refreshTokenAt = NewSecret(answer.RefreshToken), now.wall()
		}
		return nil
	}
	// A context that is done keeps the keys that are at hand from being fetched
	// anew where they do not do.
	atHand, cancel := context.WithCancel(ctx)
	cancel()
	take, err := c.checkAnswer(atHand, p, s, a, answer, now)
	if err != nil {
		rotated, keepErr := c.update(ctx, s, put)
		if keepErr != nil {
			return nil, c.dropped(ctx, s, answer, keepErr)
		}
		s = rotated
		take, err = c.checkAnswer(ctx, p, s, a, answer, now)
		var refused *IDTokenError
		if errors.As(err, &refused) {
			// Keys and algorithms may have changed since they were discovered.
			if p, err = c.discoverAgain(ctx); err == nil {
				take, err = c.checkAnswer(ctx, p, s, a, answer, now)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	kept, err := c.update(ctx, s, func(next *session) error {
		if err := put(next); err != nil {
			return err
		}
		t, err = take(next)
		return err
	})
	if err != nil {
		return nil, c.dropped(ctx, s, answer, err)
	}
	c.succeeded(kept)
	return t, nil
}

// checkAnswer verifies an answer, and returns what takes it over into a session.
func (c *Client) checkAnswer(ctx context.Context, p *provider, s *session, a audience, answer *tokenAnswer, now moment) (func(*session) (*accessToken, error), error) {
	if _, err := answer.accessToken(a, now, nil); err != nil {
		return nil, err
	}
	var told map[string]any
	if answer.IDToken != "" {
		idToken, err := c.verifyRefreshed(ctx, p, answer.IDToken, answer.AccessToken, s)
		if err != nil {
			return nil, err
		}
		if told, err = claimsOf(idToken); err != nil {
			return nil, err
		}
		if _, err = c.described(s.Session, s.Profile.with(told)); err != nil {
			return nil, err
		}
	}
	return func(next *session) (*accessToken, error) {
		t, err := answer.accessToken(a, now, next.scopesFor(a))
		if err != nil {
			return nil, err
		}
		t.plan(c.config.RefreshAhead)
		if answer.IDToken != "" {
			if next.Session, err = c.described(next.Session, next.Profile.with(told)); err != nil {
				return nil, err
			}
			next.idToken = NewSecret(answer.IDToken)
		}
		next.RenewedAt, next.denied = now.wall(), ""
		next.put(t)
		return t, nil
	}, nil
}

// dropped is why an answer was not kept. Its refresh token is revoked where the
// person was signed out meanwhile; where they have signed in anew, it may be of
// the same grant.
func (c *Client) dropped(ctx context.Context, s *session, answer *tokenAnswer, err error) error {
	if errors.Is(err, errGone) {
		_ = c.revoke(ctx, s.tokensOf(), NewSecret(answer.RefreshToken))
	}
	return err
}

// scopesFor are the scopes of a token whose response names none: those of the
// session (RFC 6749 §6), which say nothing about an API.
func (s *session) scopesFor(a audience) []string {
	if a == (audience{}) {
		return s.Scopes
	}
	return nil
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
