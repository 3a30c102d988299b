package management

import (
	"context"
	"net/http"
	"net/url"
)

// The WeCom connector.
const (
	WeComFactory = "wecom-universal" // what it is made from
	WeComTarget  = "wecom"           // what the sign-in experience calls it
)

// Connector is a way in by way of another service.
type Connector struct {
	ID      string `json:"id,omitempty"`
	Factory string `json:"connectorId,omitempty"`
	Target  string `json:"target,omitempty"`

	// Config has what the other service gave, its secret in clear. For WeCom:
	// corpId, agentId, appSecret and scope.
	Config Document `json:"config,omitempty"`
}

// Connectors are all that have been set up. The list is not paged.
func (c *Client) Connectors(ctx context.Context) ([]Connector, error) {
	var all []Connector
	_, err := c.call(ctx, http.MethodGet, "/connectors", nil, &all)
	return all, err
}

// CreateConnector makes one. Its ID may be chosen, of at most 128 characters,
// and must be one that no tenant of this Logto has.
func (c *Client) CreateConnector(ctx context.Context, connector Connector) (Connector, error) {
	var made Connector
	_, err := c.call(ctx, http.MethodPost, "/connectors", connector, &made)
	return made, err
}

// ChangeConnector replaces the whole Config of one.
func (c *Client) ChangeConnector(ctx context.Context, id string, config Document) error {
	_, err := c.call(ctx, http.MethodPatch, "/connectors/"+url.PathEscape(id), Connector{Config: config}, nil)
	return err
}
