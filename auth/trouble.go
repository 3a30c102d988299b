package auth

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"doorkey/auth/keychain"
)

const (
	// An outage is tried again after 1, 2, 4 … seconds, at most a minute; what
	// takes a person to mend, from one minute to an hour.
	firstRetry, lastRetry     = time.Second, time.Minute
	firstRefusal, lastRefusal = time.Minute, time.Hour

	// Whoever asks for a token meanwhile does not ask the provider more often
	// than this.
	outagePause  = time.Second
	refusalPause = 10 * time.Second
)

// trouble is why the current session could not be refreshed, for now.
type trouble struct {
	err       error
	offline   bool
	failures  int
	notBefore deadline // for whoever asks
	retryAt   deadline // for the background
}

// failed takes note of why a refresh failed and returns it.
func (c *Client) failed(ctx context.Context, s *session, err error) error {
	var (
		ended  *SessionEndedError
		away   *UnreachableError
		denied *AccessDeniedError

		unstored *StoreError
	)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &away):
	case errors.As(err, &ended):
		c.expire(ctx, s, ended)
		return err
	case errors.As(err, &unstored):
	case errors.Is(err, ErrSignedOut), errors.Is(err, context.DeadlineExceeded):
		return err // they have signed out, or it took too long
	case errors.As(err, &denied):
		c.deny(ctx, s, denied)
	case isAboutTheAudience(err):
		return err // the session is as good as before
	}
	pause := outagePause
	if wasAnswered(err) {
		pause = refusalPause
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.isCurrentLocked(s) {
		return err
	}
	now := c.clock.now()
	t := &trouble{err: err, offline: errors.As(err, &away)}
	if c.trouble != nil && c.trouble.offline == t.offline {
		t.failures = c.trouble.failures + 1
	}
	wait := backOff(t.failures, firstRefusal, lastRefusal)
	if t.offline {
		wait = max(backOff(t.failures, firstRetry, lastRetry), away.RetryAfter)
		pause = max(pause, away.RetryAfter)
	}
	t.notBefore, t.retryAt = now.in(pause), now.in(max(wait, pause))
	if unstored != nil && !errors.Is(err, keychain.ErrLocked) { // which puts up a prompt each time
		wait = backOff(t.failures, firstRetry, lastRetry)
		t.retryAt = now.in(wait)
	}
	c.trouble, c.lastErr = t, nil // this is the last that failed
	c.setLocked(c.session)
	return err
}

// wasAnswered tells that the provider has answered, and perhaps used up a
// refresh token for it, while nothing came of that.
func wasAnswered(err error) bool {
	var (
		refused *RefusedError
		denied  *AccessDeniedError
		idToken *IDTokenError
		clock   *ClockError
		profile *ProfileError
	)
	return errors.As(err, &refused) || errors.As(err, &denied) || errors.As(err, &idToken) || errors.As(err, &clock) || errors.As(err, &profile)
}

// backOff doubles with each failure. Half of it is chance, so that those who
// lost the provider at the same time do not come back at the same time.
func backOff(failures int, first, last time.Duration) time.Duration {
	wait := last
	if failures < 20 {
		wait = min(first<<failures, last)
	}
	return wait/2 + time.Duration(rand.Int64N(int64(wait/2)+1))
}

// succeeded takes note that the provider has answered.
func (c *Client) succeeded(s *session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.isCurrentLocked(s) {
		return
	}
	c.contact = c.clock.now().wall()
	if c.trouble != nil {
		c.trouble = nil
		c.setLocked(c.session)
	}
}

// expire keeps who it was and why the session is good no more, and lets go of
// its tokens. The caller holds the session's lock.
func (c *Client) expire(ctx context.Context, s *session, why *SessionEndedError) {
	if s.ended != "" {
		return
	}
	_, _ = c.update(ctx, s, func(next *session) error {
		next.ended, next.tokens, next.refreshToken = why.Reason, nil, Secret{}
		return nil
	})
}

// deny stores that the provider refuses the person, for other programs and the
// next start to know.
func (c *Client) deny(ctx context.Context, s *session, why *AccessDeniedError) {
	description := cmp.Or(why.Description, "access_denied")
	if c.latest(s).denied == description {
		return
	}
	_, _ = c.update(ctx, s, func(next *session) error {
		next.denied = description
		return nil
	})
}
