package keychain

import (
	"bytes"
	"context"
	"slices"
	"sync"
)

// A Memory keeps sessions in memory, for as long as the program runs: for machines without a keychain, and for tests.
// Its methods behave as those of a [Keychain] that always answers. It is safe for concurrent use.
type Memory struct {
	mu       sync.Mutex
	sessions map[Key][]byte
	recent   []Key // keys of sessions, the one saved last first
}

// NewMemory returns an empty Memory.
func NewMemory() *Memory { return &Memory{sessions: make(map[Key][]byte)} }

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
	m.forget(key)
	m.sessions[key] = append([]byte{}, data...)
	m.recent = slices.Insert(m.recent, 0, key)
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
	m.forget(key)
	return nil
}

// Subjects returns the people with a session at the issuer for the client, the one saved last first.
func (m *Memory) Subjects(ctx context.Context, issuer, clientID string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, failure("list", issuer, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var subjects []string
	for _, key := range m.recent {
		if key.Issuer == issuer && key.ClientID == clientID {
			subjects = append(subjects, key.Subject)
		}
	}
	return subjects, nil
}

func (m *Memory) forget(key Key) {
	delete(m.sessions, key)
	m.recent = slices.DeleteFunc(m.recent, func(k Key) bool { return k == key })
}
