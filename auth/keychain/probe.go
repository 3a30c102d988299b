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
	Items int // how many items of the keychain that took

	Write, Read, Delete time.Duration
}

// probeSize is about what one account takes.
const probeSize = 3000

// tidying is how long Probe goes on for the sake of order, once its caller has
// changed its mind.
const tidying = 2 * time.Second

// Probe finds out whether the keychain keeps what is stored in it: it writes
// random bytes as a record, reads them back and removes them.
//
// Nothing is left behind, also where ctx is done meanwhile: Probe takes up to two
// seconds more then. What a keychain stores late, once somebody has answered its
// prompt, is removed at once, or where the program has ended by then, by the next
// Probe of any program.
//
// Errors: [ErrUnavailable], [ErrLocked], [ErrTimeout].
func (k *Keychain) Probe(ctx context.Context) (Probed, error) {
	// One program at a time, so that all can use one name, under which each finds
	// what another has left behind.
	limited, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	unlock, err := k.Lock(limited, probeName)
	if err != nil {
		return Probed{}, fmt.Errorf("keychain: probe: %w", err)
	}
	defer unlock()
	var begun atomic.Bool
	tidy := make(chan struct{})
	probed, err := call(ctx, k, func(ctx context.Context) (Probed, error) {
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

const probeName = "probe"

func (k *Keychain) probe(ctx context.Context) (p Probed, err error) {
	v := value{k.items, probeName}
	data := make([]byte, probeSize)
	rand.Read(data) // never fails
	p.Size, p.Items = len(data), 1
	if limit := k.items.limit; limit > 0 && len(data) > limit {
		p.Items = 1 + (len(data)+limit-1)/limit // the head, and the parts
	}

	defer func() {
		// Where it is locked, or not there, there is nothing to remove, and to
		// try would put up another prompt.
		if err != nil && !errors.Is(err, ErrLocked) && !errors.Is(err, ErrUnavailable) {
			_ = v.write(context.WithoutCancel(ctx), nil)
		}
	}()
	step := func(took *time.Duration, do func() error) {
		if err == nil {
			begun := time.Now()
			err = do()
			*took = time.Since(begun)
		}
	}
	step(&p.Write, func() error { return v.write(ctx, data) })
	step(&p.Read, func() error {
		read, err := v.read(ctx)
		switch {
		case err == nil && read == nil:
			return errors.New("it has lost what was stored in it")
		case err == nil && !bytes.Equal(read, data):
			return errors.New("it gave back something other than what was stored")
		}
		return err
	})
	step(&p.Delete, func() error { return v.write(ctx, nil) })
	return p, err
}
