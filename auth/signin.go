package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"doorkey/auth/keychain"
	"doorkey/auth/loopback"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

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
// Whoever signs in becomes the current person. Who was that before stays so
// until then; after it their session is revoked and deleted, unless
// [AnotherAccount] keeps it. The new one is in the store before it is returned.
// A store that refuses it does not undo the sign-in: see Session.StorageErr.
//
// Errors to act on: [*AuthorizationError], [*UnreachableError],
// [*IssuerMismatchError], [*DiscoveryError], [*ExchangeError], [*IDTokenError],
// [*ClockError], [*PortError], [*ProfileError]; with [Fresh] also
// [*DifferentPersonError] and [*AuthTimeError].
func (c *Client) SignIn(ctx context.Context, options ...SignInOption) (Session, error) {
	var asked signIn
	for _, option := range options {
		if err := option.change(&asked); err != nil {
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
		c.keepSignedIn(ctx, signedIn, asked.another)
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
	c.restored, c.lastErr, c.trouble, c.contact = true, nil, nil, signedIn.SignedInAt
	c.setLocked(signedIn)
	c.contact = signedIn.SignedInAt
	c.keepLocked()
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
	var before *session
	if asked.fresh {
		var err error
		if before, err = c.current(ctx); err != nil && !errors.Is(err, ErrSignedOut) {
			return nil, err
		}
	}
	p, err := c.discover(ctx)
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	scopes, resources := c.config.scopes(asked.scopes), union(c.config.Resources, asked.resources)
	nonce := rand.Text()
	// Without consent Logto drops offline_access silently. It approves
	// first-party applications by itself, so this costs no click.
	prompt := strings.Join(append(asked.prompt, "consent"), " ")
	params := append([]oauth2.AuthCodeOption{oidc.Nonce(nonce), oauth2.SetAuthURLParam("prompt", prompt)}, asked.params...)
	ctx = oidc.ClientContext(ctx, c.http)
	token, err := loopback.Authorize(ctx, loopback.Request{
		OAuth2: oauth2.Config{
			ClientID:     c.config.ClientID,
			ClientSecret: c.config.ClientSecret.Reveal(),
			Endpoint:     p.endpointFor(resources),
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
	idToken, err := c.verifyIDToken(ctx, p, rawIDToken, nonce, token.AccessToken)
	if err != nil {
		return nil, err
	}
	var told map[string]any
	if err := idToken.Claims(&told); err != nil {
		return nil, &IDTokenError{errors.New("its claims are malformed")}
	}
	s, err := c.newSession(token, told, grantedScopes(token, scopes), resources, nonce)
	if err == nil && asked.fresh {
		err = checkFresh(before, s, told, asked.maxAge, time.Since(begun))
	}
	if err != nil {
		c.discard(s)
		return nil, err
	}
	return s, nil
}

// newSession is a session from a token response whose ID token was verified.
// With an error it returns the session too.
func (c *Client) newSession(token *oauth2.Token, told map[string]any, scopes, resources []string, nonce string) (*session, error) {
	received := c.clock.now()
	now := received.wall()
	idToken, _ := token.Extra("id_token").(string)
	s := &session{
		Session: Session{
			Issuer: c.config.Issuer, ClientID: c.config.ClientID,
			Scopes: scopes, Resources: resources, SignedInAt: now, RenewedAt: now,
		},
		refreshToken: NewSecret(token.RefreshToken), idToken: NewSecret(idToken), nonce: nonce,
	}
	plain := &accessToken{Token: Token{Value: NewSecret(token.AccessToken), Type: token.Type(), Scopes: scopes}}
	plain.lastsFrom(received, time.Duration(token.ExpiresIn)*time.Second)
	plain.plan(c.config.RefreshAhead)
	s.put(plain)
	described, err := c.described(s.Session, newProfile(told))
	s.Session = described
	return s, err
}

// described gives a session its profile, and what the program makes of it.
func (c *Client) described(s Session, p Profile) (Session, error) {
	s.Profile = p
	if c.config.ProfileMapper == nil {
		return s, nil
	}
	user, err := c.config.ProfileMapper(p)
	if err != nil {
		return s, &ProfileError{err}
	}
	s.User = user
	return s, nil
}

// freshLeeway is for seconds that were rounded.
const freshLeeway = 5 * time.Second

// checkFresh is what [Fresh] promises. Both times are the provider's, so that
// this computer's clock does not matter: the ID token was made for this attempt,
// which its nonce shows, and the attempt took elapsed.
func checkFresh(before, s *session, told map[string]any, maxAge, elapsed time.Duration) error {
	if before != nil && before.Profile.ID != s.Profile.ID {
		return &DifferentPersonError{Want: before.Profile, Got: s.Profile}
	}
	authTime, known := told["auth_time"].(float64)
	issuedAt, _ := told["iat"].(float64)
	if !known {
		return &AuthTimeError{errors.New("the provider did not say when they proved who they are (auth_time)")}
	}
	age := time.Duration((issuedAt - authTime) * float64(time.Second))
	if age > maxAge+elapsed+freshLeeway {
		return &AuthTimeError{fmt.Errorf("they proved who they are %v ago, which is more than %v", age.Round(time.Second), maxAge)}
	}
	return nil
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

// patience is how long a sign-in or sign-out waits for a refresh that has the
// session to itself.
const patience = 5 * time.Second

// keepSignedIn saves the session before anybody uses it and makes it the
// current one. The person has signed in by now, so a cancelled ctx no longer
// stops it.
func (c *Client) keepSignedIn(ctx context.Context, s *session, another bool) {
	ctx = context.WithoutCancel(ctx)
	unlock := c.lockPatiently(ctx, s)
	defer unlock()
	before, _ := c.store.Current(ctx, s.Issuer, s.ClientID)
	err := c.save(ctx, s)
	if err == nil {
		s.kept = true
		err = c.store.SetCurrent(ctx, s.key())
	}
	c.mu.Lock()
	old := c.session
	if delete(c.unkept, s.Profile.ID); !s.kept {
		c.unkept[s.Profile.ID] = s
	}
	c.mu.Unlock()
	s.Storage = c.storage()
	if err != nil {
		s.Storage, s.StorageErr = InMemory, err
	}
	if another {
		return
	}
	if old == nil || old.Profile.ID == s.Profile.ID { // not read yet, or the news has come by the store already
		if before == "" || before == s.Profile.ID {
			return
		}
		if old, err = c.load(ctx, c.key(before)); err != nil {
			return
		}
	}
	// What cannot be deleted now stays as an account.
	if last, err := c.remove(ctx, old); err == nil {
		c.revokeLater(last.refreshToken)
	}
}

// lockPatiently takes the session's lock if it can be had in a while. The
// person does not wait for more: whoever holds it looks whether it is still
// theirs.
func (c *Client) lockPatiently(ctx context.Context, s *session) (unlock func()) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	unlock, err := c.store.Lock(ctx, s.key())
	if err != nil {
		return func() {}
	}
	return unlock
}

// discard revokes the tokens of a sign-in that is not kept. Where the person
// has a session here, it may be of the same grant, and they stay.
func (c *Client) discard(s *session) {
	ctx, cancel := context.WithTimeout(c.life, patience)
	defer cancel()
	if _, err := c.store.Load(ctx, s.key()); errors.Is(err, keychain.ErrNotFound) || errors.Is(err, keychain.ErrUnavailable) {
		c.mu.Lock()
		_, known := c.unkept[s.Profile.ID]
		c.mu.Unlock()
		if !known {
			c.revokeLater(s.refreshToken)
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
