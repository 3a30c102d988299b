package keychain

import (
	"context"
	"errors"
)

// A ring is the keychain of the operating system. Where it cannot heed the context, a call blocks for as long as a prompt is
// open.
type ring interface {
	Get(ctx context.Context, service, user string) (string, error)
	Set(ctx context.Context, service, user, value string) error
	Delete(ctx context.Context, service, user string) error
}

// items are the items of one service. A missing one is errNoItem; other errors are those of errors.go.
// All methods stop before the next call of the keychain once the context is done: each could put up another prompt.
type items struct {
	ring    ring
	service string
	limit   int // see itemLimit
}

func (it items) get(ctx context.Context, name string) (string, error) {
	// To read is to search for an item, then to get what was found; in between somebody else may replace or remove it.
	const attempts = 5
	var value string
	err := errVanished
	for n := 0; n < attempts && errors.Is(err, errVanished); n++ {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		value, err = it.ring.Get(reading(ctx), it.service, name)
		err = explain(ctx, it.ring, err)
	}
	return value, err
}

// put sets an item, and reads it back where the keychain does not tell whether it was kept.
func (it items) put(ctx context.Context, name, value string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	inner, done := writing(ctx)
	err := it.ring.Set(inner, it.service, name, value)
	done()
	if err := explain(ctx, it.ring, err); err != nil || !readBack {
		return err
	}
	switch got, err := it.get(ctx, name); {
	case err != nil && !errors.Is(err, errNoItem):
		return err
	case err != nil || got != value:
		return errors.New("the keychain did not keep what was written to it: try again")
	}
	return nil
}

// remove removes an item; a missing one is no error.
func (it items) remove(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	inner, done := writing(ctx)
	err := it.ring.Delete(inner, it.service, name)
	done()
	if err := explain(ctx, it.ring, err); err != nil && !errors.Is(err, errNoItem) {
		return err
	}
	return nil
}
