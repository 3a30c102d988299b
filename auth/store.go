package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"doorkey/auth/internal/storage"
	"doorkey/auth/keychain"
)

// Store keeps records: for each issuer and client one, with every account that
// is signed in. [keychain.Keychain] and [keychain.Memory] are two.
//
// The name of a record is made of letters, digits and hyphens, and tells
// nothing of the issuer or the people; the data is text. Read and Write may
// return the errors of package keychain, such as [keychain.ErrUnavailable] and
// [keychain.ErrLocked], for the Client to tell people what to do. All methods
// are called by several goroutines at the same time, and have to return soon after
// their context is done: the Client waits for them, also in Close.
type Store interface {
	// Read returns the record as it was last written, or nil if there is none.
	// With an error it may return what can still be read of the record.
	Read(ctx context.Context, name string) ([]byte, error)

	// Write replaces the record, wholly or, with an error, not at all. With no
	// data it removes the record. Once it has returned, the record outlives
	// the program.
	Write(ctx context.Context, name string, data []byte) error

	// Lock keeps everyone else, also in other programs, from taking the lock of
	// the same name, until unlock is called or the program ends. It waits until
	// ctx is done. A lock is not tied to a record: reading and writing does not
	// need it.
	Lock(ctx context.Context, name string) (unlock func(), err error)

	// Watch returns a channel that receives a value soon after any program has
	// written the record, and is closed once ctx is done.
	Watch(ctx context.Context, name string) <-chan struct{}

	// Place names where the records are, to be shown to people: "the vault of
	// Acme". The names "keychain", "file" and "memory" are translated.
	Place() string
}

const (
	// changeTimeout bounds the wait for a program that writes the record, which
	// takes it some milliseconds.
	changeTimeout = 5 * time.Second

	// refreshLock is the suffix of the lock that is held during a refresh.
	refreshLock = "-refresh"
	// signInLock is the suffix of the lock that is held during a sign-in that
	// other programs wait for.
	signInLock = "-signin"
)

// StoreError means that the session could not be stored, or removed, and was
// therefore left as it is: its refresh token was not used. Err tells why, for
// example [keychain.ErrLocked] or [ErrBusy].
type StoreError struct {
	Place    string // of the store
	Removing bool
	Err      error
}

func (e *StoreError) Error() string {
	if e.Removing {
		return fmt.Sprintf("the session cannot be removed from %s: %v", placeInWords(e.Place), e.Err)
	}
	return fmt.Sprintf("the session cannot be stored in %s: %v", placeInWords(e.Place), e.Err)
}
func (e *StoreError) Unwrap() error { return e.Err }

// ErrBusy means that another program has held the lock of the session for too
// long.
var ErrBusy = storage.ErrBusy

func placeInWords(place string) string {
	switch place {
	case "keychain", "file":
		return "the " + place
	}
	return place
}

// RecordName is the name of the record of an issuer and a client ID in a [Store],
// for tools that look after one.
func RecordName(issuer, clientID string) string {
	h := sha256.New()
	// Each with its length, so that "a", "bc" is not "ab", "c".
	for _, part := range []string{issuer, clientID} {
		fmt.Fprintf(h, "%d:%s,", len(part), part)
	}
	return "accounts-" + hex.EncodeToString(h.Sum(nil)[:16])
}

// look reads the record. Accounts that can be read are in it also where it
// returns [ErrDamaged].
func (c *Client) look(ctx context.Context) (*record, error) {
	data, err := c.store.Read(ctx, c.name)
	if err != nil && !errors.Is(err, keychain.ErrCorrupt) {
		return nil, err
	}
	r, decodeErr := c.decode(data)
	switch {
	case errors.Is(decodeErr, ErrNewer):
		return nil, decodeErr
	case err != nil: // how much is missing is not known
		r.isDamaged = true
		return r, fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	return r, decodeErr
}

// errUnchanged is returned by what changes a record where there is nothing to
// write.
var errUnchanged = errors.New("nothing to write")

// change reads the record, alters it and writes it, alone among all programs.
// What is damaged in it is kept as far as it can be told apart, and replaced
// otherwise.
func (c *Client) change(ctx context.Context, alter func(*record) error) error {
	limited, cancel := context.WithTimeout(ctx, changeTimeout)
	defer cancel()
	unlock, err := c.store.Lock(limited, c.name)
	if err != nil {
		return c.busy(ctx, err)
	}
	defer unlock()
	return c.changeLocked(ctx, alter)
}

// changeLocked is change for who holds the lock.
func (c *Client) changeLocked(ctx context.Context, alter func(*record) error) error {
	r, err := c.look(ctx)
	if err != nil && r == nil {
		return err
	}
	if err := alter(r); errors.Is(err, errUnchanged) {
		return nil
	} else if err != nil {
		return err
	}
	data, err := r.encode()
	if err != nil {
		return err
	}
	return c.store.Write(ctx, c.name, data)
}

// storage is where the store keeps what it has stored.
func (c *Client) storage() Storage { return Storage(c.store.Place()) }

// busy tells a lock that is held for too long from a caller who has given up.
func (c *Client) busy(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, context.DeadlineExceeded):
		return ErrBusy
	}
	return err
}
