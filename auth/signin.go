package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"doorkey/auth/logto"
	"doorkey/auth/loopback"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// SignInOption changes one sign-in.
type SignInOption func(*signIn) error

// signIn is what the options say.
type signIn struct {
	params []oauth2.AuthCodeOption
}

// Connector goes straight to one way to sign in, past the provider's page that
// lists them: Connector("wecom") to WeCom. It is for Logto only.
func Connector(target string) SignInOption {
	return func(s *signIn) error {
		if err := logto.CheckConnector(target); err != nil {
			return err
		}
		s.params = append(s.params, logto.DirectSignIn(target))
		return nil
	}
}

// UILocales asks for the provider's pages in one of these languages, the best
// first, as BCP 47 tags (OpenID Connect Core §3.1.2.1).
func UILocales(tags ...string) SignInOption {
	return func(s *signIn) error {
		if len(tags) > 0 {
			s.params = append(s.params, oauth2.SetAuthURLParam("ui_locales", strings.Join(tags, " ")))
		}
		return nil
	}
}

// attempt is one sign-in on its way.
type attempt struct {
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when nothing of it is left
	shown  Attempt       // guarded by Client.mu
}

// SignIn opens the browser and blocks until the person is signed in, ctx is
// done, or Config.SignInTimeout has passed ([ErrTimeout]). A second SignIn
// cancels the first, which returns [ErrSuperseded]. Watch tells the steps, and
// the URL to open by hand where no browser came up.
//
// Whoever was signed in stays so until somebody else is; their session is then
// deleted. The new one is in the store before it is returned. A store that
// refuses it does not undo the sign-in: see Session.StorageErr.
//
// Errors to act on: [*AuthorizationError], [*UnreachableError],
// [*IssuerMismatchError], [*DiscoveryError], [*ExchangeError], [*IDTokenError],
// [*PortError].
func (c *Client) SignIn(ctx context.Context, options ...SignInOption) (Session, error) {
	var asked signIn
	for _, option := range options {
		if err := option(&asked); err != nil {
			return Session{}, fmt.Errorf("sign-in: %w", err)
		}
	}
	ctx, a, err := c.begin(ctx)
	if err != nil {
		return Session{}, fmt.Errorf("sign-in: %w", err)
	}
	defer close(a.done)
	defer a.cancel(nil)
	signedIn, err := c.trip(ctx, a, asked)
	if err == nil {
		c.keep(ctx, signedIn)
	} else if cause := context.Cause(ctx); cause != nil && errors.Is(err, context.Canceled) {
		err = cause // superseded or closed, rather than just cancelled
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.attempt == a {
		c.attempt = nil
	}
	if err != nil {
		err = fmt.Errorf("sign-in: %w", err)
		if c.attempt == nil {
			c.lastErr = err
		}
		c.publishLocked()
		return Session{}, err
	}
	c.session, c.restored, c.lastErr = signedIn, true, nil
	c.publishLocked()
	return signedIn.Session, nil
}

// begin makes this the attempt on its way and waits until the one before it,
// cancelled, has let go of its port.
func (c *Client) begin(ctx context.Context) (context.Context, *attempt, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	a := &attempt{cancel: cancel, done: make(chan struct{})}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		cancel(nil)
		return nil, nil, ErrClosed
	}
	before := c.attempt
	c.attempt, c.lastErr = a, nil
	c.publishLocked()
	c.mu.Unlock()
	if before != nil {
		before.cancel(ErrSuperseded)
		<-before.done
	}
	return ctx, a, nil
}

// trip is the sign-in itself, from discovery to a verified ID token.
func (c *Client) trip(ctx context.Context, a *attempt, asked signIn) (*session, error) {
	p, err := c.discover(ctx)
	if err != nil {
		return nil, err
	}
	scopes := c.config.scopes()
	nonce := rand.Text()
	params := append([]oauth2.AuthCodeOption{
		oidc.Nonce(nonce),
		// Without consent Logto drops offline_access silently. It approves
		// first-party applications by itself, so this costs no click.
		oauth2.SetAuthURLParam("prompt", "consent"),
	}, asked.params...)
	ctx = oidc.ClientContext(ctx, c.http)
	token, err := loopback.Authorize(ctx, loopback.Request{
		OAuth2: oauth2.Config{
			ClientID:     c.config.ClientID,
			ClientSecret: c.config.ClientSecret.Reveal(),
			Endpoint:     p.endpoint,
			Scopes:       scopes,
		},
		AuthParams:  params,
		RedirectURI: c.config.RedirectURI,
		Ports:       c.config.Ports,
		Issuer:      c.config.Issuer,
		IssRequired: p.metadata.IssParameter,
		AppName:     c.config.AppName,
		Timeout:     c.config.SignInTimeout,
		Open:        c.config.OpenBrowser,
		OnReady: func(url string, deadline time.Time) {
			c.show(a, func(s *Attempt) { s.Step, s.URL, s.Deadline = Waiting, url, deadline })
		},
		OnOpenError: func(err error) { c.show(a, func(s *Attempt) { s.OpenErr = err }) },
		OnCallback:  func() { c.show(a, func(s *Attempt) { *s = Attempt{Step: Finishing} }) },
	})
	if err != nil {
		if away := unreachable(ctx, err); away != nil {
			return nil, away
		}
		return nil, err
	}
	rawIDToken, _ := token.Extra("id_token").(string)
	idToken, err := p.verifyIDToken(ctx, rawIDToken, nonce, token.AccessToken, c.config.ClientID)
	if err != nil {
		return nil, err
	}
	var claims map[string]any
	if err := idToken.Claims(&claims); err != nil {
		return nil, &IDTokenError{errors.New("its claims are malformed")}
	}
	return newSession(c.config, token, claims, grantedScopes(token, scopes), nonce, time.Now()), nil
}

// show changes what Watch tells of an attempt, unless it is over.
func (c *Client) show(a *attempt, change func(*Attempt)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&a.shown)
	if c.attempt == a {
		c.publishLocked()
	}
}

// keep saves the session before anybody uses it. The person has signed in by
// now, so a cancelled ctx no longer stops it.
func (c *Client) keep(ctx context.Context, s *session) {
	ctx = context.WithoutCancel(ctx)
	data, err := s.encode()
	if err == nil {
		err = c.store.Save(ctx, s.key(), data)
	}
	if err != nil {
		s.Storage, s.StorageErr = InMemory, err
		return
	}
	s.Storage = c.storage()
	c.forgetOthers(ctx, s)
}

// forgetOthers deletes the sessions of whoever was signed in before. Otherwise
// they would be signed in again once this person has signed out. What cannot be
// deleted now is tried again at the next sign-in.
func (c *Client) forgetOthers(ctx context.Context, s *session) {
	subjects, err := c.store.Subjects(ctx, s.Issuer, s.ClientID)
	if err != nil {
		return
	}
	for _, subject := range subjects {
		if subject != s.Profile.ID {
			key := s.key()
			key.Subject = subject
			_ = c.store.Delete(ctx, key)
		}
	}
}

// grantedScopes are those of the token response, or those asked for where it
// has none (RFC 6749 §5.1).
func grantedScopes(token *oauth2.Token, asked []string) []string {
	if granted, _ := token.Extra("scope").(string); granted != "" {
		return strings.Fields(granted)
	}
	return asked
}
