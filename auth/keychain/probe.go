package keychain

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Probed is what [Keychain.Probe] has measured.
type Probed struct {
	Size  int // of what was stored, in bytes
	Parts int // how many items that took, beside the head

	Write, Read, Delete time.Duration
}

// probeSize is more than a usual session has, and takes several items.
const probeSize = 8000

// tidying is how long Probe goes on for the sake of order, once its caller has
// changed its mind.
const tidying = 2 * time.Second

// Probe finds out whether the keychain keeps what is stored in it, the way a
// session is: it writes random bytes, reads them back and removes them. They
// belong to no person and are never among the sessions.
//
// Nothing is left behind, also where ctx is done meanwhile: Probe takes up to two
// seconds more then. What a keychain stores late, once somebody has answered its
// prompt, is removed at once, or where the program has ended by then, by the next
// Probe of any program.
//
// Errors: [ErrUnavailable], [ErrLocked], [ErrTimeout].
func (k *Keychain) Probe(ctx context.Context) (Probed, error) {
	var begun atomic.Bool
	tidy := make(chan struct{})
	probed, err := call(ctx, k, "probe", func(ctx context.Context) (Probed, error) {
		begun.Store(true)
		defer close(tidy)
		return k.probe(ctx)
	})
	if err == nil {
		return probed, nil
	}
	if ctx.Err() != nil && begun.Load() {
		select {
		case <-tidy:
		case <-time.After(tidying):
		}
	}
	return Probed{}, fmt.Errorf("keychain: probe: %w", err)
}

// probe runs alone among all programs, so that all can use one name, under which
// each finds what another has left behind.
func (k *Keychain) probe(ctx context.Context) (p Probed, err error) {
	r := record{items: k.items, name: "probe"}
	data := make([]byte, probeSize)
	rand.Read(data) // never fails
	p.Size, p.Parts = len(data), (len(data)+maxPart-1)/maxPart

	defer func() {
		// Where it is locked, or not there, there is nothing to remove, and to
		// try would put up another prompt.
		if err != nil && !errors.Is(err, ErrLocked) && !errors.Is(err, ErrUnavailable) {
			_ = r.remove(context.WithoutCancel(ctx))
		}
	}()
	step := func(took *time.Duration, do func() error) {
		if err == nil {
			begun := time.Now()
			err = do()
			*took = time.Since(begun)
		}
	}
	step(&p.Write, func() error { return r.save(ctx, data) })
	step(&p.Read, func() error {
		read, err := r.load(ctx)
		if err == nil && !bytes.Equal(read, data) {
			err = errors.New("it gave back something else than was stored")
		}
		return err
	})
	step(&p.Delete, func() error { return r.remove(ctx) })
	if errors.Is(err, errNoItem) {
		err = errors.New("it has lost what was stored in it")
	}
	return p, err
}
