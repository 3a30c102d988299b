package management

import (
	"context"
	"net/http"
	"net/url"
)

// TypeNative is the type of applications for desktops and phones.
const TypeNative = "Native"

// Application is what people sign in to.
type Application struct {
	ID           string `json:"id,omitempty"`
	Name         string `json:"name,omitempty"`
	Description  string `json:"description,omitempty"`
	Type         string `json:"type,omitempty"`
	IsThirdParty bool   `json:"isThirdParty,omitempty"`

	// OIDC has redirectUris and postLogoutRedirectUris, both of which Logto
	// wants with every change.
	OIDC Document `json:"oidcClientMetadata,omitempty"`

	// Custom has refreshTokenTtlInDays (1 to 180) and isDeviceFlow, which can
	// be told only when the application is made.
	Custom Document `json:"customClientMetadata,omitempty"`

	// Data is for anybody who makes applications, and means nothing to Logto.
	Data Document `json:"customData,omitempty"`
}

// NativeApplications are all of the type Native, the newest first.
func (c *Client) NativeApplications(ctx context.Context) ([]Application, error) {
	return list[Application](ctx, c, "/applications?types="+TypeNative)
}

// Application is one, by its App ID; see [IsNotFound].
func (c *Client) Application(ctx context.Context, id string) (Application, error) {
	var a Application
	_, err := c.call(ctx, http.MethodGet, "/applications/"+url.PathEscape(id), nil, &a)
	return a, err
}

// CreateApplication makes one; its ID is Logto's to give.
func (c *Client) CreateApplication(ctx context.Context, a Application) (Application, error) {
	var made Application
	_, err := c.call(ctx, http.MethodPost, "/applications", a, &made)
	return made, err
}

// ChangeApplication changes what is set in change, each [Document] as a whole.
func (c *Client) ChangeApplication(ctx context.Context, id string, change Application) error {
	_, err := c.call(ctx, http.MethodPatch, "/applications/"+url.PathEscape(id), change, nil)
	return err
}
