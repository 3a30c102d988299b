package auth

import (
	"context"
	"errors"
	"time"
)

const (
	// lockTimeout bounds the wait for another program that refreshes: longer
	// than its request may take.
	lockTimeout = 45 * time.Second

	// rescueWithin is how long after a program was about to use the refresh
	// token another one uses it again. Logto takes it for 3 s.
	rescueWithin = 2500 * time.Millisecond

	// rescueAttempt is how long somebody who wants a token, and has one, waits to
	// see whether the program that is refreshing still runs.
	rescueAttempt = 20 * time.Millisecond
)

// claim takes the session for this refresh alone, among goroutines and programs,
// and returns it as it is stored by now. Unless somebody else was first, it is
// then stored that its refresh token is about to be used, with room for what
// comes in return: where that cannot be stored, neither could the next refresh
// token, and this one is left alone. With an error it returns the session too.
func (c *Client) claim(ctx context.Context, s *session, n need) (_ *session, unlock func(), err error) {
	if !s.kept { // nobody else has it
		return c.latest(s), func() {}, s.endedError()
	}
	unlock, found, err := c.takeRefreshLock(ctx, s, n)
	switch {
	case err != nil:
		return s, nil, &StoreError{Place: c.store.Place(), Err: err}
	case found != nil: // while we waited
		return c.catchUp(found), func() {}, nil
	}
	announced, err := c.announce(ctx, s, func(found *session) bool { return !n.metBy(found.token(n.audience), c.clock.now()) })
	if ours := c.latest(s); err != nil && ours.StorageErr != nil {
		return ours, unlock, nil // the store has not had its refresh token for long
	}
	if err != nil {
		unlock()
		return announced, nil, err
	}
	return announced, unlock, nil
}

// takeRefreshLock takes the lock that is held during a refresh. While another
// program has it, what that stores may be all that is needed: it is returned in
// place of the lock.
func (c *Client) takeRefreshLock(ctx context.Context, s *session, n need) (unlock func(), _ *session, err error) {
	name := c.name + refreshLock
	soon, cancel := context.WithTimeout(ctx, time.Millisecond)
	unlock, err = c.store.Lock(soon, name)
	cancel()
	if err == nil || ctx.Err() == nil && !errors.Is(err, context.DeadlineExceeded) {
		return unlock, nil, c.lockError(ctx, err)
	}
	limited, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	type taken struct {
		unlock func()
		err    error
	}
	done := make(chan taken, 1)
	go func() {
		unlock, err := c.store.Lock(limited, name)
		done <- taken{unlock, err}
	}()
	watching, stop := context.WithCancel(ctx)
	changes := c.store.Watch(watching, c.name)
	defer func() {
		for stop(); changes != nil; { // the watch has ended once it is closed
			if _, open := <-changes; !open {
				return
			}
		}
	}()
	for {
		select {
		case t := <-done:
			return t.unlock, nil, c.lockError(ctx, t.err)
		case _, open := <-changes:
			if !open {
				changes = nil
				continue
			}
			if found, err := c.lookFor(ctx, s); err == nil && found != nil && s.supersededBy(found) && n.metBy(found.token(n.audience), c.clock.now()) {
				cancel()
				if t := <-done; t.err == nil {
					t.unlock()
				}
				return nil, found, nil
			}
		}
	}
}

func (c *Client) lockError(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return c.busy(ctx, err)
}

// announce stores that the refresh token of a session is about to be used, if
// that is still wanted of the session as it is stored by now, and returns that.
func (c *Client) announce(ctx context.Context, s *session, wanted func(found *session) bool) (*session, error) {
	var found *session
	err := c.change(ctx, func(r *record) error {
		var err error
		if found, err = c.mine(r, s); errors.Is(err, errReplaced) {
			found, err = r.session(s.Profile.ID), nil
		}
		if err != nil {
			if r.has(s.Profile.ID) {
				err = ErrDamaged
			}
			return &alterError{err}
		}
		if found.ended != "" || found.refreshToken.IsZero() || !wanted(found) {
			return errUnchanged
		}
		noted := *found
		if !c.inDoubt(found) { // or its grace would never end
			noted.redeemingSince = c.clock.now().wall()
		}
		c.mu.Lock()
		c.announced = noted.redeemingSince
		c.mu.Unlock()
		r.put(&noted)
		return nil
	})
	refused, isRefused := errors.AsType[*alterError](err)
	switch {
	case isRefused && errors.Is(refused.error, errGone):
		c.forget(s)
		return s, ErrSignedOut
	case isRefused:
		return s, refused.error
	case ctx.Err() != nil:
		return s, context.Cause(ctx)
	case err != nil:
		return s, &StoreError{Place: c.store.Place(), Err: err}
	}
	if s = c.latest(s); s.supersededBy(found) {
		s = c.catchUp(found)
	}
	return s, s.endedError()
}

// inDoubt reports whether another program is refreshing the session, or has died
// over it a moment ago.
func (c *Client) inDoubt(s *session) bool {
	if s.redeemingSince.IsZero() {
		return false
	}
	c.mu.Lock()
	ours := s.redeemingSince.Equal(c.announced)
	c.mu.Unlock()
	since := c.clock.now().wall().Sub(s.redeemingSince)
	return !ours && since >= 0 && since < rescueWithin
}

// rescue uses the refresh token again of a program that died before it had stored
// the next one, while the provider still takes it. Nothing happens where that
// program still runs after wait, or it is too late.
func (c *Client) rescue(ctx context.Context, s *session, wait time.Duration) {
	select {
	case c.refreshing <- struct{}{}:
		defer func() { <-c.refreshing }()
	case <-ctx.Done():
		return
	}
	limited, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	unlock, err := c.store.Lock(limited, c.name+refreshLock)
	if err != nil {
		return
	}
	defer unlock()
	found, err := c.lookFor(ctx, s)
	if err != nil || found == nil {
		return
	}
	if c.latest(s).supersededBy(found) {
		c.catchUp(found)
	}
	if !c.inDoubt(found) {
		return
	}
	p, err := c.discovered(ctx)
	if err != nil {
		return
	}
	inDoubt := false
	s, err = c.announce(ctx, found, func(found *session) bool {
		inDoubt = c.inDoubt(found)
		return inDoubt
	})
	if err == nil && inDoubt {
		_, _ = c.redeem(context.WithoutCancel(ctx), p, s, audience{})
	}
}
