package auth

import (
	"context"
	"errors"
	"time"
)

// Shared has programs that sign in at the same time share one sign-in: the
// first opens the browser, and the others wait for it and return the session
// that it brought. Attempt.Step is [Queued] meanwhile. Where the store's locks
// cannot be used, each signs in for itself.
func Shared() SignInOption {
	return signInOption(func(s *signIn) error {
		s.shared = true
		return nil
	})
}

// awaitTurn waits until no other program is in a shared sign-in. It returns the
// session that one of them brought meanwhile, nil where none did.
func (c *Client) awaitTurn(ctx context.Context, a *attempt) (brought *session, unlock func(), err error) {
	before, err := c.restore(ctx)
	if err != nil {
		return nil, func() {}, nil // there is nothing to share
	}
	soon, cancel := context.WithTimeout(ctx, time.Millisecond)
	unlock, err = c.store.Lock(soon, c.name+signInLock)
	cancel()
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		c.show(a, func(s *Attempt) { s.Step = Queued })
		unlock, err = c.store.Lock(ctx, c.name+signInLock)
		c.show(a, func(s *Attempt) { s.Step = Contacting })
	}
	switch {
	case ctx.Err() != nil:
		return nil, func() {}, context.Cause(ctx)
	case err != nil:
		return nil, func() {}, nil
	}
	now, err := c.restore(ctx)
	if err == nil && now != nil && now.ended == "" && (before == nil || now.SignedInAt.After(before.SignedInAt)) {
		return now, unlock, nil
	}
	return nil, unlock, nil
}
