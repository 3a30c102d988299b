package auth

import (
	"context"
	"errors"
	"time"
)

// confirmPause is how long after an invalid_grant it is asked for again.
const confirmPause = time.Second

// flight is one refresh on its way, for all who wait for its token.
type flight struct {
	done  chan struct{}
	token *accessToken
	err   error
}

// errand is what a flight is for. A person's token is never another's.
type errand struct {
	audience
	subject string
}

// refusal is why a token for one audience is not to be had, for now.
type refusal struct {
	err   error
	until deadline
}

// isAboutTheAudience tells an API or organization that is refused from a
// session that is.
func isAboutTheAudience(err error) bool {
	var refused *RefusedError
	return errors.As(err, &refused) && (refused.Resource != "" || refused.Organization != "")
}

// Refresh refreshes the current session now, whether it is time or not, and
// blocks until then. It is for the person who wants to know: tokens are
// refreshed without it. Errors are those of [Client.AccessToken].
//
// A program that is killed after the provider has taken the refresh token and
// before the next one is stored leaves a token behind that is of no use: that is
// the time the request takes, and one write of the store. The store says so
// meanwhile, and whichever program of the person's runs or starts within 2.5
// seconds asks again with the same token, which Logto answers for 3 seconds. A
// person with no program running then has to sign in again.
func (c *Client) Refresh(ctx context.Context) error {
	s, err := c.current(ctx)
	if err != nil {
		return err
	}
	n := need{}
	if t := s.token(n.audience); t != nil {
		n.not = t.Value
	}
	_, err = c.token(ctx, n)
	return err
}

// token returns an access token that meets the need, after a refresh where it
// takes one. Where that fails, a token that is still valid is returned instead.
func (c *Client) token(ctx context.Context, n need) (*accessToken, error) {
	for {
		s, err := c.current(ctx)
		if err != nil {
			return nil, err
		}
		if err := s.allows(n.audience); err != nil {
			return nil, err
		}
		t := s.token(n.audience)
		if n.metBy(t, c.clock.now()) {
			if !c.inDoubt(s) {
				return t, nil
			}
			c.rescue(ctx, s, rescueAttempt)
			if t = c.latest(s).token(n.audience); n.metBy(t, c.clock.now()) {
				return t, nil
			}
		}
		if s.refreshToken.IsZero() {
			if done, err := s.withoutRefreshToken(n, c.clock.now()); done != nil || err != nil {
				return done, err
			}
		}
		f, ours, err := c.fly(s, n)
		if err == nil {
			select {
			case <-f.done:
				err = f.err
			case <-ctx.Done():
				err = context.Cause(ctx)
			}
		}
		switch {
		case err == nil && (ours || n.metBy(f.token, c.clock.now())):
			return f.token, nil
		case err == nil:
			continue // that one was begun for a smaller need
		case t == nil || n.refuses(t) || !t.valid(c.clock.now()):
			return nil, err
		case errors.Is(err, ErrSignedOut) || errors.Is(err, ErrClosed) || errors.Is(err, context.Canceled):
			return nil, err
		}
		return t, nil
	}
}

// withoutRefreshToken is what a session has for a need that cannot be refreshed.
// It is nil where the session has ended with its last token.
func (s *session) withoutRefreshToken(n need, now moment) (*accessToken, error) {
	if t := s.token(n.audience); t != nil && t.valid(now) && !n.refuses(t) {
		return t, nil
	}
	if t := s.token(audience{}); t != nil && t.valid(now) {
		return nil, &RefusedError{
			Resource: n.Resource, Organization: n.Organization, Code: reasonNoRefreshToken,
			Description: "ask for the scope offline_access at sign-in",
		}
	}
	return nil, nil
}

// fly joins the refresh on its way for the same errand, or begins one; ours
// tells which. Right after a failure it is that failure.
func (c *Client) fly(s *session, n need) (f *flight, ours bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, false, ErrClosed
	}
	what := errand{n.audience, s.Profile.ID}
	if f := c.flights[what]; f != nil {
		return f, false, nil
	}
	if c.trouble != nil && c.isCurrentLocked(s) && c.trouble.notBefore.left(c.clock.now()) > 0 {
		return nil, false, c.trouble.err
	}
	if r, refused := c.refusals[what]; refused && r.until.left(c.clock.now()) > 0 {
		return nil, false, r.err
	}
	f = &flight{done: make(chan struct{})}
	c.flights[what] = f
	c.work.Go(func() {
		f.token, f.err = c.refresh(c.life, s, n)
		c.mu.Lock()
		delete(c.flights, what)
		delete(c.refusals, what)
		if isAboutTheAudience(f.err) {
			c.refusals[what] = refusal{f.err, c.clock.now().in(refusalPause)}
		}
		c.mu.Unlock()
		close(f.done)
		c.wake()
	})
	return f, true, nil
}

// refresh gets an access token with the refresh token of a session. Up to the
// request it ends with ctx; from then on it does not, since a rotated refresh
// token must be stored.
func (c *Client) refresh(ctx context.Context, s *session, n need) (*accessToken, error) {
	select {
	case c.refreshing <- struct{}{}:
		defer func() { <-c.refreshing }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	// Asked for before the lock is taken, so that programs without a network
	// find that out side by side.
	p, err := c.discovered(ctx)
	if err != nil {
		return nil, c.failed(ctx, s, err)
	}
	c.fetchKeys(ctx, p)
	s, unlock, err := c.claim(ctx, s, n)
	if err != nil {
		return nil, c.failed(ctx, s, err)
	}
	defer unlock()
	ctx = context.WithoutCancel(ctx)
	for confirmed := false; ; {
		if t := s.token(n.audience); n.metBy(t, c.clock.now()) {
			return t, nil // somebody else was first
		}
		if s.refreshToken.IsZero() {
			return nil, c.failed(ctx, s, &SessionEndedError{Issuer: s.Issuer, Reason: reasonNoRefreshToken})
		}
		t, err := c.redeem(ctx, p, s, n.audience)
		if err == nil {
			return t, nil
		}
		var ended *SessionEndedError
		if gone := errors.Is(err, errGone) || errors.Is(err, errReplaced); !gone && !errors.As(err, &ended) {
			return nil, c.failed(ctx, s, err)
		}
		// Only the store knows whether somebody who does not share the lock, on
		// another computer perhaps, has used the token before us.
		found, lookErr := c.lookFor(ctx, s)
		switch {
		case s.kept && lookErr == nil && found == nil:
			c.forget(s) // they signed out meanwhile, which ended it
			return nil, ErrSignedOut
		case lookErr == nil && found != nil && found.ended == "" && s.supersededBy(found):
			s = c.catchUp(found)
		case !confirmed && ended != nil:
			// Logto answers invalid_grant also where it could not look up the
			// person. There is no way back from here, so it is asked twice.
			confirmed = true
			time.Sleep(confirmPause)
		default:
			return nil, c.failed(ctx, s, err)
		}
	}
}

// lookFor reads the account of a session, nil where there is none.
func (c *Client) lookFor(ctx context.Context, s *session) (*session, error) {
	r, err := c.look(ctx)
	if r == nil {
		return nil, err
	}
	found := r.session(s.Profile.ID)
	if found == nil && (err != nil || r.has(s.Profile.ID)) {
		return nil, ErrDamaged
	}
	return found, nil
}
