package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"doorkey/auth/keychain"

	"golang.org/x/oauth2"
)

// newSession is a session from a token response whose ID token was verified.
// With an error it returns the session too.
func (c *Client) newSession(token *oauth2.Token, told map[string]any, scopes, resources []string, nonce string) (*session, error) {
	received := c.clock.now()
	now := received.wall()
	idToken, _ := token.Extra("id_token").(string)
	s := &session{
		Session: Session{
			Issuer: c.config.Issuer, ClientID: c.config.ClientID,
			Scopes: scopes, Resources: resources, SignedInAt: now, RenewedAt: now,
		},
		refreshToken: NewSecret(token.RefreshToken), idToken: NewSecret(idToken), nonce: nonce,
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

// patience is how long a sign-in or sign-out waits for a refresh that has the
// session to itself.
const patience = 5 * time.Second

// keepSignedIn saves the session before anybody uses it and makes it the
// current one. The person has signed in by now, so a cancelled ctx no longer
// stops it.
func (c *Client) keepSignedIn(ctx context.Context, s *session, another bool) {
	ctx = context.WithoutCancel(ctx)
	unlock := c.lockPatiently(ctx, s)
	defer unlock()
	before, _ := c.store.Current(ctx, s.Issuer, s.ClientID)
	err := c.save(ctx, s)
	if err == nil {
		s.kept = true
		err = c.store.SetCurrent(ctx, s.key())
	}
	c.mu.Lock()
	old := c.session
	if delete(c.unkept, s.Profile.ID); !s.kept {
		c.unkept[s.Profile.ID] = s
	}
	c.mu.Unlock()
	s.Storage = c.storage()
	if err != nil {
		s.Storage, s.StorageErr = InMemory, err
	}
	if another {
		return
	}
	if old == nil || old.Profile.ID == s.Profile.ID { // not read yet, or the news has come by the store already
		if before == "" || before == s.Profile.ID {
			return
		}
		if old, err = c.load(ctx, c.key(before)); err != nil {
			return
		}
	}
	// What cannot be deleted now stays as an account.
	if last, err := c.remove(ctx, old); err == nil {
		c.revokeLater(last.refreshToken)
	}
}

// lockPatiently takes the session's lock if it can be had in a while. The
// person does not wait for more: whoever holds it looks whether it is still
// theirs.
func (c *Client) lockPatiently(ctx context.Context, s *session) (unlock func()) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	unlock, err := c.store.Lock(ctx, s.key())
	if err != nil {
		return func() {}
	}
	return unlock
}

// discard revokes the tokens of a sign-in that is not kept. Where the person
// has a session here, it may be of the same grant, and they stay.
func (c *Client) discard(s *session) {
	ctx, cancel := context.WithTimeout(c.life, patience)
	defer cancel()
	if _, err := c.store.Load(ctx, s.key()); errors.Is(err, keychain.ErrNotFound) || errors.Is(err, keychain.ErrUnavailable) {
		c.mu.Lock()
		_, known := c.unkept[s.Profile.ID]
		c.mu.Unlock()
		if !known {
			c.revokeLater(s.refreshToken)
		}
	}
}
