package auth

import (
	"context"
	"errors"
	"time"

	"doorkey/auth/keychain"
)

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
	old := c.placeholder(ctx, s)
	if another && old != nil && old.ended == "" {
		old = nil // they stay
	}
	if old != nil {
		s.replaces = old.Profile.ID
	}
	err := c.save(ctx, s)
	if err == nil {
		s.kept = true
		err = c.store.SetCurrent(ctx, s.key())
	}
	c.mu.Lock()
	if delete(c.unkept, s.Profile.ID); !s.kept {
		c.unkept[s.Profile.ID] = s
	}
	c.mu.Unlock()
	s.Storage = c.storage()
	if err != nil {
		s.Storage, s.StorageErr = InMemory, err
	}
	if old != nil {
		c.giveUp(ctx, old)
	}
}

// placeholder is the session whose place s takes, nil where there is none.
func (c *Client) placeholder(ctx context.Context, s *session) *session {
	c.mu.Lock()
	old := c.session
	c.mu.Unlock()
	if old == nil { // perhaps nobody has looked yet
		subject, err := c.store.Current(ctx, s.Issuer, s.ClientID)
		if err != nil || subject == "" {
			return nil
		}
		if old, err = c.load(ctx, c.key(subject)); err != nil {
			return nil
		}
	}
	if old.Profile.ID == s.Profile.ID {
		return nil
	}
	return old
}

// giveUp deletes and revokes the session of somebody whose place was taken.
// What cannot be deleted now stays as an account.
func (c *Client) giveUp(ctx context.Context, old *session) {
	if last, err := c.remove(ctx, old); err == nil {
		c.revokeLater(last.tokensOf(), last.refreshToken)
	}
}

// finishReplacing ends what a sign-in had begun whose program was killed: the
// one who signed in becomes current, and the one whose place they took goes.
func (c *Client) finishReplacing(ctx context.Context) {
	found, err := c.accounts(ctx)
	if err != nil {
		return
	}
	for _, s := range found {
		if s.replaces == "" || !s.kept {
			continue
		}
		unlock := c.lockPatiently(ctx, s) // or its program is still at it
		old, err := c.account(ctx, s.replaces)
		// Who has signed in later is a second account, and wanted.
		if err == nil && old.SignedInAt.Before(s.SignedInAt) {
			c.mu.Lock()
			stuck := c.session != nil && c.session.Profile.ID == s.replaces
			c.mu.Unlock()
			if stuck {
				_, err = c.Switch(ctx, s.Profile.ID)
			}
			if err == nil {
				c.giveUp(ctx, old)
			}
		}
		unlock()
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
			c.revokeLater(s.tokensOf(), s.refreshToken)
		}
	}
}
