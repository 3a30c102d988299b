// Package keychain stores records in the keychain of the operating system: the Keychain of macOS, the Credential Manager of
// Windows, and elsewhere the Secret Service (GNOME Keyring, KWallet, KeePassXC).
//
//	k := keychain.New(keychain.Options{Service: "example"})
//	err := k.Write(ctx, "accounts", data)
//	switch {
//	case errors.Is(err, keychain.ErrUnavailable): // there is no keychain here: use a [Memory], and say so
//	case errors.Is(err, keychain.ErrTimeout):     // a prompt is probably open on the desktop: tell the person, try again
//	}
//
// Every call that uses the keychain may block for up to [Options.Timeout], and Lock for as long as its context allows. Keep
// them off the goroutine that draws the window.
//
// # What is stored
//
// A record is one item of the keychain where it fits into one. Its service is [Options.Service] and its user name is the
// name of the record. The Secret Service takes any record. Windows takes 2,560 bytes in an item and macOS about 2,870; a
// record that is larger is compressed, and cut into parts only if it is then still too large:
//
//	<name>             the record itself, or the head of one in parts
//	<name>:<slot>:<n>  its n-th part, in slot a or b
//
// The first line of an item says how the rest is encoded. A head is a JSON object with the slot in use, a random generation,
// the number of parts, and the size and SHA-256 of what they hold.
//
// # What a crash leaves
//
// A record in one item is replaced in one step. One in parts is written into the slot that the head does not name; then the
// head is written; then the parts in the other slot are removed. Writing the head is the step that counts: before it everyone
// reads the old record, after it the new one, and a reader who is overtaken notices by the checksum and reads again. So a
// program that is killed at any step leaves the old record or the new one, never a mixture. The parts it may leave behind are
// removed when the record is next written or removed.
//
// # Several programs
//
// Writers of the same record take turns by Lock. Readers need no lock. Watch tells each program what the others have
// written.
package keychain

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"doorkey/auth/internal/storage"
)

// MaxSize is the size in bytes of the largest record. One account takes about 3 KB.
const MaxSize = storage.MaxSize

// Options for [New]. The zero value is ready to use.
type Options struct {
	// Service is the name people see in the list of their passwords: a plain name of at most 100 bytes. Default "doorkey".
	Service string
	// Timeout limits one call of Read or Write, on top of its context. Default 10 s.
	Timeout time.Duration
	// PromptTimeout is that limit while the keychain asks the person for a password, where that is known: the Secret Service
	// tells. Default two minutes.
	PromptTimeout time.Duration
	// OnPrompt is told when the keychain has put up a prompt, and when that is gone. It is called from the goroutine of a call,
	// must not block, and may be nil.
	OnPrompt func(open bool)
	// LockDir is the directory of the lock files, and of the files that announce changes. Programs that share a Service must
	// share it too. Default: a directory named Service in [os.UserCacheDir] or, where that cannot be used, one for what is
	// temporary.
	LockDir string
}

// A Keychain stores records in the keychain of the operating system. It is safe for concurrent use.
//
// It does one thing at a time. A call to the keychain cannot be interrupted: one that finds it locked waits until the person
// answers the prompt. A caller stops waiting at its limit, and the calls after it queue, each with a limit of its own, behind
// the one that is stuck: so there is one prompt on the desktop, never a pile of them. Once the prompt is answered, the step that
// was stuck completes, and nothing after it.
type Keychain struct {
	items   items
	timeout time.Duration

	promptTimeout time.Duration
	onPrompt      func(open bool) // may be nil

	lockDir string        // empty for the default
	turn    chan struct{} // holds a token while a call is at work
}

// New returns a Keychain. It does no I/O: whether there is a keychain shows at the first call.
func New(opts Options) *Keychain { return newKeychain(opts, newRing()) }

func newKeychain(opts Options, r ring) *Keychain {
	return &Keychain{
		items:         items{ring: r, service: cmp.Or(opts.Service, "doorkey"), limit: itemLimit},
		timeout:       cmp.Or(opts.Timeout, 10*time.Second),
		promptTimeout: cmp.Or(opts.PromptTimeout, 2*time.Minute),
		onPrompt:      opts.OnPrompt,
		lockDir:       opts.LockDir,
		turn:          make(chan struct{}, 1),
	}
}

// Close ends the connection to the keychain, where there is one. A later call connects anew.
func (k *Keychain) Close() error {
	if c, is := k.items.ring.(io.Closer); is {
		return c.Close()
	}
	return nil
}

// Place is "keychain".
func (k *Keychain) Place() string { return "keychain" }

// Read returns the record of that name, nil if there is none. Errors: [ErrCorrupt], with as much of the beginning of the record
// as can be read; [ErrNewer], [ErrUnavailable], [ErrLocked], [ErrTimeout].
func (k *Keychain) Read(ctx context.Context, name string) ([]byte, error) {
	data, err := call(ctx, k, value{k.items, name}.read)
	return data, failure("read", err)
}

// Write replaces the record of that name, whatever is there. Without data it removes the record and every part of it. The name
// has at most 100 letters and digits of ASCII, "-" and ".".
//
// When it returns an error, the record is the old or the new one. Errors: [ErrTooLarge], [ErrNewer] (where the record is in
// parts, since this version does not know all of them), [ErrUnavailable], [ErrLocked], [ErrTimeout].
func (k *Keychain) Write(ctx context.Context, name string, data []byte) error {
	if err := checkWrite(name, data); err != nil {
		return failure("write", err)
	}
	data = bytes.Clone(data) // a call that is stuck outlives this one
	_, err := call(ctx, k, func(ctx context.Context) (struct{}, error) {
		// Held until the keychain has answered, however late: what others have written meanwhile would be overwritten. It is not
		// waited for without end: what is to be written may be of more worth than what somebody who is stuck has in hand.
		soon, cancel := context.WithTimeout(ctx, k.timeout/2)
		defer cancel()
		if unlock, err := k.folder().Lock(soon, name+writeLock); err == nil {
			defer unlock()
		}
		defer k.announce(name) // also after an error, which does not rule out that something was written
		return struct{}{}, value{k.items, name}.write(ctx, data)
	})
	return failure("write", err)
}

// writeLock is the suffix of the lock that is held during a write.
const writeLock = ".write"

// checkWrite reports whether a record can be stored at all.
func checkWrite(name string, data []byte) error {
	err := storage.CheckName(name)
	if err == nil {
		err = storage.CheckName(name + writeLock)
	}
	if err != nil {
		return err
	}
	if len(data) > MaxSize {
		return fmt.Errorf("%w: %d bytes", ErrTooLarge, len(data))
	}
	return nil
}
