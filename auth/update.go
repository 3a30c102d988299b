package auth

import (
	"context"
	"errors"
	"time"

	"doorkey/auth/keychain"
)

var (
	// errGone means that the account is not in the store any more: somebody has
	// signed the person out.
	errGone = errors.New("auth: the account was removed")
	// errReplaced means that the person has signed in anew meanwhile.
	errReplaced = errors.New("auth: the account was signed in anew")
)

// update changes a session where it is kept, in the store or in memory, and
// returns what it is now. alter gets a copy of the latest to change. A store that
// fails is tried again, since what it holds may be of no use any more; after that
// the change is in memory only, and Session.StorageErr tells why.
//
// Errors: errGone and errReplaced, whereupon nothing has changed, and that of
// alter.
func (c *Client) update(ctx context.Context, s *session, alter func(next *session) error) (*session, error) {
	var next *session
	if s.kept {
		apply := func(r *record) error {
			base, err := c.mine(r, s)
			if err == nil {
				next = base.next()
				next.Storage, next.StorageErr = c.storage(), nil
				if err = alter(next); err == nil {
					r.put(next)
					return nil
				}
			}
			return &alterError{err}
		}
		err := c.persist(ctx, rotationPauses, apply)
		if refused, is := errors.AsType[*alterError](err); is {
			return nil, refused.error
		}
		if err == nil {
			return c.adopt(next), nil
		}
		next = c.latest(s).next()
		next.Storage, next.StorageErr = InMemory, err
	} else {
		next = c.latest(s).next()
	}
	if err := alter(next); err != nil {
		return nil, err
	}
	return c.adopt(next), nil
}

// alterError is an error of what alters a record, which the store did not cause.
type alterError struct{ error }

// Before each try to store something. A person waits for a sign-in, and can sign
// in again; a refresh token that was rotated is lost if it is not stored.
var (
	signInPauses   = []time.Duration{0, 100 * time.Millisecond}
	rotationPauses = []time.Duration{0, 100 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second}
)

// persist is change for what would be lost otherwise: it does not stop at a lock
// that is never given back, and tries again where the store fails. One that is
// locked is not tried again: the person has dismissed its prompt, or nobody can be
// asked.
func (c *Client) persist(ctx context.Context, pauses []time.Duration, alter func(*record) error) error {
	var err error
	for _, pause := range pauses {
		time.Sleep(pause)
		if err = c.change(ctx, alter); errors.Is(err, ErrBusy) {
			err = c.changeLocked(ctx, alter)
		}
		if _, refused := errors.AsType[*alterError](err); err == nil || refused || errors.Is(err, keychain.ErrLocked) {
			return err
		}
	}
	return err
}

// mine is the session as the store or, where that has failed before, as this
// program has it.
func (c *Client) mine(r *record, s *session) (*session, error) {
	found := r.session(s.Profile.ID)
	switch {
	case found == nil:
		return nil, errGone
	case !found.SignedInAt.Equal(s.SignedInAt):
		return nil, errReplaced
	}
	if ours := c.latest(s); ours.SignedInAt.Equal(found.SignedInAt) && ours.revision >= found.revision {
		same := *ours // knows more than is stored, such as which tokens are in use
		same.redeemingSince = found.redeemingSince
		return &same, nil
	}
	return found, nil
}
