package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// UserInfo asks the provider what it knows of the current person beyond the ID
// token, such as who they are at WeCom (scope identities) and the names of their
// organizations, and keeps it with the session, for times without a network. It
// returns the profile as it is then (OpenID Connect Core §5.3).
//
// Errors are those of [Client.AccessToken].
func (c *Client) UserInfo(ctx context.Context) (Profile, error) {
	s, err := c.current(ctx)
	if err != nil {
		return Profile{}, err
	}
	told, err := c.userInfo(ctx, s)
	if err != nil {
		return Profile{}, fmt.Errorf("userinfo: %w", err)
	}
	s, err = c.update(context.WithoutCancel(ctx), s, func(next *session) (err error) {
		next.Session, err = c.described(next.Session, next.Profile.with(told))
		return err
	})
	switch {
	case errors.Is(err, errGone), errors.Is(err, errReplaced):
		return Profile{}, ErrSignedOut
	case err != nil:
		return Profile{}, err
	}
	return s.Profile, nil
}

func (c *Client) userInfo(ctx context.Context, s *session) (map[string]any, error) {
	p, err := c.discovered(ctx)
	if err != nil {
		return nil, err
	}
	endpoint := p.metadata.UserInfoEndpoint
	if endpoint == "" {
		return nil, errors.New("the provider has no userinfo endpoint")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint, nil)
	if err != nil {
		return nil, err
	}
	// Before the request, whose errors are all about reaching the provider.
	if _, err := c.token(ctx, need{}); err != nil {
		return nil, err
	}
	client := *c.http
	client.Transport = &bearer{client: c, base: c.http.Transport, origins: []string{origin(req.URL)}}
	resp, err := client.Do(req)
	if err != nil {
		if away := unreachable(ctx, err); away != nil {
			return nil, away
		}
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil, isPage(resp.Header), resp.StatusCode >= 500, resp.StatusCode == http.StatusTooManyRequests:
		return nil, &UnreachableError{Host: resp.Request.URL.Host, Err: fmt.Errorf("HTTP status %d without claims", resp.StatusCode)}
	case resp.StatusCode == http.StatusUnauthorized:
		if _, err := c.current(ctx); err != nil {
			return nil, err // the token was no good because the session has ended
		}
		return nil, errors.New("the userinfo endpoint does not take the access token (HTTP status 401)")
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("the userinfo endpoint answered HTTP status %d", resp.StatusCode)
	}
	var told map[string]any
	if json.Unmarshal(body, &told) != nil {
		return nil, errors.New("the userinfo endpoint's answer is no JSON object")
	}
	// §5.3.2: without this another person's claims could be swapped in.
	if sub, _ := told["sub"].(string); sub != s.Profile.ID {
		return nil, errors.New("the userinfo endpoint answered about somebody else (sub)")
	}
	return told, nil
}
