package demo

import (
	"context"
	"errors"
	"maps"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// errInteractionOver says that an interaction has been answered, or given up.
var errInteractionOver = errors.New("the interaction is over")

// maxInteractions bounds what pages never finished can cost.
const maxInteractions = 1000

// SaveSession implements [goidc.AuthManager]. An interaction is answered once:
// of two requests that try, the second fails.
func (st *store) SaveSession(_ context.Context, as *goidc.AuthnSession) error {
	st.mu.Lock()
	defer st.mu.Unlock()

	former, known := st.interactions[as.ID]
	switch {
	case !known:
		st.forgetInteractions()
		if as.DeviceCode != "" {
			as.UserCode = newUserCode() // the library has a form of its own for it
		}
	case former.Status != goidc.StatusPending:
		return errInteractionOver
	case as.Status == goidc.StatusPending:
		return nil // a copy from before the last update, unchanged since
	}
	kept := *as
	kept.Store = maps.Clone(as.Store)
	st.interactions[as.ID] = &kept
	return nil
}

// Session implements [goidc.AuthManager]. An interaction that is over is not
// found, so that no second code comes of it.
func (st *store) Session(_ context.Context, id string) (*goidc.AuthnSession, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	as := st.pending(id)
	if as == nil {
		return nil, goidc.ErrNotFound
	}
	out := *as
	out.Store = maps.Clone(as.Store)
	return &out, nil
}

// pending returns an interaction that waits for its person, or nil. st.mu
// must be held.
func (st *store) pending(id string) *goidc.AuthnSession {
	as, ok := st.interactions[id]
	if !ok || as.Status != goidc.StatusPending || st.interactionExpired(as) {
		return nil
	}
	return as
}

func (st *store) interactionExpired(as *goidc.AuthnSession) bool {
	return !st.now().Before(interactionOf(as).ExpiresAt)
}

// forgetInteractions drops those that expired, and the oldest where there are
// too many. st.mu must be held.
func (st *store) forgetInteractions() {
	var oldest *goidc.AuthnSession
	for id, as := range st.interactions {
		if st.interactionExpired(as) {
			delete(st.interactions, id)
		} else if oldest == nil || as.CreatedAt < oldest.CreatedAt {
			oldest = as
		}
	}
	if len(st.interactions) >= maxInteractions {
		delete(st.interactions, oldest.ID)
	}
}

// update changes a pending interaction, or reports that there is none.
func (st *store) update(id string, change func(*interaction)) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	as := st.pending(id)
	if as == nil {
		return false
	}
	it := interactionOf(as)
	change(&it)
	as.Store[interactionKey] = it
	return true
}
