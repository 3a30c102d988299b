package auth

import (
	"context"
	"errors"
	"net/url"

	"doorkey/auth/loopback"
)

// endBrowserSession is RP-Initiated Logout §2. The ID token in the request
// tells whom to sign out; it says who the person is, so it goes into no command
// line.
func (c *Client) endBrowserSession(ctx context.Context, s *session) error {
	p, err := c.discovered(ctx)
	if err != nil {
		return err
	}
	endpoint := p.metadata.EndSessionEndpoint
	if endpoint == "" {
		return errors.New("the provider has no end-session endpoint")
	}
	// Logto 1.42 refuses a client_id that the hint was not made for.
	query := url.Values{"client_id": {s.tokensOf()}}
	if !s.idToken.IsZero() {
		query.Set("id_token_hint", s.idToken.Reveal())
	}
	if c.config.PostLogoutRedirectURI != "" && s.deviceClientID == "" { // registered for the other client
		query.Set("post_logout_redirect_uri", c.config.PostLogoutRedirectURI)
	}
	return loopback.Visit(ctx, withQuery(endpoint, query), loopback.VisitOptions{
		Open: c.config.OpenBrowser, AppName: c.config.AppName,
	})
}
