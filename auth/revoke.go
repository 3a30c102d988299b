package auth

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// revokeTimeout bounds the goodbye to the provider: signing out must work
// without a network.
const revokeTimeout = 5 * time.Second

// revoke is RFC 7009 §2.1. Revoking the refresh token ends the whole grant, for
// the client that it was issued to: to any other Logto 1.42 answers 200 as well,
// and revokes nothing.
func (c *Client) revoke(ctx context.Context, clientID string, refreshToken Secret) error {
	if refreshToken.IsZero() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, revokeTimeout)
	defer cancel()
	p, err := c.discovered(ctx)
	if err != nil {
		return err
	}
	if p.metadata.RevocationEndpoint == "" {
		return nil
	}
	resp, err := c.postForm(ctx, p.metadata.RevocationEndpoint, clientID,
		url.Values{"token": {refreshToken.Reveal()}, "token_type_hint": {"refresh_token"}})
	if err != nil {
		if away := unreachable(ctx, err); away != nil {
			return away
		}
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body) // bounded; lets the connection be used again
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the revocation endpoint answered HTTP status %d", resp.StatusCode)
	}
	return nil
}
