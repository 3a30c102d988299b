package auth

import (
	"context"
	"errors"
	"time"
)

// IDToken returns the ID token of whoever is current, for a service that takes
// one to know the person, as Kubernetes does. It is refreshed unless it is good
// for minValidity more, at most nine tenths of its lifetime; zero means 30
// seconds. Without a network, one that has not expired is still handed out.
//
// It was verified when it came. Its audience is this application (after a
// sign-in with [Device], Config.DeviceClientID) and nobody else: an API is given
// an access token ([Client.AccessToken], whose errors these are).
func (c *Client) IDToken(ctx context.Context, minValidity time.Duration) (Token, error) {
	s, err := c.current(ctx)
	if err != nil {
		return Token{}, err
	}
	if t := s.identity(); t != nil && t.lasts(c.clock.now(), minValidity) {
		return t.Token, nil
	}
	refreshErr := c.Refresh(ctx)
	if errors.Is(refreshErr, ErrSignedOut) || errors.Is(refreshErr, ErrClosed) || errors.Is(refreshErr, context.Canceled) {
		return Token{}, refreshErr
	}
	if s, err = c.current(ctx); err != nil {
		return Token{}, err
	}
	switch t := s.identity(); {
	case t != nil && t.valid(c.clock.now()):
		return t.Token, nil
	case refreshErr != nil:
		return Token{}, refreshErr
	}
	return Token{}, errNoIDToken
}

var errNoIDToken = errors.New("the provider gave no ID token with the refresh: ask for the scope openid, and sign in again")

// identity is the ID token as a token of its own, nil where there is none or it
// does not say how long it is good.
func (s *session) identity() *accessToken {
	issued, expiry := s.idTokenTimes()
	if expiry.IsZero() {
		return nil
	}
	t := &accessToken{Token: Token{Value: s.idToken, Type: "Bearer", Expiry: expiry, Scopes: s.Scopes}, obtained: issued}
	t.lifetime = expiry.Sub(issued)
	return t
}
