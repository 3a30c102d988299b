package keychain

import (
	"context"
	"errors"
	"fmt"
)

// Current returns who is current at the issuer for the client: the last person SetCurrent named. It is "" where that is nobody, or
// somebody who has no session any more, or cannot be told because what is stored is damaged. That a session is there does not
// mean that it can be read: Load tells. Errors: [ErrNewer], [ErrUnavailable], [ErrLocked], [ErrTimeout].
func (k *Keychain) Current(ctx context.Context, issuer, clientID string) (subject string, err error) {
	subject, err = call(ctx, k, "", k.current(Key{Issuer: issuer, ClientID: clientID}).subject)
	return subject, failure("who is current", issuer, err)
}

// SetCurrent makes the subject of key current, who has to have a session: save it first. An empty subject means nobody.
// Whoever was current keeps their session. Whatever it finds in the place, even what is not ours, is replaced.
//
// When it returns an error either the old person is current or the new one. Errors: [ErrNotFound] (there is no session of key),
// [ErrNewer], [ErrUnavailable], [ErrLocked], [ErrTimeout].
func (k *Keychain) SetCurrent(ctx context.Context, key Key) error {
	_, err := call(ctx, k, key.pair(), func(ctx context.Context) (struct{}, error) {
		return struct{}{}, k.current(key).set(ctx, key.Subject)
	})
	return failure("set who is current", key.Issuer, err)
}

// A current is who is current at one issuer for one client: a record with their subject.
//
// It is removed after the session of that person, so that one step, the removal of the session, signs out: who has none is not
// current, whatever is written here. And only who has one gets in, so that the last session to go takes it along.
type current struct {
	record
	session func(subject string) record
}

// subject returns who is current, or "".
func (c current) subject(ctx context.Context) (string, error) {
	named, err := c.named(ctx)
	for err == nil && named != "" {
		there, err := c.session(named).exists(ctx)
		if err != nil {
			return "", err
		}
		if there {
			return named, nil
		}
		// Signed out; or somebody else was made current meanwhile, and only then was this one signed out.
		before := named
		if named, err = c.named(ctx); err != nil || named == before {
			return "", err
		}
	}
	return "", err
}

// named returns the subject that is written, or "" where there is none that can be read.
func (c current) named(ctx context.Context) (string, error) {
	data, err := c.load(ctx)
	if errors.Is(err, errNoItem) || errors.Is(err, ErrCorrupt) {
		return "", nil
	}
	return string(data), err
}

func (c current) set(ctx context.Context, subject string) error {
	if subject == "" {
		return c.remove(ctx)
	}
	there, err := c.session(subject).exists(ctx)
	if err == nil && !there {
		err = ErrNotFound
	}
	if err != nil {
		return err
	}
	return c.save(ctx, []byte(subject))
}

// sweep removes the record if it stands for nobody.
func (c current) sweep(ctx context.Context) error {
	subject, err := c.subject(ctx)
	if err == nil && subject == "" {
		err = c.remove(ctx)
	}
	if err != nil {
		return fmt.Errorf("who is current: %w", err)
	}
	return nil
}
