package auth

import (
	"context"
	"errors"
	"time"

	"doorkey/auth/keychain"
)

// Session returns who is signed in, [ErrSignedOut] if nobody is. The first
// call reads the store, which may block as long as an unlock prompt is open
// and the store's time limit allows; later calls return at once. A store that
// cannot be read is an error of package keychain, such as
// [keychain.ErrUnavailable]: whether somebody is signed in is not known then,
// and the next call tries again. The network is not asked.
//
// A session that has ended, because the provider revoked it or it was not used
// for too long, is returned with a [*SessionEndedError], which is an
// ErrSignedOut.
func (c *Client) Session(ctx context.Context) (Session, error) {
	select {
	case c.reading <- struct{}{}:
		defer func() { <-c.reading }()
	case <-ctx.Done():
		return Session{}, context.Cause(ctx)
	}
	c.mu.Lock()
	known, session := c.restored || c.session != nil, c.session
	c.mu.Unlock()
	if !known {
		found, err := c.restore(ctx)
		c.mu.Lock()
		defer c.mu.Unlock()
		switch {
		case c.session != nil: // a sign-in has ended meanwhile
			found = c.session
		case err != nil && ctx.Err() != nil:
			return Session{}, context.Cause(ctx)
		default:
			c.restored, c.lookErr = err == nil, err
			c.setLocked(found)
			c.keepLocked()
			if err != nil {
				return Session{}, err
			}
		}
		session = found
	}
	if session == nil {
		return Session{}, ErrSignedOut
	}
	return c.shown(session), session.endedError()
}

// restore reads the session of the current person. That nobody is signed in is
// no error.
func (c *Client) restore(ctx context.Context) (*session, error) {
	r, err := c.look(ctx)
	if r == nil {
		return nil, err
	}
	s, unreadable := r.currentSession()
	if s != nil {
		return s, nil
	}
	if unreadable != nil {
		err = unreadable
	}
	return nil, err
}

// current is the session whose tokens are good, of whoever is current.
func (c *Client) current(ctx context.Context) (*session, error) {
	if s := c.live.Load(); s != nil {
		return s, nil
	}
	if _, err := c.Session(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch s := c.session; {
	case c.closed:
		return nil, ErrClosed
	case s == nil:
		return nil, ErrSignedOut
	default:
		return s, s.endedError()
	}
}

// setLocked makes s the session of the current person, nil for nobody.
func (c *Client) setLocked(s *session) {
	if c.session == nil || s == nil || c.session.Profile.ID != s.Profile.ID {
		c.trouble, c.contact = nil, time.Time{}
	}
	c.session = s
	c.version++
	if s != nil {
		c.lookErr = nil
	}
	if s != nil && s.ended == "" && !c.closed {
		c.live.Store(s)
	} else {
		c.live.Store(nil)
	}
	c.publishLocked()
	c.wake()
}

// adopt takes a later session in place of the one it came of, if that is still
// the current person's.
func (c *Client) adopt(s *session) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, unkept := c.unkept[s.Profile.ID]; unkept {
		c.unkept[s.Profile.ID] = s
	}
	if c.isCurrentLocked(s) {
		c.setLocked(s)
	}
	return s
}

// catchUp takes over what another program has made of a session, if that is
// still the current person's. Somebody has reached the provider, then.
func (c *Client) catchUp(found *session) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.catchUpLocked(found)
	return found
}

func (c *Client) catchUpLocked(found *session) {
	if c.isCurrentLocked(found) && c.session.supersededBy(found) {
		c.trouble, c.contact = nil, found.RenewedAt
		c.setLocked(found)
	}
}

// latest is the session as this program has it by now.
func (c *Client) latest(s *session) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isCurrentLocked(s) {
		return c.session
	}
	if unkept := c.unkept[s.Profile.ID]; unkept != nil {
		return unkept
	}
	return s
}

// forget makes nobody current, if s still is.
func (c *Client) forget(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.unkept, s.Profile.ID)
	if c.isCurrentLocked(s) {
		c.lastErr = nil
		c.setLocked(nil)
	}
}

func (c *Client) isCurrentLocked(s *session) bool {
	return c.session != nil && c.session.Profile.ID == s.Profile.ID
}

// looksAgain reports whether a store that could not be read is to be read again
// without being asked. One that is locked is not: each try could put up another
// prompt.
func looksAgain(err error) bool {
	return errors.Is(err, keychain.ErrUnavailable) || errors.Is(err, keychain.ErrTimeout)
}
