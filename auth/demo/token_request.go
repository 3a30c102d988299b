package demo

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// tokenRequest is what a request at the token endpoint says and the provider
// library does not ask about. It travels in the request's context: the store
// is asked for the grant after the client has been authenticated and before
// anything is consumed, the place where Logto refuses.
type tokenRequest struct {
	clientID     string
	resources    []string
	organization string // id; "" except in a refresh

	// grant is what the store found, unless it refused.
	grant grantedAccess

	// refusal is set where the grant is there and Logto would still refuse.
	// The library knows no such answer and is told that there is no grant.
	refusal *oidcError
}

// grantedAccess is what an access token is made from.
type grantedAccess struct {
	subject   string
	resources []string
}

type tokenRequestKey struct{}

// newTokenRequest also returns r with the tokenRequest in it. The form of r
// must have been parsed.
func newTokenRequest(r *http.Request) (*tokenRequest, *http.Request) {
	basicID, _, _ := r.BasicAuth()
	req := &tokenRequest{
		clientID:  cmp.Or(r.PostForm.Get("client_id"), basicID),
		resources: r.PostForm["resource"],
	}
	if r.PostForm.Get("grant_type") == string(goidc.GrantRefreshToken) {
		req.organization = r.PostForm.Get("organization_id")
	}
	ctx := context.WithValue(withPurpose(r.Context(), refreshing), tokenRequestKey{}, req)
	return req, r.WithContext(ctx)
}

// tokenRequestOf returns nil where ctx is not of the token endpoint.
func tokenRequestOf(ctx context.Context) *tokenRequest {
	req, _ := ctx.Value(tokenRequestKey{}).(*tokenRequest)
	return req
}

// audience is whom the access token is for. "" is the stand-in itself, whose
// userinfo endpoint takes opaque tokens.
func (req *tokenRequest) audience() string {
	switch {
	case len(req.resources) > 0:
		return req.resources[0]
	case req.organization != "":
		return organizationAudience + req.organization
	}
	return ""
}

// admit reports whether a token request may use a grant, and tells the request
// what there is to use or why not. st.mu must be held.
func (st *store) admit(ctx context.Context, g *grant) bool {
	req := tokenRequestOf(ctx)
	if req == nil || req.clientID != g.ClientID {
		return true // the library sees to that
	}
	if req.refusal = st.refusal(req, g); req.refusal != nil {
		return false
	}
	req.grant = grantedAccess{g.Subject, slices.Clone(g.Resources)}
	return true
}

func (st *store) refusal(req *tokenRequest, g *grant) *oidcError {
	if e := st.access.refusal(g.Subject); e != nil {
		return e
	}
	if req.organization == "" {
		return nil
	}
	if !slices.Contains(strings.Fields(g.Scopes), organizationsScope) {
		e := newOIDCError("insufficient_scope", "refresh token missing required scope")
		return &e
	}
	p, _ := personByID(g.Subject)
	if _, ok := st.cfg.organizationOf(p, req.organization); !ok {
		e := newOIDCError("access_denied", "user is not a member of the organization")
		e.status = http.StatusForbidden
		return &e
	}
	return nil
}
