package management

import (
	"context"
	"net/http"
)

// SignInExperience is how people come in, of which there is one in a tenant.
type SignInExperience struct {
	// SocialTargets are the connectors on the sign-in page, in its order.
	SocialTargets []string `json:"socialSignInConnectorTargets"`

	SignInMode string `json:"signInMode"` // "SignIn" lets nobody new in
	SignUp     struct {
		Identifiers []string `json:"identifiers"` // asked of somebody new
	} `json:"signUp"`
}

// SignInExperience is the one in force.
func (c *Client) SignInExperience(ctx context.Context) (SignInExperience, error) {
	var e SignInExperience
	_, err := c.call(ctx, http.MethodGet, "/sign-in-exp", nil, &e)
	return e, err
}

// SetSocialTargets puts these connectors, and no others, on the sign-in page.
// Logto leaves out, without a word, what is not the target of any connector:
// read it back.
func (c *Client) SetSocialTargets(ctx context.Context, targets []string) error {
	_, err := c.call(ctx, http.MethodPatch, "/sign-in-exp", map[string]any{"socialSignInConnectorTargets": targets}, nil)
	return err
}
