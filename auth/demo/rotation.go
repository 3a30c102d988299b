package demo

import (
	"context"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// Logto rotates the refresh token of a public client at every use. A consumed
// one works again within the grace, each use giving another usable token, so
// that a lost response can be retried. After the grace its use is taken for
// theft and costs the whole grant (FACTS, "Token endpoint").
const reuseGrace = 3 * time.Second

// A purpose is why a refresh token is looked up. The library looks one up in
// three places and says nothing of which; the request's context does.
type purpose int

const (
	// userinfo is the zero purpose. There the library would take a refresh
	// token for an access token, which Logto does not.
	userinfo purpose = iota
	refreshing
	revoking
)

type purposeKey struct{}

func withPurpose(ctx context.Context, p purpose) context.Context {
	return context.WithValue(ctx, purposeKey{}, p)
}

// GrantByRefreshToken implements [goidc.RefreshTokenManager].
func (st *store) GrantByRefreshToken(ctx context.Context, token string) (*goidc.Grant, error) {
	why, _ := ctx.Value(purposeKey{}).(purpose)
	if why == userinfo {
		return nil, goidc.ErrNotFound
	}
	st.mu.Lock()
	defer st.mu.Unlock()

	id, g, hash := st.findRefreshToken(token)
	if g == nil {
		return nil, goidc.ErrNotFound
	}
	out := g.forLibrary(id)
	if why == refreshing {
		if !st.admit(ctx, g) {
			return nil, goidc.ErrNotFound
		}
		now := st.now()
		if g.replayed(hash, now) {
			st.log.Warn("demo: a refresh token was used again after its grace: the grant is revoked", "grant", id)
			g.revoke(now)
			st.reuses++
			st.save()
			return nil, goidc.ErrNotFound
		}
		out.Store[useKey] = usedRefresh{hash}
	}
	return out, nil
}

// consumeRefreshToken marks a token as used without giving another.
func (st *store) consumeRefreshToken(token string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if _, g, hash := st.findRefreshToken(token); g != nil {
		st.consume(g, hash, st.now())
		st.save()
	}
}

// findRefreshToken finds a token that has not expired, consumed or not. g is
// nil where there is none. st.mu must be held.
func (st *store) findRefreshToken(token string) (id string, g *grant, hash string) {
	hash = hashed(token)
	for id, g := range st.state.Grants {
		if t, ok := g.RefreshTokens[hash]; ok && st.now().Before(t.ExpiresAt) {
			return id, g, hash
		}
	}
	return "", nil, ""
}

// replayed reports whether a token was consumed longer ago than the grace.
func (g *grant) replayed(hash string, now time.Time) bool {
	consumed := g.RefreshTokens[hash].ConsumedAt
	return !consumed.IsZero() && now.Sub(consumed) > reuseGrace
}

// consume marks a token as used, unless it is one that may be used again. The
// grace counts from the first use. st.mu must be held.
func (st *store) consume(g *grant, hash string, now time.Time) {
	if st.cfg.NoRotation {
		return
	}
	if t, ok := g.RefreshTokens[hash]; ok && t.ConsumedAt.IsZero() {
		t.ConsumedAt = now
	}
}
