package auth

import (
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// newSession is a session from a token response whose ID token was verified.
// With an error it returns the session too.
func (c *Client) newSession(token *oauth2.Token, told map[string]any, scopes, resources []string, nonce, deviceClientID string) (*session, error) {
	received := c.clock.now()
	now := received.wall()
	idToken, _ := token.Extra("id_token").(string)
	s := &session{
		Session: Session{
			Issuer: c.config.Issuer, ClientID: c.config.ClientID,
			Scopes: scopes, Resources: resources, SignedInAt: now, RenewedAt: now,
		},
		refreshToken: NewSecret(token.RefreshToken), refreshTokenAt: now, idToken: NewSecret(idToken), nonce: nonce, deviceClientID: deviceClientID,
	}
	plain := &accessToken{Token: Token{Value: NewSecret(token.AccessToken), Type: token.Type(), Scopes: scopes}}
	plain.lastsFrom(received, time.Duration(token.ExpiresIn)*time.Second)
	plain.plan(c.config.RefreshAhead)
	s.put(plain)
	described, err := c.described(s.Session, newProfile(told))
	s.Session = described
	return s, err
}

// described gives a session its profile, and what the program makes of it.
func (c *Client) described(s Session, p Profile) (Session, error) {
	s.Profile = p
	if c.config.ProfileMapper == nil {
		return s, nil
	}
	user, err := c.config.ProfileMapper(p)
	if err != nil {
		return s, &ProfileError{err}
	}
	s.User = user
	return s, nil
}

// grantedScopes are those of the token response, or those asked for where it
// has none (RFC 6749 §5.1).
func grantedScopes(token *oauth2.Token, asked []string) []string {
	if granted, _ := token.Extra("scope").(string); granted != "" {
		return strings.Fields(granted)
	}
	return asked
}
