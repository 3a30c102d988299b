package auth

import (
	"context"
	"errors"
	"time"

	"doorkey/auth/keychain"
)

// wallCheck is how long the keeper sleeps at most while something is planned.
// Timers stand still while the computer does, and know nothing of a clock that
// is set; so a plan is a time of day, looked at again twice a minute.
const wallCheck = 30 * time.Second

// keepLocked starts the keeper, once.
func (c *Client) keepLocked() {
	if c.isKeeping || c.closed || c.config.RefreshAhead < 0 {
		return
	}
	c.isKeeping = true
	c.work.Go(func() { c.keep(c.life) })
}

// keep is the keeper: it refreshes tokens ahead of their expiry, finds out when
// an outage is over, and notices what other programs do to the session.
func (c *Client) keep(ctx context.Context) {
	changes := c.store.Watch(ctx, c.name)
	if !c.foundLocked() {
		c.sync(ctx) // what happened between the first look and the watch
	}
	asleep := time.NewTimer(0)
	defer asleep.Stop()
	for {
		wait, job := c.nextJob()
		if job != nil {
			if wait <= 0 {
				job()
				continue
			}
			asleep.Reset(min(wait, c.wallCheck))
		} else {
			asleep.Stop()
		}
		select {
		case <-ctx.Done():
		case <-asleep.C:
		case <-c.poke:
		case _, open := <-changes:
			if open {
				c.sync(ctx)
			} else {
				changes = nil
			}
		}
		if ctx.Err() != nil {
			break
		}
	}
	for open := changes != nil; open; { // the watch has ended once it is closed
		_, open = <-changes
	}
}

// nextJob is what to begin next, and how long until then; nil where there is
// nothing, or something is on its way, whose end wakes the keeper.
func (c *Client) nextJob() (time.Duration, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.session
	if s == nil && looksAgain(c.lookErr) && !c.closed {
		return c.lookAt.left(c.clock.now()), func() { c.sync(c.life) }
	}
	if s == nil || s.ended != "" || c.closed || c.isProbing {
		return 0, nil
	}
	next := s.nextDue()
	if next != nil && c.flights[errand{next.audience, s.Profile.ID}] != nil {
		return 0, nil
	}
	now := c.clock.now()
	due := next != nil && (!next.valid(now) || !now.wall().Before(next.due))
	refresh := func() { c.refreshDue(s, next) }
	probe := func() { c.probe(s) }
	switch {
	case c.trouble != nil && next != nil && (due || !c.trouble.offline):
		return c.trouble.retryAt.left(now), refresh
	case c.trouble != nil && c.trouble.offline:
		return c.trouble.retryAt.left(now), probe
	case c.trouble != nil:
		return 0, nil
	case due:
		return 0, refresh
	case c.contact.IsZero():
		return 0, probe // whether the provider can be reached, nobody knows yet
	case next != nil:
		return next.due.Sub(now.wall()), refresh
	}
	return 0, nil
}

// nextDue is the token to refresh next: the provider's own, which keeps the
// session alive, or one that was asked for since it was obtained.
func (s *session) nextDue() *accessToken {
	if s.refreshToken.IsZero() {
		return nil
	}
	var next *accessToken
	for _, t := range s.tokens {
		wanted := t.audience == (audience{}) || t.used.Load()
		if wanted && !t.due.IsZero() && (next == nil || t.due.Before(next.due)) {
			next = t
		}
	}
	return next
}

// refreshDue begins the refresh of a token whose time has come.
func (c *Client) refreshDue(s *session, t *accessToken) {
	// If this one is refused, asking again is for whoever asks for it again.
	t.used.Store(false)
	_, _, _ = c.fly(s, need{audience: t.audience, not: t.Value})
}

// probe begins to find out whether the provider can be reached.
func (c *Client) probe(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.isProbing = true
	c.work.Go(func() {
		defer c.wake() // also for what has come up meanwhile
		_, err := c.discoverAgain(c.life)
		c.mu.Lock()
		c.isProbing = false
		if err == nil && c.trouble != nil && !c.trouble.offline {
			c.contact = c.clock.now().wall() // but what is wrong is something else
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
		if err != nil {
			_ = c.failed(c.life, s, err)
		} else {
			c.succeeded(s)
		}
	})
}

// foundLocked reports whether the last look found the store locked: another one
// could put up another prompt, which is for the person to ask for.
func (c *Client) foundLocked() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return errors.Is(c.lookErr, keychain.ErrLocked)
}

// wake has the keeper look again at what there is to do.
func (c *Client) wake() {
	select {
	case c.poke <- struct{}{}:
	default:
	}
}

// lookPause is how long after a look into a store that could not be read it is
// read again.
const lookPause = time.Second

// sync takes over what other programs did: signed in or out, refreshed, or
// made somebody else current.
func (c *Client) sync(ctx context.Context) {
	for ctx.Err() == nil {
		c.mu.Lock()
		version, ours := c.version, c.session
		c.mu.Unlock()
		if ours != nil && ours.StorageErr != nil {
			return // in memory, where nobody else can change it
		}
		found, err := c.restore(ctx)
		c.mu.Lock()
		if err != nil {
			if ours == nil && c.session == nil && !c.restored {
				c.lookErr, c.lookAt = err, c.clock.now().in(lookPause)
				c.publishLocked()
			}
			c.mu.Unlock()
			return // the next look, or the next refresh, tells
		}
		if c.version != version {
			c.mu.Unlock()
			continue // it has changed here meanwhile
		}
		switch {
		case found == nil && ours == nil:
			if c.lookErr != nil {
				c.lookErr = nil
				c.setLocked(nil)
			}
		case found == nil:
			c.lastErr = nil
			c.setLocked(nil)
		case ours == nil || ours.Profile.ID != found.Profile.ID:
			c.lastErr = nil
			c.setLocked(found)
		default:
			c.catchUpLocked(found)
		}
		c.restored = true
		c.mu.Unlock()
		if found != nil && c.inDoubt(found) {
			c.work.Go(func() { c.rescue(ctx, found, rescueWithin) })
		}
		return
	}
}
