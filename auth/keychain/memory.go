package keychain

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
)

// A Memory keeps sessions in memory, for as long as the program runs: for machines without a keychain, and for tests.
// Its methods behave as those of a [Keychain] that always answers. It is safe for concurrent use.
type Memory struct {
	mu       sync.Mutex
	sessions map[Key][]byte
	added    []Key                      // keys of sessions, the one added last first
	current  map[string]string          // subjects with a session, by pair
	locks    map[Key]chan struct{}      // each holds a token while the session is locked
	watches  map[string][]chan struct{} // by pair
}

// NewMemory returns an empty Memory.
func NewMemory() *Memory {
	return &Memory{
		sessions: make(map[Key][]byte),
		current:  make(map[string]string),
		locks:    make(map[Key]chan struct{}),
		watches:  make(map[string][]chan struct{}),
	}
}

// Save stores a copy of data as the session of key. Errors: [ErrTooLarge].
func (m *Memory) Save(ctx context.Context, key Key, data []byte) error {
	err := checkSave(key, data)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return failure("save", key.Issuer, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.sessions[key]; !there {
		m.added = slices.Insert(m.added, 0, key)
	}
	m.sessions[key] = append([]byte{}, data...)
	m.announce(key)
	return nil
}

// Load returns a copy of the session of key. Errors: [ErrNotFound].
func (m *Memory) Load(ctx context.Context, key Key) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, failure("load", key.Issuer, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.sessions[key]
	if !ok {
		return nil, failure("load", key.Issuer, ErrNotFound)
	}
	return bytes.Clone(data), nil
}

// Delete removes the session of key. To delete what is not there is no error.
func (m *Memory) Delete(ctx context.Context, key Key) error {
	if err := ctx.Err(); err != nil {
		return failure("delete", key.Issuer, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.sessions[key]; !there {
		return nil
	}
	delete(m.sessions, key)
	m.added = slices.DeleteFunc(m.added, func(k Key) bool { return k == key })
	if m.current[key.pair()] == key.Subject {
		delete(m.current, key.pair())
	}
	m.announce(key)
	return nil
}

// Subjects returns the people with a session at the issuer for the client, the one added last first.
func (m *Memory) Subjects(ctx context.Context, issuer, clientID string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, failure("list", issuer, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var subjects []string
	for _, key := range m.added {
		if key.Issuer == issuer && key.ClientID == clientID {
			subjects = append(subjects, key.Subject)
		}
	}
	return subjects, nil
}

// Current returns who is current at the issuer for the client, or "".
func (m *Memory) Current(ctx context.Context, issuer, clientID string) (subject string, err error) {
	if err := ctx.Err(); err != nil {
		return "", failure("who is current", issuer, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.current[Key{Issuer: issuer, ClientID: clientID}.pair()], nil
}

// SetCurrent makes the subject of key current, or nobody where it is empty. Errors: [ErrNotFound].
func (m *Memory) SetCurrent(ctx context.Context, key Key) error {
	if err := ctx.Err(); err != nil {
		return failure("set who is current", key.Issuer, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if key.Subject == "" {
		if m.current[key.pair()] != "" {
			delete(m.current, key.pair())
			m.announce(key)
		}
		return nil
	}
	if _, there := m.sessions[key]; !there {
		return failure("set who is current", key.Issuer, ErrNotFound)
	}
	m.current[key.pair()] = key.Subject
	m.announce(key)
	return nil
}

// Lock takes the session of key for one caller alone, until unlock is called, which may be called more than once. It waits until
// ctx is done; the error is then that of ctx.
func (m *Memory) Lock(ctx context.Context, key Key) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, failure("lock", key.Issuer, err)
	}
	m.mu.Lock()
	lock, ok := m.locks[key]
	if !ok {
		lock = make(chan struct{}, 1)
		m.locks[key] = lock
	}
	m.mu.Unlock()
	select {
	case lock <- struct{}{}:
		return sync.OnceFunc(func() { <-lock }), nil
	case <-ctx.Done():
		return nil, failure("lock", key.Issuer, fmt.Errorf("another goroutine is renewing it: %w", ctx.Err()))
	}
}

// Watch returns a channel that gets a value when a session of the issuer and client is saved or deleted, or who is current set.
// Values nobody has taken yet become one. When ctx is done the channel is closed, and by then nothing of Watch runs any more.
func (m *Memory) Watch(ctx context.Context, issuer, clientID string) <-chan struct{} {
	changed := make(chan struct{}, 1)
	pair := Key{Issuer: issuer, ClientID: clientID}.pair()
	m.mu.Lock()
	m.watches[pair] = append(m.watches[pair], changed)
	m.mu.Unlock()
	context.AfterFunc(ctx, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.watches[pair] = slices.DeleteFunc(m.watches[pair], func(c chan struct{}) bool { return c == changed })
		close(changed)
	})
	return changed
}

// announce tells every Watch of the issuer and client of key. The caller holds mu.
func (m *Memory) announce(key Key) {
	for _, changed := range m.watches[key.pair()] {
		select {
		case changed <- struct{}{}:
		default: // it is told of a change already
		}
	}
}
