package auth

import (
	"context"
	"errors"
	"fmt"
)

// SignOutOption changes one sign-out.
type SignOutOption func(*signOut)

type signOut struct {
	browser bool
	subject string
	all     bool
}

// EndBrowserSession signs the person out in the browser too, where it opens the
// provider's end-session page: otherwise the next sign-in there asks for
// nothing (OpenID Connect RP-Initiated Logout 1.0). SignOut then waits until the
// browser has come for it, at most a minute.
func EndBrowserSession() SignOutOption { return func(s *signOut) { s.browser = true } }

// Account signs out one of several people, by Profile.ID, instead of the
// current one.
func Account(id string) SignOutOption { return func(s *signOut) { s.subject = id } }

// EveryAccount signs out all people that are signed in here.
func EveryAccount() SignOutOption { return func(s *signOut) { s.all = true } }

// SignOut deletes the session of the current person from the keychain and
// revokes its refresh token at the provider (RFC 7009), which ends every token
// of it. A sign-in on its way is cancelled. Nobody is current then: of several
// people nobody takes their place until [Client.Switch].
//
// A provider that cannot be reached does not keep anybody signed in here: the
// session is deleted all the same, and the error, a [*RevocationError], tells
// that the provider does not know. If the keychain refuses, the person stays
// signed in, since the session would be back after a restart.
func (c *Client) SignOut(ctx context.Context, options ...SignOutOption) error {
	var asked signOut
	for _, option := range options {
		option(&asked)
	}
	c.mu.Lock()
	running := c.attempt
	if c.lastErr != nil {
		c.lastErr = nil
		c.publishLocked()
	}
	c.mu.Unlock()
	if running != nil {
		running.cancel(context.Canceled)
		<-running.done
	}
	leaving, err := c.leaving(ctx, asked)
	if err != nil {
		return fmt.Errorf("sign-out: %w", err)
	}
	var failures []error
	for i, s := range leaving {
		last, err := c.remove(ctx, s)
		if err != nil {
			err = fmt.Errorf("sign-out: %w", err)
			c.mu.Lock()
			c.lastErr = err
			c.publishLocked()
			c.mu.Unlock()
			return errors.Join(append(failures, err)...)
		}
		c.forget(last)
		leaving[i] = last
	}
	for _, s := range leaving {
		if err := c.revoke(ctx, s.tokensOf(), s.refreshToken); err != nil {
			failures = append(failures, err)
		}
	}
	if asked.browser && len(leaving) > 0 {
		if err := c.endBrowserSession(ctx, leaving[0]); err != nil {
			failures = append(failures, fmt.Errorf("end the browser's session: %w", err))
		}
	}
	if len(failures) > 0 {
		return &RevocationError{errors.Join(failures...)}
	}
	return nil
}

// leaving are the sessions to end; nobody signed in is no error. One that
// cannot be read can be deleted all the same.
func (c *Client) leaving(ctx context.Context, asked signOut) ([]*session, error) {
	_, err := c.Session(ctx)
	c.mu.Lock()
	current := c.session
	c.mu.Unlock()
	if err != nil && !errors.Is(err, ErrSignedOut) {
		subject, unknown := c.store.Current(ctx, c.config.Issuer, c.config.ClientID)
		if unknown != nil || subject == "" {
			return nil, err
		}
		current = c.unreadable(subject, err)
	}
	switch {
	case asked.all:
		return c.accounts(ctx)
	case asked.subject != "" && (current == nil || asked.subject != current.Profile.ID):
		s, err := c.account(ctx, asked.subject)
		switch {
		case errors.Is(err, ErrNoAccount):
			return nil, nil
		case err != nil:
			s = c.unreadable(asked.subject, err)
		}
		return []*session{s}, nil
	case current == nil:
		return nil, nil
	}
	return []*session{current}, nil
}

// remove deletes a session from the store and returns it as it was last.
func (c *Client) remove(ctx context.Context, s *session) (*session, error) {
	unlock := c.lockPatiently(ctx, s)
	defer unlock()
	s = c.latest(s)
	if s.kept {
		// Another program may have refreshed: its token is the one to revoke.
		if found, err := c.load(ctx, s.key()); err == nil && s.supersededBy(found) {
			s = found
		}
	}
	if err := c.store.Delete(ctx, s.key()); err != nil && s.kept {
		return s, err
	}
	c.mu.Lock()
	delete(c.unkept, s.Profile.ID)
	c.mu.Unlock()
	return s, nil
}
