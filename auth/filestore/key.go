package filestore

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// A Key obtains what the files are encrypted with: [KeyFile], [KeyCommand],
// [Passphrase] or a function of your own. It is called at most once while its
// key is the right one, and by one goroutine at a time. It may block, until ctx
// is done. fresh is true if there is no file yet, so that a new passphrase should
// be typed twice.
//
// A key of 32 bytes in base64 or hex, as by "openssl rand -base64 32", is used as
// it is. Anything else is taken for a passphrase, which costs some 0.1 s and
// 64 MiB of memory once per program. Blanks around it do not count.
//
// An error of the function becomes part of one that is shown: it must not
// contain the key.
type Key func(ctx context.Context, fresh bool) (string, error)

// NewKey returns a random key, for a file or for whatever a command reads.
func NewKey() string {
	key := make([]byte, 32)
	rand.Read(key) // never fails
	return base64.StdEncoding.EncodeToString(key)
}

// Passphrase has a person asked for a passphrase. A wrong one is asked for again
// at the next call of Read or Write.
func Passphrase(prompt func(ctx context.Context, fresh bool) (string, error)) Key { return prompt }

// secretOf returns the key in the form in which it is used.
func secretOf(text string) (kind byte, secret []byte, err error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil, errors.New("the key is empty")
	}
	if key, err := hex.DecodeString(text); err == nil && len(key) == 32 {
		return kindKey, key, nil
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if key, err := encoding.Strict().DecodeString(text); err == nil && len(key) == 32 {
			return kindKey, key, nil
		}
	}
	return kindPassphrase, []byte(text), nil
}

// keys has the key of a Store, from when it was first needed.
type keys struct {
	source Key
	turn   chan struct{} // holds a token while one goroutine uses what follows

	secret []byte // nil until it is known
	kind   byte
	made   []*fileKey // the one used last is last
}

// maxMade is how many keys of files are kept, which is more than files written
// by programs that started at the same time.
const maxMade = 8

// of returns the key of the file with that header, or [ErrLocked].
func (k *keys) of(ctx context.Context, h *header) (*fileKey, error) {
	release, err := k.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	for _, key := range k.made {
		if key.derivation == h.derivation && key.opens(h) {
			return key, nil
		}
	}
	if err := k.obtain(ctx, false); err != nil {
		return nil, err
	}
	if k.kind == h.kind {
		if key := h.derive(k.secret); key.opens(h) {
			k.keep(key)
			return key, nil
		}
	}
	// The next call asks anew: a person may have mistyped, or the file of the
	// key may have been exchanged.
	k.secret, k.made = nil, nil
	return nil, fmt.Errorf("%w: the key is not the one that the file was written with", ErrLocked)
}

// forWriting returns a key for a new file in place of the one with the header
// given, which may be nil.
func (k *keys) forWriting(ctx context.Context, old *header) (*fileKey, error) {
	if old != nil {
		return k.of(ctx, old)
	}
	release, err := k.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if len(k.made) > 0 {
		return k.made[len(k.made)-1], nil
	}
	if err := k.obtain(ctx, true); err != nil {
		return nil, err
	}
	key := newDerivation(k.kind).derive(k.secret)
	k.keep(key)
	return key, nil
}

// begin waits until no other goroutine uses the keys.
func (k *keys) begin(ctx context.Context) (release func(), err error) {
	select {
	case k.turn <- struct{}{}:
		return func() { <-k.turn }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: another call waits for the key: %w", ErrLocked, ctx.Err())
	}
}

// obtain asks for the key, unless it is known.
func (k *keys) obtain(ctx context.Context, fresh bool) error {
	if k.secret != nil {
		return nil
	}
	text, err := k.source(ctx, fresh)
	if err == nil {
		k.kind, k.secret, err = secretOf(text)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLocked, err)
	}
	return nil
}

func (k *keys) keep(key *fileKey) {
	if len(k.made) >= maxMade {
		k.made = k.made[1:]
	}
	k.made = append(k.made, key)
}

// firstLine returns the first line of what was read, without its end. The
// error does not repeat it.
func firstLine(data []byte) (string, error) {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) > maxKey {
		return "", fmt.Errorf("has more than %d bytes in its first line: it is not a key", maxKey)
	}
	if len(bytes.TrimSpace(line)) == 0 {
		return "", errors.New("has nothing in its first line")
	}
	return string(line), nil
}

// maxKey is the size in bytes of the longest key.
const maxKey = 4096
