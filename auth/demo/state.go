package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// stateVersion changes when an older file can no longer be read.
const stateVersion = 1

// state is what survives a restart, and exactly what state.json holds. Every
// secret in it but the signing keys is a hash.
type state struct {
	Version  int                        `json:"version"`
	Keys     []jose.JSONWebKey          `json:"keys"`
	Grants   map[string]*grant          `json:"grants"`   // by grant id
	Sessions map[string]*browserSession `json:"sessions"` // by hashed cookie
}

func emptyState() state {
	return state{
		Version:  stateVersion,
		Grants:   make(map[string]*grant),
		Sessions: make(map[string]*browserSession),
	}
}

// prune forgets what can no longer matter to anybody.
func (st *state) prune(now time.Time) {
	for id, g := range st.Grants {
		g.prune(now)
		if g.spent(now) {
			delete(st.Grants, id)
		}
	}
	for id, session := range st.Sessions {
		if !now.Before(session.ExpiresAt) {
			delete(st.Sessions, id)
		}
	}
}

// errDamagedState says that a state file is there and cannot be used.
var errDamagedState = errors.New("damaged state file")

// readState reads the file at path. A missing file is an empty state.
func readState(path string) (state, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return emptyState(), nil
	}
	if err != nil {
		return state{}, err
	}
	st := emptyState()
	if err := json.Unmarshal(data, &st); err != nil {
		return state{}, fmt.Errorf("%w: %w", errDamagedState, err)
	}
	if st.Version != stateVersion {
		return state{}, fmt.Errorf("%w: version %d, not %d", errDamagedState, st.Version, stateVersion)
	}
	if err := st.check(); err != nil {
		return state{}, fmt.Errorf("%w: %w", errDamagedState, err)
	}
	return st, nil
}

// check refuses what JSON allows and the rest of the package relies upon not
// to be there.
func (st *state) check() error {
	for _, key := range st.Keys {
		if !key.Valid() || key.IsPublic() {
			return errors.New("a signing key that cannot sign")
		}
	}
	for id, g := range st.Grants {
		if g == nil || !complete(g.RefreshTokens) || !complete(g.AccessTokens) {
			return fmt.Errorf("grant %s is incomplete", id)
		}
	}
	if st.Grants == nil || !complete(st.Sessions) {
		return errors.New("grants or sessions are missing")
	}
	return nil
}

// complete reports whether m is there and has no nil in it.
func complete[T any](m map[string]*T) bool {
	for _, v := range m {
		if v == nil {
			return false
		}
	}
	return m != nil
}

// writeState replaces the file at path so that a reader, or the next run after
// a power cut, finds the old state or the new one and never half of either.
func writeState(path string, st state) (err error) {
	data, err := json.MarshalIndent(st, "", "\t")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".state-*.json") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
