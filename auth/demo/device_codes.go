package demo

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// SessionByUserCode implements [goidc.DeviceAuthManager].
func (st *store) SessionByUserCode(_ context.Context, code string) (*goidc.AuthnSession, error) {
	if as := st.byUserCode(code); as != nil {
		return as, nil
	}
	return nil, goidc.ErrNotFound
}

// byUserCode returns the interaction that waits for somebody with this code, or
// nil.
func (st *store) byUserCode(code string) *goidc.AuthnSession {
	code = plainUserCode(code)
	if code == "" {
		return nil
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	for id, as := range st.interactions {
		if as.DeviceCode != "" && same(plainUserCode(as.UserCode), code) && st.pending(id) != nil {
			out := *as
			out.Store = maps.Clone(as.Store)
			return &out
		}
	}
	return nil
}

// SessionByDeviceCode implements [goidc.DeviceAuthManager]: nobody has confirmed
// the code. The library knows no words for what else became of it, so the
// request is told.
func (st *store) SessionByDeviceCode(ctx context.Context, code string) (*goidc.AuthnSession, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	for id, as := range st.interactions {
		if as.DeviceCode == "" || !same(as.DeviceCode, code) {
			continue
		}
		switch {
		case as.Status == goidc.StatusFailure:
			refuse(ctx, newOIDCError("access_denied", "End-User aborted interaction"))
			delete(st.interactions, id) // told once
		case st.interactionExpired(as):
			refuse(ctx, newOIDCError("expired_token", ""))
		case as.Status == goidc.StatusPending:
			out := *as
			out.Store = maps.Clone(as.Store)
			out.ExpiresAt = never
			return &out, nil
		}
		break
	}
	return nil, goidc.ErrNotFound
}

// GrantByDeviceCode implements [goidc.DeviceAuthManager]. A redeemed code is
// still found, for the library to revoke what came of it, as Logto does.
func (st *store) GrantByDeviceCode(ctx context.Context, code string) (*goidc.Grant, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	hash := hashed(code)
	for id, g := range st.state.Grants {
		if !g.IsDevice || !same(g.Code.Hash, hash) || !g.RevokedAt.IsZero() {
			continue
		}
		if !st.now().Before(g.Code.ExpiresAt) {
			refuse(ctx, newOIDCError("expired_token", ""))
			break
		}
		if !st.admit(ctx, g) {
			break
		}
		out := g.forLibrary(id)
		out.DeviceCode = code
		out.Store[useKey] = redeemedCode{}
		if slices.Contains(strings.Fields(g.Scopes), goidc.ScopeOfflineAccess.ID) {
			out.RefreshToken = newSecret()
		}
		return out, nil
	}
	return nil, goidc.ErrNotFound
}

// decline ends an interaction without anybody signed in.
func (st *store) decline(id string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if as := st.pending(id); as != nil {
		as.Status = goidc.StatusFailure
	}
}

// refuse tells a token request how Logto answers.
func refuse(ctx context.Context, e oidcError) {
	if req := tokenRequestOf(ctx); req != nil && req.refusal == nil {
		req.refusal = &e
	}
}
