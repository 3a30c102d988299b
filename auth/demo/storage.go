package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// store is the memory of a stand-in, and the provider library's managers. What
// the library gets from it is always a copy, since it changes what it gets
// and saves it later, perhaps while another request does the same.
type store struct {
	cfg Config
	log *slog.Logger
	now func() time.Time

	mu           sync.Mutex
	path         string // of state.json; "" keeps nothing
	state        state
	interactions map[string]*goidc.AuthnSession // by id; gone after a restart, as is the page they belong to
	wecomCodes   map[string]wecomCode           // by code
	access       access
	reuses       int // see Server.Revoked
}

var (
	_ goidc.GrantManager        = (*store)(nil)
	_ goidc.AuthManager         = (*store)(nil)
	_ goidc.RefreshTokenManager = (*store)(nil)
	_ goidc.LogoutManager       = (*store)(nil)
	_ goidc.DeviceAuthManager   = (*store)(nil)
)

func openStore(cfg Config) (*store, error) {
	st := &store{
		cfg:          cfg,
		log:          cfg.Logger,
		now:          cfg.Clock,
		state:        emptyState(),
		interactions: make(map[string]*goidc.AuthnSession),
		wecomCodes:   make(map[string]wecomCode),
		access:       access{suspended: make(map[string]bool), denied: make(map[string]bool)},
	}
	if cfg.StateDir == "" {
		return st, nil
	}
	if err := os.MkdirAll(cfg.StateDir, 0o700); err != nil {
		return nil, fmt.Errorf("make the state folder: %w", err)
	}
	st.path = filepath.Join(cfg.StateDir, "state.json")

	kept, err := readState(st.path)
	if errors.Is(err, errDamagedState) {
		aside := st.path + ".damaged"
		st.log.Warn("demo: starting afresh: the state file could not be used", "error", err, "moved to", aside)
		if err := os.Rename(st.path, aside); err != nil {
			return nil, fmt.Errorf("put a damaged state file aside: %w", err)
		}
		return st, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the state file: %w", err)
	}
	st.state = kept
	return st, nil
}

// save writes the state down. A disk that fails costs the next run its
// sign-ins, so it is worth a line in the log but not this run's answer.
// st.mu must be held.
func (st *store) save() {
	st.state.prune(st.now())
	if st.path == "" {
		return
	}
	if err := writeState(st.path, st.state); err != nil {
		st.log.Error("demo: sign-ins will not survive a restart", "error", err)
	}
}

var errInvalidGrant = goidc.NewError(goidc.ErrorCodeInvalidGrant, "grant request is invalid")

// SaveGrant implements [goidc.GrantManager]. It applies the one change the
// library made to its copy; anything else that happened meanwhile stays.
func (st *store) SaveGrant(_ context.Context, from *goidc.Grant) error {
	st.mu.Lock()
	defer st.mu.Unlock()

	now := st.now()
	g, known := st.state.Grants[from.ID]
	switch {
	case !known:
		g = newGrant(from, now)
		st.state.Grants[from.ID] = g
	case from.RevokedAt != 0:
		g.revoke(now)
	case !g.RevokedAt.IsZero():
		return errInvalidGrant
	default:
		switch use := from.Store[useKey].(type) {
		case redeemedCode:
			if !g.Code.ConsumedAt.IsZero() {
				return errInvalidGrant // two redeemed it at once
			}
			g.Code.ConsumedAt = now
		case usedRefresh:
			st.consume(g, use.hash, now)
		}
		if from.RefreshToken != "" {
			g.RefreshTokens[hashed(from.RefreshToken)] = &refreshToken{ExpiresAt: g.until(now, st.cfg.RefreshTokenTTL)}
		}
	}
	st.save()
	return nil
}

// Grant implements [goidc.GrantManager].
func (st *store) Grant(_ context.Context, id string) (*goidc.Grant, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if g, ok := st.state.Grants[id]; ok {
		return g.forLibrary(id), nil
	}
	return nil, goidc.ErrNotFound
}

// GrantByAuthCode implements [goidc.AuthManager]. A redeemed code is still
// found, for the library to revoke what came of it (RFC 6749 §4.1.2).
func (st *store) GrantByAuthCode(ctx context.Context, code string) (*goidc.Grant, error) {
	st.mu.Lock()
	defer st.mu.Unlock()

	hash := hashed(code)
	for id, g := range st.state.Grants {
		if g.IsDevice || !same(g.Code.Hash, hash) || !g.RevokedAt.IsZero() {
			continue
		}
		if !st.now().Before(g.Code.ExpiresAt) {
			break
		}
		if !st.admit(ctx, g) {
			break
		}
		out := g.forLibrary(id)
		out.AuthCode = code
		out.Store[useKey] = redeemedCode{}
		// The library answers a code with the grant's refresh token. Made
		// here, it exists in plain text only in that answer.
		if slices.Contains(strings.Fields(g.Scopes), goidc.ScopeOfflineAccess.ID) {
			out.RefreshToken = newSecret()
		}
		return out, nil
	}
	return nil, goidc.ErrNotFound
}

// SaveToken implements [goidc.GrantManager]. An opaque token is its own id. One
// that resourceToken is to take the place of is not kept.
func (st *store) SaveToken(ctx context.Context, from *goidc.Token) error {
	st.mu.Lock()
	defer st.mu.Unlock()

	g, ok := st.state.Grants[from.GrantID]
	if !ok || !g.RevokedAt.IsZero() {
		return errInvalidGrant
	}
	if req := tokenRequestOf(ctx); req != nil && req.audience() != "" {
		return nil
	}
	now := st.now()
	g.AccessTokens[hashed(from.ID)] = &accessToken{
		Scopes:    from.Scopes,
		CreatedAt: now,
		ExpiresAt: now.Add(time.Duration(from.LifetimeSecs()) * time.Second),
	}
	st.save()
	return nil
}

// Token implements [goidc.GrantManager].
func (st *store) Token(_ context.Context, id string) (*goidc.Token, error) {
	st.mu.Lock()
	defer st.mu.Unlock()

	hash := hashed(id)
	for grantID, g := range st.state.Grants {
		t, ok := g.AccessTokens[hash]
		if !ok || !st.now().Before(t.ExpiresAt) {
			continue
		}
		return &goidc.Token{
			ID:        id,
			GrantID:   grantID,
			ClientID:  g.ClientID,
			Subject:   g.Subject,
			ExpiresAt: never,
			Format:    goidc.TokenFormatOpaque,
			Type:      goidc.TokenTypeBearer,
			Scopes:    t.Scopes,
		}, nil
	}
	return nil, goidc.ErrNotFound
}

// SaveLogoutSession implements [goidc.LogoutManager]. Signing out here takes
// one request, so there is nothing to remember between two.
func (st *store) SaveLogoutSession(context.Context, *goidc.LogoutSession) error { return nil }

// LogoutSession implements [goidc.LogoutManager].
func (st *store) LogoutSession(context.Context, string) (*goidc.LogoutSession, error) {
	return nil, goidc.ErrNotFound
}
