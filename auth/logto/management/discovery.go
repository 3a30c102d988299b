package management

import (
	"context"
	"net/http"
)

// CheckIssuer asks Logto for its discovery document, and returns an
// [*IssuerError] where it calls itself something else than it was asked as: a
// program that is given this issuer would refuse to sign in.
func (c *Client) CheckIssuer(ctx context.Context) error {
	a, err := c.patiently(ctx, "GET /oidc/.well-known/openid-configuration", func() (*http.Request, error) {
		return http.NewRequestWithContext(ctx, http.MethodGet, c.config.Issuer+"/.well-known/openid-configuration", nil)
	})
	if err != nil {
		return err
	}
	if a.status != http.StatusOK {
		e := a.refusal()
		e.reason = nil // no secret was sent yet
		return e
	}
	var said struct {
		Issuer string `json:"issuer"`
	}
	if err := a.decode(&said); err != nil {
		return err
	}
	if said.Issuer != c.config.Issuer {
		return &IssuerError{c.config.Issuer, said.Issuer}
	}
	return nil
}
