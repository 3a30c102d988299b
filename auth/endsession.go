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
func (c *Client) endBrowserSession(ctx context.Context, idToken Secret) error {
	p, err := c.discovered(ctx)
	if err != nil {
		return err
	}
	endpoint := p.metadata.EndSessionEndpoint
	if endpoint == "" {
		return errors.New("the provider has no end-session endpoint")
	}
	query := url.Values{"client_id": {c.config.ClientID}}
	if !idToken.IsZero() {
		query.Set("id_token_hint", idToken.Reveal())
	}
	if c.config.PostLogoutRedirectURI != "" {
		query.Set("post_logout_redirect_uri", c.config.PostLogoutRedirectURI)
	}
	return loopback.Visit(ctx, withQuery(endpoint, query), loopback.VisitOptions{
		Open: c.config.OpenBrowser, AppName: c.config.AppName,
	})
}
