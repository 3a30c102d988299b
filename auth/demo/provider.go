package demo

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/luikyv/go-oidc/pkg/provider"
)

// interactionTTL is how long a person may take to sign in.
const interactionTTL = time.Hour

// logtoScopes are Logto's own (FACTS, "Claims").
var logtoScopes = []string{
	"openid", "offline_access", "profile", "email", "phone", "address", "custom_data", "identities", "roles",
	organizationsScope, organizationRolesScope, "urn:logto:scope:sessions",
}

// newProvider sets the library up to be as much of a Logto as its options
// allow. The issuer ends in /oidc and paths are given without it; routes puts
// the handler there.
func (s *Server) newProvider() (*provider.Provider, error) {
	secret := func(context.Context) string { return newSecret() }
	algs := s.keys.algorithms()
	var scopes []goidc.Scope
	for _, id := range s.cfg.scopeIDs() {
		scopes = append(scopes, goidc.NewScope(id))
	}

	options := []provider.Option{
		provider.WithAuthorizeEndpoint("/auth"),
		provider.WithTokenEndpoint("/token"),
		provider.WithUserInfoEndpoint("/me"),
		provider.WithJWKSEndpoint("/jwks"),
		provider.WithTokenRevocationEndpoint("/token/revocation"),
		provider.WithLogoutEndpoint("/session/end"),

		provider.WithStaticClients(s.clients()[0], s.clients()[1:]...),
		provider.WithTokenAuthnMethods(goidc.AuthnMethodNone, goidc.AuthnMethodSecretBasic),
		provider.WithVerifyClientSecretFunc(verifyClientSecret),

		provider.WithAuthCodeGrant(s.store, goidc.ResponseTypeCode),
		provider.WithAuthCodeFunc(secret),
		provider.WithAuthCodeLifetime(int(codeTTL.Seconds())),
		provider.WithPKCE(goidc.CodeChallengeMethodSHA256),
		provider.WithIssuerResponseParameter(),
		provider.WithAuthnSessionIDFunc(secret),
		provider.WithAuthTimeout(int(interactionTTL.Seconds())),
		provider.WithPolicies(
			goidc.NewPolicy("device", s.beginDevice, s.authenticateDevice),
			goidc.NewPolicy("logto", s.beginInteraction, s.authenticate),
		),
		provider.WithRenderErrorFunc(s.renderError),
		provider.WithHandleErrorFunc(s.logError),

		provider.WithScopes(scopes...),
		provider.WithClaims(claims[0], claims[1:]...),
		provider.WithResourceIndicators(organizationsResource, s.cfg.indicators()...),
		provider.WithIDTokenSignatureAlgs(s.keys.current().signatureAlgorithm(), algs...),
		provider.WithIDTokenLifetime(int(s.cfg.IDTokenTTL.Seconds())),
		provider.WithIDTokenClaims(s.idTokenClaims),
		provider.WithUserInfoClaims(s.userinfoClaims),
		provider.WithTokenOptions(s.accessTokenOptions),
		provider.WithOpaqueTokenFunc(func(context.Context, *goidc.Grant) string { return newSecret() }),

		provider.WithDeviceGrant(s.store, s.promptUserCode, s.showDeviceDone),
		provider.WithDeviceCodeFunc(secret),

		provider.WithRefreshTokenGrant(s.store),
		provider.WithRefreshTokenFunc(secret),
		// The store makes the first one, when the code is redeemed.
		provider.WithRefreshTokenShouldIssueFunc(func(context.Context, *goidc.Client, *goidc.Grant) bool { return false }),

		provider.WithTokenRevocation(func(context.Context, *goidc.Client) bool { return true }),
		provider.WithTokenRevocationDeleteGrantOnAccessToken(),

		provider.WithLogout(s.store, s.showSignedOut),
		provider.WithLogoutPolicies(goidc.NewLogoutPolicy("logto",
			func(*http.Request, *goidc.LogoutSession) bool { return true }, s.signOut)),

		// No client here authenticates with a JWT. Without this the library
		// complains on the default logger at every start.
		provider.WithConsumeJTIFunc(func(context.Context, string) error { return nil }),
	}
	if !s.cfg.NoRotation {
		options = append(options, provider.WithRefreshTokenRotation())
	}
	return provider.New(s.issuer, s.store, s.privateKeys, options...)
}

// clients are the applications registered at the stand-in.
func (s *Server) clients() []*goidc.Client {
	register := func(id string, meta goidc.ClientMeta) *goidc.Client {
		if meta.GrantTypes == nil {
			meta.GrantTypes = []goidc.GrantType{goidc.GrantAuthorizationCode, goidc.GrantRefreshToken}
			meta.ResponseTypes = []goidc.ResponseType{goidc.ResponseTypeCode}
		}
		meta.PostLogoutRedirectURIs = s.cfg.PostLogoutRedirectURIs
		meta.ScopeIDs = strings.Join(s.cfg.scopeIDs(), " ")
		return &goidc.Client{ID: id, ClientMeta: meta}
	}
	clients := []*goidc.Client{register(ClientID, goidc.ClientMeta{
		Name:             "Doorkey demo",
		ApplicationType:  goidc.ApplicationTypeNative,
		TokenAuthnMethod: goidc.AuthnMethodNone,
		RedirectURIs:     []string{"http://127.0.0.1/callback", "http://[::1]/callback"},
	}), register(DeviceClientID, goidc.ClientMeta{
		Name:             "Doorkey demo, device flow",
		ApplicationType:  goidc.ApplicationTypeNative,
		TokenAuthnMethod: goidc.AuthnMethodNone,
		GrantTypes:       []goidc.GrantType{goidc.GrantDeviceCode, goidc.GrantRefreshToken},
	})}
	if web := s.cfg.Web; web != nil {
		client := register(web.ID, goidc.ClientMeta{
			Name:             web.ID,
			ApplicationType:  goidc.ApplicationTypeWeb,
			TokenAuthnMethod: goidc.AuthnMethodSecretBasic,
			RedirectURIs:     []string{web.RedirectURI},
		})
		client.Secret = web.Secret
		clients = append(clients, client)
	}
	return clients
}

// isNative reports whether id is a public client.
func (s *Server) isNative(id string) bool { return id == ClientID || id == DeviceClientID }

// verifyClientSecret undoes the form encoding that client_secret_basic asks
// for (RFC 6749 §2.3.1) and the library leaves on.
func verifyClientSecret(_ context.Context, stored, presented string) error {
	decoded, err := url.QueryUnescape(presented)
	if err != nil || !same(stored, decoded) {
		return goidc.NewError(goidc.ErrorCodeInvalidClient, "client authentication failed")
	}
	return nil
}

// privateKeys implements [goidc.JWKSFunc].
func (s *Server) privateKeys(context.Context) (goidc.JSONWebKeySet, error) {
	var set goidc.JSONWebKeySet
	for _, key := range s.keys {
		set.Keys = append(set.Keys, key.JSONWebKey)
	}
	return set, nil
}

func (s *Server) accessTokenOptions(context.Context, *goidc.Grant, *goidc.Client) goidc.TokenOptions {
	return goidc.NewOpaqueTokenOptions(int(s.cfg.AccessTokenTTL.Seconds()))
}

func (s *Server) logError(_ context.Context, err error) {
	s.log.Debug("demo: request refused", "error", err)
}
