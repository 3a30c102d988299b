package demo

import (
	"math"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

const (
	codeTTL  = 60 * time.Second
	grantTTL = 180 * 24 * time.Hour

	// revokedGrantTTL is longer than any request takes.
	revokedGrantTTL = time.Hour
)

// grant is what one sign-in allowed one application, with every token that
// came of it. The library's own Grant has room for a single refresh token in
// plain text, too little for rotation with a grace and too much for a file.
type grant struct {
	Subject   string    `json:"subject"`
	ClientID  string    `json:"client_id"`
	Scopes    string    `json:"scopes"`
	Resources []string  `json:"resources,omitempty"`
	Nonce     string    `json:"nonce,omitempty"`
	MaxAge    *int      `json:"max_age,omitempty"` // seconds, as sent; nil where it was not
	AuthTime  time.Time `json:"auth_time"`
	CreatedAt time.Time `json:"created_at"`

	// RevokedAt, once set, leaves the grant without a token. The empty grant
	// is kept a while, so that a refresh under way does not bring it back.
	RevokedAt time.Time `json:"revoked_at,omitzero"`

	Code          authorizationCode        `json:"code"`
	IsDevice      bool                     `json:"device,omitempty"` // Code is a device code
	RefreshTokens map[string]*refreshToken `json:"refresh_tokens"`   // by hash
	AccessTokens  map[string]*accessToken  `json:"access_tokens"`    // by hash
}

type authorizationCode struct {
	Hash          string    `json:"hash"`
	RedirectURI   string    `json:"redirect_uri"`
	CodeChallenge string    `json:"code_challenge,omitempty"`
	ExpiresAt     time.Time `json:"expires_at"`
	ConsumedAt    time.Time `json:"consumed_at,omitzero"`
}

type refreshToken struct {
	ExpiresAt  time.Time `json:"expires_at"`
	ConsumedAt time.Time `json:"consumed_at,omitzero"` // its first use
}

type accessToken struct {
	Scopes    string    `json:"scopes"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// newGrant takes from the library what it made of a sign-in.
func newGrant(from *goidc.Grant, now time.Time) *grant {
	authTime, _ := from.Store[authTimeKey].(time.Time)
	g := &grant{
		Subject:   from.Subject,
		ClientID:  from.ClientID,
		Scopes:    from.Scopes,
		Resources: from.Resources,
		Nonce:     from.AuthParams.Nonce,
		MaxAge:    from.AuthParams.MaxAuthnAgeSecs,
		AuthTime:  authTime,
		CreatedAt: now,
		Code: authorizationCode{
			Hash:          hashed(from.AuthCode),
			RedirectURI:   from.AuthParams.RedirectURI,
			CodeChallenge: from.AuthParams.CodeChallenge,
			ExpiresAt:     now.Add(codeTTL),
		},
		RefreshTokens: make(map[string]*refreshToken),
		AccessTokens:  make(map[string]*accessToken),
	}
	if from.DeviceCode != "" {
		it, _ := from.Store[interactionKey].(interaction)
		g.IsDevice = true
		g.Code = authorizationCode{Hash: hashed(from.DeviceCode), ExpiresAt: it.ExpiresAt}
		g.Nonce = "" // Logto's ID tokens of the device flow have none
		g.MaxAge = nil
	}
	return g
}

// The library compares times with a clock of its own, which may differ from
// the stand-in's by years. So it is told of none: what it sees has not expired,
// and what has happened, happened at some time.
const (
	never    = math.MaxInt
	sometime = 1
)

// forLibrary is the copy of a grant that the library works on.
func (g *grant) forLibrary(id string) *goidc.Grant {
	out := &goidc.Grant{
		ID:        id,
		CreatedAt: sometime,
		Subject:   g.Subject,
		ClientID:  g.ClientID,
		Scopes:    g.Scopes,
		Resources: append(goidc.Resources{}, g.Resources...), // nil would be any
		AuthParams: goidc.AuthorizationParameters{
			RedirectURI:     g.Code.RedirectURI,
			Nonce:           g.Nonce,
			MaxAuthnAgeSecs: g.MaxAge,
			CodeChallenge:   g.Code.CodeChallenge,
		},
		AuthCodeExpiresAt: never,
		Store:             map[string]any{authTimeKey: g.AuthTime},
	}
	if g.Code.CodeChallenge != "" {
		out.AuthParams.CodeChallengeMethod = goidc.CodeChallengeMethodSHA256
	}
	if g.IsDevice {
		out.DeviceCodeExpiresAt = never
	}
	switch {
	case g.Code.ConsumedAt.IsZero():
	case g.IsDevice:
		out.DeviceCodeConsumedAt = sometime
	default:
		out.AuthCodeConsumedAt = sometime
	}
	if !g.RevokedAt.IsZero() {
		out.RevokedAt = sometime
	}
	return out
}

// useKey is where a Grant handed to the library says, in its Store, what it
// was looked up by. SaveGrant is told nothing else about that.
const useKey = "doorkey.use"

type (
	redeemedCode struct{}
	usedRefresh  struct{ hash string }
)

// authTimeKey is where a Grant or AuthnSession keeps when the person signed in.
const authTimeKey = "doorkey.auth_time"

// until is when a token of this grant expires that would live for ttl.
func (g *grant) until(now time.Time, ttl time.Duration) time.Time {
	expires, last := now.Add(ttl), g.CreatedAt.Add(grantTTL)
	if expires.After(last) {
		return last
	}
	return expires
}

// revoke ends every token of the grant.
func (g *grant) revoke(now time.Time) {
	if g.RevokedAt.IsZero() {
		g.RevokedAt = now
	}
	clear(g.RefreshTokens)
	clear(g.AccessTokens)
}

// prune forgets expired tokens. A consumed refresh token is remembered for
// as long as it would have lived, for its use to be noticed.
func (g *grant) prune(now time.Time) {
	for hash, t := range g.RefreshTokens {
		if !now.Before(t.ExpiresAt) {
			delete(g.RefreshTokens, hash)
		}
	}
	for hash, t := range g.AccessTokens {
		if !now.Before(t.ExpiresAt) {
			delete(g.AccessTokens, hash)
		}
	}
}

// spent reports whether nothing can come of the grant any more.
func (g *grant) spent(now time.Time) bool {
	if !g.RevokedAt.IsZero() {
		return now.Sub(g.RevokedAt) > revokedGrantTTL
	}
	return len(g.RefreshTokens) == 0 && len(g.AccessTokens) == 0 && !now.Before(g.Code.ExpiresAt)
}
