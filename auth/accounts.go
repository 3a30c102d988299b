package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Accounts are the people who are signed in here at this provider, the current
// one first if there is one. It reads the store, and may block as
// [Client.Session] does; the network is not asked. A person whose session
// cannot be read is among them, with nothing but Profile.ID and StorageErr.
//
// Other providers, and other applications of the same one, have Clients of
// their own; all share the store and none sees the others' people.
//
// Only the current person's tokens are refreshed in the background. Another's
// session lasts as long as its refresh token: with Logto for as long as its
// administrator has set for the application.
func (c *Client) Accounts(ctx context.Context) ([]Session, error) {
	if _, err := c.Session(ctx); err != nil && !errors.Is(err, ErrSignedOut) && !errors.Is(err, ErrDamaged) {
		return nil, err
	}
	found, err := c.accounts(ctx)
	if err != nil {
		return nil, err
	}
	sessions := make([]Session, len(found))
	for i, s := range found {
		sessions[i] = c.shown(s)
	}
	return sessions, nil
}

func (c *Client) accounts(ctx context.Context) ([]*session, error) {
	r, err := c.look(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if r == nil {
		if len(c.unkept) == 0 {
			return nil, err
		}
		r = &record{} // what is in memory only is there all the same
	}
	found := c.everyoneLocked(r)
	slices.SortStableFunc(found, func(a, b *session) int { return c.rankLocked(a) - c.rankLocked(b) })
	return found, nil
}

// everyoneLocked are the accounts of a record, and those in memory only.
func (c *Client) everyoneLocked(r *record) []*session {
	var found []*session
	for _, s := range c.unkept {
		found = append(found, s)
	}
	slices.SortFunc(found, func(a, b *session) int { return b.SignedInAt.Compare(a.SignedInAt) })
	for _, s := range r.sessions {
		if c.unkept[s.Profile.ID] == nil {
			found = append(found, s)
		}
	}
	for _, d := range r.damaged {
		found = append(found, c.unreadable(d.subject, d.err))
	}
	return found
}

// rankLocked puts the current person first.
func (c *Client) rankLocked(s *session) int {
	if c.isCurrentLocked(s) {
		return 0
	}
	return 1
}

// unreadable stands for a session that is there and cannot be read.
func (c *Client) unreadable(id string, why error) *session {
	return &session{kept: true, Session: Session{
		Issuer: c.config.Issuer, ClientID: c.config.ClientID, Profile: Profile{ID: id},
		Storage: c.storage(), StorageErr: why,
	}}
}

// Switch makes one of the [Client.Accounts] the current person, by Profile.ID,
// in this program and all others that share the session. Nobody has to sign in
// for it, unless the session has ended ([*SessionEndedError]): they are the
// current person all the same. [ErrNoAccount] means that they are not signed in
// here.
func (c *Client) Switch(ctx context.Context, id string) (Session, error) {
	if _, err := c.Session(ctx); err != nil && !errors.Is(err, ErrSignedOut) && !errors.Is(err, ErrDamaged) {
		return Session{}, fmt.Errorf("switch: %w", err)
	}
	c.mu.Lock()
	s := c.unkept[id]
	c.mu.Unlock()
	if s == nil {
		err := c.change(ctx, func(r *record) error {
			if s = r.session(id); s == nil {
				for _, d := range r.damaged {
					if d.subject == id {
						return d.err
					}
				}
				return fmt.Errorf("%w: %q", ErrNoAccount, id)
			}
			if r.current == id {
				return errUnchanged
			}
			r.current = id
			return nil
		})
		if err != nil {
			return Session{}, fmt.Errorf("switch: %w", err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return Session{}, ErrClosed
	}
	c.lastErr = nil
	c.setLocked(s)
	return c.shown(s), s.endedError()
}
