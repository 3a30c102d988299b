package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// asymmetric are the algorithms whose signature only the provider can make:
// all that go-oidc knows, so neither none nor HS*.
var asymmetric = map[string]bool{
	oidc.RS256: true, oidc.RS384: true, oidc.RS512: true,
	oidc.ES256: true, oidc.ES384: true, oidc.ES512: true,
	oidc.PS256: true, oidc.PS384: true, oidc.PS512: true,
	oidc.EdDSA: true,
}

// newVerifier returns what makes the verifier of a client's ID tokens. It
// accepts the algorithms that discovery lists. A provider that lists none is
// held to RS256, which every provider must support (OpenID Connect Core §15.1).
func newVerifier(issuer string, keys oidc.KeySet, advertised []string, now func() time.Time) (func(clientID string) *oidc.IDTokenVerifier, error) {
	var algs []string
	for _, alg := range advertised {
		if asymmetric[alg] {
			algs = append(algs, alg)
		}
	}
	if len(advertised) == 0 {
		algs = []string{oidc.RS256}
	}
	if len(algs) == 0 {
		return nil, fmt.Errorf("it signs ID tokens with %v only, which proves nothing to a desktop app", advertised)
	}
	return func(clientID string) *oidc.IDTokenVerifier {
		return oidc.NewVerifier(issuer, keySet{keys}, &oidc.Config{ClientID: clientID, SupportedSigningAlgs: algs, Now: now})
	}, nil
}

// keySet tells keys that could not be fetched from a signature that is wrong,
// which go-oidc's error no longer does.
type keySet struct{ oidc.KeySet }

type fetchErrKey struct{}

func (k keySet) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.KeySet.VerifySignature(ctx, jwt)
	if out, ok := ctx.Value(fetchErrKey{}).(*error); ok && err != nil {
		*out = unreachable(ctx, err)
	}
	return payload, err
}

// verifyIDToken verifies the ID token of a sign-in. A device authorization
// request has no nonce, and so has its ID token: one with a nonce was made for
// somebody's authorization request.
func (c *Client) verifyIDToken(ctx context.Context, p *provider, clientID, raw, nonce, accessToken string) (*oidc.IDToken, error) {
	token, err := p.verifyIDToken(ctx, raw, accessToken, clientID)
	if err == nil && subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1 {
		err = &IDTokenError{errors.New("it belongs to another sign-in (nonce)")}
	}
	if err != nil {
		return nil, c.clock.blame(c.config.Issuer, err)
	}
	return token, nil
}

// verifyRefreshed verifies the ID token of a refresh, which is about the same
// person and, where it says so, the same sign-in (OpenID Connect Core §12.2).
func (c *Client) verifyRefreshed(ctx context.Context, p *provider, raw, accessToken string, s *session) (*oidc.IDToken, error) {
	token, err := p.verifyIDToken(ctx, raw, accessToken, s.tokensOf())
	switch {
	case err != nil:
	case token.Subject != s.Profile.ID:
		err = &IDTokenError{errors.New("it is about somebody else (sub)")}
	case token.Nonce != "" && subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(s.nonce)) != 1:
		err = &IDTokenError{errors.New("it belongs to another sign-in (nonce)")}
	}
	if err != nil {
		return nil, c.clock.blame(c.config.Issuer, err)
	}
	return token, nil
}

// verifyIDToken is OpenID Connect Core §3.1.3.7: signature, iss, aud, exp by
// go-oidc; then azp and at_hash, which it leaves to its caller. The nonce is
// left to this one's.
func (p *provider) verifyIDToken(ctx context.Context, raw, accessToken, clientID string) (*oidc.IDToken, error) {
	refuse := func(err error) (*oidc.IDToken, error) { return nil, &IDTokenError{err} }
	if raw == "" {
		return refuse(errors.New("there is none in the token response"))
	}
	var fetchErr error
	token, err := p.verifier(clientID).Verify(context.WithValue(ctx, fetchErrKey{}, &fetchErr), raw)
	if fetchErr != nil {
		return nil, fetchErr
	}
	if err != nil {
		return refuse(err)
	}
	var claims struct {
		AuthorizedParty *string `json:"azp"`
	}
	if err := token.Claims(&claims); err != nil {
		return refuse(errors.New("its claims are malformed"))
	}
	if err := checkSubject(token.Subject); err != nil {
		return refuse(err)
	}
	switch {
	case len(token.Audience) > 1 && claims.AuthorizedParty == nil:
		return refuse(fmt.Errorf("it is for several audiences %q and names no authorized party (azp)", token.Audience))
	case claims.AuthorizedParty != nil && *claims.AuthorizedParty != clientID:
		return refuse(fmt.Errorf("it was issued to another application, %q (azp)", *claims.AuthorizedParty))
	case token.AccessTokenHash != "" && token.VerifyAccessToken(accessToken) != nil:
		// Logto sent at_hash until 1.41 and leaves it out since.
		return refuse(errors.New("it belongs to another access token (at_hash)"))
	}
	return token, nil
}

// claimsOf is all that a verified ID token tells.
func claimsOf(token *oidc.IDToken) (map[string]any, error) {
	var told map[string]any
	if err := token.Claims(&told); err != nil {
		return nil, &IDTokenError{errors.New("its claims are malformed")}
	}
	// go-oidc takes a member "Sub" for the sub too, and the last one counts.
	if claims(told).exact("sub") != token.Subject {
		return nil, &IDTokenError{errors.New("it names two people (sub)")}
	}
	return told, nil
}
