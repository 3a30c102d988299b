package keychain

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
)

// A Memory stores records in memory, for as long as the program runs: for machines without a keychain, and for tests.
// Its methods behave as those of a [Keychain] that always answers. It is safe for concurrent use.
type Memory struct {
	mu      sync.Mutex
	records map[string][]byte
	locks   map[string]chan struct{} // each holds a token while the lock is taken
	watches map[string][]chan struct{}
}

// NewMemory returns an empty Memory.
func NewMemory() *Memory {
	return &Memory{
		records: make(map[string][]byte),
		locks:   make(map[string]chan struct{}),
		watches: make(map[string][]chan struct{}),
	}
}

// Place is "memory".
func (m *Memory) Place() string { return "memory" }

// Read returns a copy of the record of that name, nil if there is none.
func (m *Memory) Read(ctx context.Context, name string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, failure("read", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.Clone(m.records[name]), nil
}

// Write stores a copy of data as the record of that name, or removes the record where there is no data. Errors: [ErrTooLarge].
func (m *Memory) Write(ctx context.Context, name string, data []byte) error {
	err := checkWrite(name, data)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return failure("write", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(data) == 0 {
		delete(m.records, name)
	} else {
		m.records[name] = bytes.Clone(data)
	}
	for _, changed := range m.watches[name] {
		select {
		case changed <- struct{}{}:
		default: // a change is waiting to be taken already
		}
	}
	return nil
}

// Lock takes the lock of that name until unlock is called, which may be called more than once. It waits until ctx is done; if
// somebody else holds the lock by then, the error is [ErrBusy] as well as that of ctx.
func (m *Memory) Lock(ctx context.Context, name string) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, failure("lock", err)
	}
	m.mu.Lock()
	lock, ok := m.locks[name]
	if !ok {
		lock = make(chan struct{}, 1)
		m.locks[name] = lock
	}
	m.mu.Unlock()
	select {
	case lock <- struct{}{}:
		return sync.OnceFunc(func() { <-lock }), nil
	case <-ctx.Done():
		return nil, failure("lock", fmt.Errorf("%w: %w", ErrBusy, ctx.Err()))
	}
}

// Watch returns a channel that gets a value when the record of that name is written. Values that nobody has taken yet become
// one. When ctx is done the channel is closed, and by then nothing of Watch runs any more.
func (m *Memory) Watch(ctx context.Context, name string) <-chan struct{} {
	changed := make(chan struct{}, 1)
	m.mu.Lock()
	m.watches[name] = append(m.watches[name], changed)
	m.mu.Unlock()
	context.AfterFunc(ctx, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.watches[name] = slices.DeleteFunc(m.watches[name], func(c chan struct{}) bool { return c == changed })
		close(changed)
	})
	return changed
}
