package auth

import (
	"context"
	"fmt"
	"slices"
)

// RequireStorage has a sign-in fail with a [*StoreError] where the session could
// not be stored, instead of keeping it in memory. Whether it can is tried before
// the browser opens. What the provider gave all the same is revoked.
func RequireStorage() SignInOption {
	return signInOption(func(s *signIn) error {
		s.required = true
		return nil
	})
}

// CheckStorage reports, as a [*StoreError], whether the store can be read and
// has room for one more account. Nothing is changed in it. It may block as
// [Client.Session] does.
func (c *Client) CheckStorage(ctx context.Context) error {
	if err := c.reserve(ctx, true); err != nil {
		return err
	}
	return c.reserve(ctx, false)
}

// reserve stores the record with room for one more account, or without again.
func (c *Client) reserve(ctx context.Context, room bool) error {
	err := c.change(ctx, func(r *record) error {
		r.reserve = room
		return nil
	})
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return &StoreError{Place: c.store.Place(), Err: err}
	}
	return nil
}

// keepSignedIn stores the session before anybody uses it and makes it the
// current one. The person has signed in by now, so a cancelled ctx no longer
// stops it. It returns an error where the session is required to be stored, and
// cannot be.
func (c *Client) keepSignedIn(ctx context.Context, s *session, required bool) error {
	ctx = context.WithoutCancel(ctx)
	s.kept = true
	err := c.persist(ctx, signInPauses, func(r *record) error {
		s.former = nil // this may be tried again
		s.follows(r.session(s.Profile.ID))
		if before := r.session(r.current); before != nil && before.ended != "" {
			r.remove(r.current) // nothing is left of it
		}
		r.put(s)
		r.current = s.Profile.ID
		return nil
	})
	if err != nil && required {
		s.kept = false
		err = &StoreError{Place: c.store.Place(), Err: err}
		if revokeErr := c.discard(ctx, s.Profile.ID, s.tokensOf(), s.refreshToken); revokeErr != nil {
			err = fmt.Errorf("%w; its tokens could not be revoked: %w", err, revokeErr)
		}
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s.Storage = c.storage()
	if delete(c.unkept, s.Profile.ID); err != nil {
		s.kept = false
		s.Storage, s.StorageErr = InMemory, err
		c.unkept[s.Profile.ID] = s
	}
	return nil
}

// discard revokes the tokens of a sign-in that is not kept, before anything else
// is done: the program may be about to end. Where the person has a session here,
// it may be of the same grant: what was dropped is revoked with that, then.
func (c *Client) discard(ctx context.Context, subject, clientID string, refreshToken Secret) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeTimeout)
	defer cancel()
	c.mu.Lock()
	_, known := c.unkept[subject]
	c.mu.Unlock()
	if known {
		return nil
	}
	err := c.change(ctx, func(r *record) error {
		kept := r.session(subject)
		if kept == nil && !r.has(subject) {
			return errUnchanged
		}
		if known = true; kept == nil || kept.tokensOf() != clientID || refreshToken.IsZero() {
			return errUnchanged
		}
		later := kept.next()
		later.redeemingSince = kept.redeemingSince
		later.former = append(slices.Clone(kept.former), refreshToken)
		later.former = later.former[max(0, len(later.former)-maxFormer):]
		r.put(later)
		return nil
	})
	if known {
		return err
	}
	return c.revoke(ctx, clientID, refreshToken)
}
