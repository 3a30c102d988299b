package doctor

import (
	"context"
	"slices"
)

var (
	refreshTokenOK       = outcome{"refresh-token.ok", OK, "{{.Host}} offers refresh tokens, and took a request for one; the sign-in will show whether it gives one", ""}
	refreshTokenUnlisted = outcome{"refresh-token.unlisted", Warning, "{{.Host}} does not say whether it gives refresh tokens, with which a session lasts", "Sign in, and look how long the session lasts; if that is an hour, have the provider's administrator allow offline_access."}
	refreshTokenScope    = outcome{"refresh-token.scope", Warning, "{{.Host}} does not offer the scope offline_access, so a session lasts only as long as its first access token", "Have the provider's administrator allow offline_access."}
	refreshTokenGrant    = outcome{"refresh-token.grant", Warning, "{{.Host}} does not offer the grant refresh_token, so a session lasts only as long as its first access token", "Have the provider's administrator allow refresh tokens."}
)

// refreshToken tells what can be known of it before anybody signs in: what the
// provider says of itself, and that client's request with offline_access and
// prompt=consent, without both of which Logto gives none, was not refused.
func (e *examination) refreshToken(context.Context) Check {
	params := Params{"Host": quote(hostOf(e.provider.TokenEndpoint))}
	looked := "what " + params["Host"] + " says of itself, and its answer to the App ID"
	m := e.provider
	switch {
	case len(m.Scopes) > 0 && !slices.Contains(m.Scopes, "offline_access"):
		return refreshTokenScope.check(looked, params, nil)
	case len(m.GrantTypes) > 0 && !slices.Contains(m.GrantTypes, "refresh_token"):
		return refreshTokenGrant.check(looked, params, nil)
	case len(m.Scopes) == 0 || len(m.GrantTypes) == 0:
		return refreshTokenUnlisted.check(looked, params, nil)
	}
	return refreshTokenOK.check(looked, params, nil)
}
