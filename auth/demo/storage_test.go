package demo

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// These tests are what two requests at once would do, one step after another.

func newStore(t *testing.T) (*store, *goidc.Grant) {
	t.Helper()
	st, err := openStore(Config{}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	g := &goidc.Grant{ID: "g", Subject: "s", ClientID: ClientID, Scopes: "openid offline_access", AuthCode: "the code"}
	if err := st.SaveGrant(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	return st, g
}

func mustFind(t *testing.T, find func(context.Context, string) (*goidc.Grant, error), p purpose, by string) *goidc.Grant {
	t.Helper()
	g, err := find(withPurpose(t.Context(), p), by)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestOnlyTheFirstRedeemsACode(t *testing.T) {
	st, _ := newStore(t)
	first := mustFind(t, st.GrantByAuthCode, userinfo, "the code")
	second := mustFind(t, st.GrantByAuthCode, userinfo, "the code")
	if first.RefreshToken == second.RefreshToken {
		t.Error("one refresh token for both")
	}
	if err := st.SaveGrant(t.Context(), first); err != nil {
		t.Error(err)
	}
	if err := st.SaveGrant(t.Context(), second); !errors.Is(err, errInvalidGrant) {
		t.Errorf("the second: %v", err)
	}
	if _, err := st.GrantByRefreshToken(withPurpose(t.Context(), refreshing), second.RefreshToken); !errors.Is(err, goidc.ErrNotFound) {
		t.Errorf("the second's refresh token: %v", err)
	}
}

func TestRefreshUnderWayDoesNotUndoARevocation(t *testing.T) {
	st, _ := newStore(t)
	redeemed := mustFind(t, st.GrantByAuthCode, userinfo, "the code")
	if err := st.SaveGrant(t.Context(), redeemed); err != nil {
		t.Fatal(err)
	}
	underWay := mustFind(t, st.GrantByRefreshToken, refreshing, redeemed.RefreshToken)

	revoked := mustFind(t, st.GrantByRefreshToken, revoking, redeemed.RefreshToken)
	revoked.RevokedAt = int(time.Now().Unix())
	if err := st.SaveGrant(t.Context(), revoked); err != nil {
		t.Fatal(err)
	}

	underWay.RefreshToken = "another"
	if err := st.SaveGrant(t.Context(), underWay); !errors.Is(err, errInvalidGrant) {
		t.Errorf("the refresh is saved: %v", err)
	}
	if err := st.SaveToken(t.Context(), &goidc.Token{ID: "t", GrantID: underWay.ID}); !errors.Is(err, errInvalidGrant) {
		t.Errorf("its access token is saved: %v", err)
	}
}

func TestInteractionKeepsWhatHappenedLast(t *testing.T) {
	st, _ := newStore(t)
	begun := &goidc.AuthnSession{ID: "i", Status: goidc.StatusPending, Store: map[string]any{
		interactionKey: interaction{ExpiresAt: time.Now().Add(time.Minute)},
	}}
	if err := st.SaveSession(t.Context(), begun); err != nil {
		t.Fatal(err)
	}
	load := func() *goidc.AuthnSession {
		as, err := st.Session(t.Context(), "i")
		if err != nil {
			t.Fatal(err)
		}
		return as
	}
	stale := load()
	st.update("i", func(it *interaction) { it.WeComState = "changed" })
	if err := st.SaveSession(t.Context(), stale); err != nil || interactionOf(load()).WeComState != "changed" {
		t.Errorf("a page that was only looked at undid what another did: %v", err)
	}

	first, second := load(), load()
	first.Status, second.Status = goidc.StatusSuccess, goidc.StatusSuccess
	if err := st.SaveSession(t.Context(), first); err != nil {
		t.Error(err)
	}
	if err := st.SaveSession(t.Context(), second); !errors.Is(err, errInteractionOver) {
		t.Errorf("it is answered twice: %v", err)
	}
}

func TestLibraryGetsCopies(t *testing.T) {
	st, _ := newStore(t)
	found := mustFind(t, st.Grant, userinfo, "g")
	found.Scopes, found.Store[authTimeKey] = "changed", "changed"
	if again := mustFind(t, st.Grant, userinfo, "g"); again.Scopes == "changed" || again.Store[authTimeKey] == "changed" {
		t.Error("a change the library made to its copy got through")
	}
}
