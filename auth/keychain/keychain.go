// Package keychain keeps sessions in the keychain of the operating system: the Keychain of macOS, the Credential Manager
// of Windows, the Secret Service (GNOME Keyring, KWallet) elsewhere.
//
//	k := keychain.New(keychain.Options{Service: "example"})
//	err := k.Save(ctx, keychain.Key{Issuer: issuer, ClientID: client, Subject: "u1"}, session)
//	switch {
//	case errors.Is(err, keychain.ErrUnavailable): // no keychain here: keep it in a [Memory], and say so
//	case errors.Is(err, keychain.ErrTimeout):     // an unlock prompt is waiting on the desktop: tell the person, try again
//	}
//
// Every call that asks the keychain may block for up to [Options.Timeout], and Lock for as long as its context lets it: keep
// them off the goroutine that draws the window.
//
// # What is stored
//
// An item of a keychain is small: 2,560 bytes on Windows, about 3,000 on macOS. A session is not, so it is cut up. All items
// have the service [Options.Service]; their user names are made of a hash and tell neither issuer nor person:
//
//	session:<id>             the head of the session of one Key
//	session:<id>:<slot>:<n>  its n-th part, in slot a or b
//	index:<id>               the head of the list of people with a session, for one issuer and client
//	index:<id>:<slot>:<n>    its n-th part
//	current:<id>             the head of the name of who is current, for one issuer and client
//	current:<id>:<slot>:<n>  its n-th part
//	probe, probe:<slot>:<n>  what Probe stores for a moment
//
// Every value is base64 without padding, at most 2,000 bytes, for some keychains take what they store for text. The head is
// a JSON object with the version of the format, the slot in use, a random generation, the number of parts, the size and
// the SHA-256 of the whole.
//
// # What a crash leaves
//
// Save puts the parts into the slot that the head does not name, then writes the head, then removes the parts in the other
// slot. Writing the head is the one step that counts: before it everybody reads the old session, after it the new one, and
// a reader who was overtaken in between notices by the checksum and reads again. Delete removes the head first. A person is in the
// index before they have a session and until they have none, and counts only while the head is there. Who is current, too, counts
// only while they have a session; Delete removes that name after the head. So a program that is killed, or gives up, at any
// step leaves the old session, the new one, or none where one was being deleted; never a mixture, and with the session it is
// decided who is current.
//
// Items nobody needs can be left behind: the next Save or Delete of the same key removes its parts, those of a person who has no
// session go when the index is next written, and the name of one who is current no more goes with the next Delete or SetCurrent
// of anybody. Until then that person is current again if they come back.
//
// # Several programs
//
// Save, Delete and SetCurrent hold a lock file per issuer and client, <id>.lock, since two writers would both fill the slot that
// is free. Load, Subjects and Current need none: they never see anything half written. That the *content* of a session is right
// after two programs refreshed it is the caller's business: Lock, with a lock file per Key, <id>.session.lock, has them
// refresh it one after the other, and Watch tells each what the others have done, by the file <id>.changed.
package keychain

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// MaxSize is the size in bytes of the largest session. A usual one has 3 KB. GNOME Keyring writes its whole file for every
// item, so that 64 KiB take it half a second, and 1 MiB half a minute: raise [Options.Timeout] for sessions of that size.
const MaxSize = 1 << 20

// A Key names one session: a person at an issuer, signed in to a client.
type Key struct{ Issuer, ClientID, Subject string }

// Options for [New]. The zero value is good.
type Options struct {
	// Service is the name the person sees in the list of their passwords: a plain name of at most 100 bytes. Default "doorkey".
	Service string
	// Timeout limits one call of Save, Load, Delete, Subjects, Current or SetCurrent, on top of its context. Default 10 s.
	Timeout time.Duration
	// LockDir is the directory of the lock files, and of the files that tell of changes. Programs that share a Service have to
	// share it too.
	// Default: a directory named Service in [os.UserCacheDir].
	LockDir string
}

// A Keychain keeps sessions in the keychain of the operating system. It is safe for concurrent use.
//
// It does one thing at a time. The keychain of an operating system cannot be interrupted: a call that found it locked waits
// until the person answers the prompt. A caller stops waiting at its limit, and the calls after it queue, each with its own limit,
// behind the one that is stuck: so there is one prompt on the desktop, never a pile of them. Once the prompt is answered, the step
// that was stuck completes, and nothing after it: the session is the old or the new one. Until then a Save or Delete keeps its lock.
type Keychain struct {
	items   items
	timeout time.Duration
	lockDir string        // empty for the default
	turn    chan struct{} // holds a token while a call is at work

	newWatcher func() (*fsnotify.Watcher, error) // [fsnotify.NewWatcher]
}

// New returns a Keychain. It does no I/O: whether there is a keychain shows at the first call.
func New(opts Options) *Keychain { return newKeychain(opts, osRing{}) }

func newKeychain(opts Options, r ring) *Keychain {
	return &Keychain{
		items:   items{ring: r, service: cmp.Or(opts.Service, "doorkey")},
		timeout: cmp.Or(opts.Timeout, 10*time.Second),
		lockDir: opts.LockDir,
		turn:    make(chan struct{}, 1),

		newWatcher: fsnotify.NewWatcher,
	}
}

// Save stores data as the session of key, in place of any it had. A person who had none becomes the first of Subjects; who is
// current stays so, see SetCurrent.
//
// Whatever it finds under the names of the session it replaces, even what is not a session: a person must always be able
// to sign in again. Only what a newer version wrote is left alone ([ErrNewer]).
//
// When it returns an error the session is the old or the new one. Errors: [ErrTooLarge], [ErrNewer], [ErrUnavailable],
// [ErrLocked], [ErrTimeout].
func (k *Keychain) Save(ctx context.Context, key Key, data []byte) error {
	if err := checkSave(key, data); err != nil {
		return failure("save", key.Issuer, err)
	}
	data = bytes.Clone(data) // a call that is stuck outlives this one
	_, err := call(ctx, k, key.pair(), func(ctx context.Context) (struct{}, error) {
		return struct{}{}, k.save(ctx, key, data)
	})
	return failure("save", key.Issuer, err)
}

func (k *Keychain) save(ctx context.Context, key Key, data []byte) error {
	if err := k.index(key).add(ctx, key); err != nil {
		return fmt.Errorf("list of people: %w", err)
	}
	return k.session(key).save(ctx, data)
}

// Load returns the session of key. Errors: [ErrNotFound], [ErrCorrupt], [ErrNewer], [ErrUnavailable], [ErrLocked], [ErrTimeout].
func (k *Keychain) Load(ctx context.Context, key Key) ([]byte, error) {
	data, err := call(ctx, k, "", k.session(key).load)
	if errors.Is(err, errNoItem) {
		err = ErrNotFound
	}
	return data, failure("load", key.Issuer, err)
}

// Delete removes the session of key and whatever else it finds under its names. Nobody is current after that person. With the
// last session of an issuer and client every item of theirs is gone. To delete what is not there is no error.
//
// When it returns an error the session may be there or not; deleting again is safe. What a newer version wrote is left alone,
// for this one does not know all that belongs to it ([ErrNewer]). Other errors: [ErrUnavailable], [ErrLocked], [ErrTimeout].
func (k *Keychain) Delete(ctx context.Context, key Key) error {
	_, err := call(ctx, k, key.pair(), func(ctx context.Context) (struct{}, error) {
		return struct{}{}, k.delete(ctx, key)
	})
	return failure("delete", key.Issuer, err)
}

func (k *Keychain) delete(ctx context.Context, key Key) error {
	if err := k.session(key).remove(ctx); err != nil {
		return err
	}
	if err := k.current(key).sweep(ctx); err != nil {
		return err
	}
	if err := k.index(key).drop(ctx, key); err != nil {
		return fmt.Errorf("list of people: %w", err)
	}
	return nil
}

// Subjects returns the people with a session at the issuer for the client, the one added last first; none is no error.
// A person whose session cannot be read is among them: Load tells. Errors: [ErrCorrupt] (the list itself; the next Save begins
// a new one), [ErrNewer], [ErrUnavailable], [ErrLocked], [ErrTimeout].
func (k *Keychain) Subjects(ctx context.Context, issuer, clientID string) ([]string, error) {
	subjects, err := call(ctx, k, "", k.index(Key{Issuer: issuer, ClientID: clientID}).subjects)
	return subjects, failure("list", issuer, err)
}

func (k *Keychain) session(key Key) record {
	return record{
		items:   k.items,
		name:    "session:" + id(key.Issuer, key.ClientID, key.Subject),
		changed: func() { k.announce(key.pair()) },
	}
}

func (k *Keychain) current(key Key) current {
	return current{
		record:  record{items: k.items, name: "current:" + key.pair(), changed: func() { k.announce(key.pair()) }},
		session: func(subject string) record { return k.session(Key{key.Issuer, key.ClientID, subject}) },
	}
}

func (k *Keychain) index(key Key) index {
	return index{
		record:  record{items: k.items, name: "index:" + key.pair()},
		session: func(subject string) record { return k.session(Key{key.Issuer, key.ClientID, subject}) },
	}
}

// pair is the id of what the people of one issuer and client share: the index, who is current, the lock.
func (key Key) pair() string { return id(key.Issuer, key.ClientID) }

// id is a short name for the parts. Each is hashed with its length, so that "a", "bc" is not "ab", "c".
func id(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s,", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil)[:20])
}

// checkSave tells whether a session can be saved at all.
func checkSave(key Key, data []byte) error {
	if slices.Contains([]string{key.Issuer, key.ClientID, key.Subject}, "") {
		return errors.New("the key needs an issuer, a client and a subject")
	}
	if len(data) > MaxSize {
		return fmt.Errorf("%w: %d bytes", ErrTooLarge, len(data))
	}
	return nil
}
