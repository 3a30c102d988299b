package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// SignOut removes the session of the current person from the store and
// revokes its refresh token at the provider (RFC 7009), which ends every token
// of it. A sign-in on its way is cancelled. Nobody is current then: of several
// people nobody takes their place until [Client.Switch]. That nobody is signed
// in is no error.
//
// A provider that cannot be reached does not keep anybody signed in here: the
// session is removed all the same, and the error, a [*RevocationError], says
// that the provider could not be notified. If the store cannot be read or
// written, the person stays signed in, since the session would be back after a
// restart; the error is one of package keychain then.
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
	leaving, err := c.leave(ctx, asked)
	if err != nil {
		err = fmt.Errorf("sign-out: %w", err)
		c.mu.Lock()
		c.lastErr = err
		c.publishLocked()
		c.mu.Unlock()
		return err
	}
	var failures []error
	for _, s := range leaving {
		c.forget(s)
		for _, former := range s.former {
			if err := c.revoke(ctx, s.tokensOf(), former); err != nil {
				failures = append(failures, err)
			}
		}
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

// leave removes the sessions to end from the store, in one step, and returns
// them as they were last. A session that cannot be read is removed all the same.
//
// A refresh that is on its way meanwhile finds its session gone and revokes what
// it got.
func (c *Client) leave(ctx context.Context, asked signOut) ([]*session, error) {
	_, err := c.Session(ctx)
	c.mu.Lock()
	current := c.session
	inMemory := len(c.unkept) > 0
	c.mu.Unlock()
	unreadable := err != nil && !errors.Is(err, ErrSignedOut)
	if unreadable && !errors.Is(err, ErrDamaged) {
		return nil, err
	}
	var leaving []*session
	pick := func(r *record) {
		c.mu.Lock()
		defer c.mu.Unlock()
		subject := asked.subject
		if subject == "" && current != nil {
			subject = current.Profile.ID
		} else if subject == "" {
			subject = r.currentSubject()
		}
		leaving = slices.DeleteFunc(c.everyoneLocked(r), func(s *session) bool {
			return !asked.all && (subject == "" || s.Profile.ID != subject)
		})
		slices.SortStableFunc(leaving, func(a, b *session) int { return c.rankLocked(a) - c.rankLocked(b) })
	}
	err = c.change(ctx, func(r *record) error {
		pick(r)
		before := len(r.sessions) + len(r.damaged)
		for _, s := range leaving {
			r.remove(s.Profile.ID)
		}
		if r.isDamaged && len(r.sessions) == 0 {
			return nil // what cannot be read goes as a whole
		}
		if left := len(r.sessions) + len(r.damaged); left == before && (left > 0 || !r.isStored) {
			return errUnchanged
		}
		return nil // also where what a killed sign-in has left has no accounts
	})
	if err != nil && inMemory {
		// Those the store has never had can go without it.
		if pick(&record{}); len(leaving) > 0 && !asked.all {
			err = nil
		}
	}
	if err != nil {
		return nil, &StoreError{Place: c.store.Place(), Removing: true, Err: err}
	}
	for i, s := range leaving {
		if latest := c.latest(s); s.SignedInAt.Equal(latest.SignedInAt) && latest.revision > s.revision {
			leaving[i] = latest
		}
	}
	return leaving, nil
}
