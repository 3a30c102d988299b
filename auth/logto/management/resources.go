package management

import (
	"context"
	"net/http"
	"net/url"
)

// Resource is an API that access tokens can be for.
type Resource struct {
	ID        string  `json:"id,omitempty"`
	Name      string  `json:"name,omitempty"`
	Indicator string  `json:"indicator,omitempty"` // what a token's audience says
	Scopes    []Scope `json:"scopes,omitempty"`
}

// Scope is a permission of a [Resource].
type Scope struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// Resources are all APIs, with their permissions.
func (c *Client) Resources(ctx context.Context) ([]Resource, error) {
	return list[Resource](ctx, c, "/resources?includeScopes=true")
}

// CreateResource makes one, without permissions. There is one of an indicator
// at most.
func (c *Client) CreateResource(ctx context.Context, name, indicator string) error {
	_, err := c.call(ctx, http.MethodPost, "/resources", Resource{Name: name, Indicator: indicator}, nil)
	return err
}

// CreateScope adds a permission to a resource. Nobody has it until a role gives
// it to them.
func (c *Client) CreateScope(ctx context.Context, resourceID, name string) error {
	_, err := c.call(ctx, http.MethodPost, "/resources/"+url.PathEscape(resourceID)+"/scopes", Scope{Name: name}, nil)
	return err
}
