package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"doorkey/auth/loopback"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// attempt is one sign-in on its way.
type attempt struct {
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when nothing of it is left

	// Guarded by Client.mu.
	shown   Attempt
	waiting loopback.Waiting // zero until the listener is up
}

// SignIn opens the browser, or has the person take another device ([Device]),
// and blocks until they are signed in, ctx is done, or Config.SignInTimeout has
// passed ([ErrTimeout]). A second SignIn
// cancels the first, which returns [ErrSuperseded]; [Client.CancelSignIn] ends
// it with [context.Canceled]. Watch tells the steps, and the URL to open by
// hand where no browser came up; where that has to be on another machine, see
// [Client.DeliverCallback].
//
// Whoever signs in becomes the current person. Whoever was that before stays
// signed in beside them: see [Client.Accounts]. The session is stored before it
// is returned. A store that refuses it does not undo the sign-in, unless
// [RequireStorage] is given: see Session.StorageErr. A sign-in that is not kept
// is revoked.
//
// Errors to act on: [*AuthorizationError], [*UnreachableError],
// [*IssuerMismatchError], [*DiscoveryError], [*ExchangeError], [*IDTokenError],
// [*ClockError], [*PortError], [*ProfileError], [*StoreError]; with [Fresh] also
// [*DifferentPersonError] and [*AuthTimeError].
func (c *Client) SignIn(ctx context.Context, options ...SignInOption) (Session, error) {
	var asked signIn
	for _, option := range options {
		if err := option.change(&asked); err != nil {
			return Session{}, fmt.Errorf("sign-in: %w", err)
		}
	}
	if asked.device {
		if err := c.checkDevice(asked); err != nil {
			return Session{}, fmt.Errorf("sign-in: %w", err)
		}
	}
	ctx, a, err := c.begin(ctx)
	if err != nil {
		return Session{}, fmt.Errorf("sign-in: %w", err)
	}
	defer close(a.done)
	defer a.cancel(nil)
	signedIn, err := c.signIn(ctx, a, asked)
	if err != nil && errors.Is(ctx.Err(), context.Canceled) && signedIn == nil {
		err = context.Cause(ctx) // given up: by whom matters, not what that broke
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
	clear(c.refusals) // there may be more that they may
	c.restored, c.lastErr, c.lookErr, c.trouble = true, nil, nil, nil
	c.setLocked(signedIn)
	c.contact = signedIn.SignedInAt
	c.keepLocked()
	return c.shown(signedIn), nil
}

// signIn is a sign-in from the store and back to it.
func (c *Client) signIn(ctx context.Context, a *attempt, asked signIn) (*session, error) {
	if asked.shared {
		brought, unlock, err := c.awaitTurn(ctx, a)
		defer unlock()
		if err != nil || brought != nil {
			return brought, err
		}
	}
	if asked.required {
		reserved := make(chan error, 1)
		c.work.Go(func() { reserved <- c.reserve(ctx, true) })
		asked.ready = sync.OnceValue(func() error { return <-reserved })
	}
	s, err := c.trip(ctx, a, asked)
	if err == nil {
		return s, c.keepSignedIn(ctx, s, asked.required)
	}
	if asked.required && asked.ready() == nil {
		_ = c.reserve(context.WithoutCancel(ctx), false)
	}
	return nil, err
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
	if err == nil && asked.ready != nil {
		err = asked.ready()
	}
	if err != nil {
		return nil, err
	}
	if asked.device {
		return c.deviceTrip(ctx, a, p, asked)
	}
	c.fetchKeys(ctx, p) // while the person is in the browser
	begun := time.Now()
	scopes, resources := c.config.scopes(asked.scopes), union(c.config.Resources, asked.resources)
	nonce := rand.Text()
	if asked.fresh && c.wrongPerson() {
		// Whoever is signed in in the browser would come back each time.
		asked.prompt = append(asked.prompt, "login")
	}
	// Without consent Logto drops offline_access silently. It approves
	// first-party applications by itself, so this costs no click.
	prompt := strings.Join(append(asked.prompt, "consent"), " ")
	params := []oauth2.AuthCodeOption{oidc.Nonce(nonce), oauth2.SetAuthURLParam("prompt", prompt)}
	for name := range asked.params {
		params = append(params, oauth2.SetAuthURLParam(name, asked.params.Get(name)))
	}
	// Once the answer is there, the code is exchanged whether or not the sign-in
	// is given up meanwhile: tokens that nobody has seen could not be revoked.
	exchange, giveUp := context.WithCancelCause(context.WithoutCancel(oidc.ClientContext(ctx, c.http)))
	defer giveUp(nil)
	givesUp := context.AfterFunc(ctx, func() { giveUp(context.Cause(ctx)) })
	defer givesUp()
	token, err := loopback.Authorize(exchange, loopback.Request{
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
		OnReady: func(w loopback.Waiting) {
			c.show(a, func(s *Attempt) {
				s.Step, s.URL, s.Deadline = Waiting, w.URL, w.Deadline
				a.waiting = w
			})
		},
		OnOpenError: func(err error) { c.show(a, func(s *Attempt) { s.OpenErr = err }) },
		OnCallback: func() {
			if givesUp() {
				context.AfterFunc(ctx, func() {
					if exchange.Err() == nil {
						time.AfterFunc(exchangePatience, func() { giveUp(context.Cause(ctx)) })
					}
				})
			}
			c.show(a, func(s *Attempt) { *s = Attempt{Step: Finishing} })
		},
	})
	if err != nil {
		if away := unreachable(exchange, err); away != nil {
			return nil, away
		}
		return nil, err
	}
	received := c.clock.now()
	answer, err := answerOf(token)
	if err == nil && ctx.Err() != nil {
		return nil, c.refuseAnswer(ctx, c.config.ClientID, answer, context.Cause(ctx))
	}
	if err != nil {
		err = fmt.Errorf("exchange the code at %s: %w", host(p.endpoint.TokenURL), err)
		return nil, c.refuseAnswer(ctx, c.config.ClientID, &tokenAnswer{RefreshToken: token.RefreshToken}, err)
	}
	return c.accept(ctx, p, c.config.ClientID, answer, received, nonce, scopes, resources, func(s *session, told map[string]any) error {
		if !asked.fresh {
			return nil
		}
		err := checkFresh(before, s, told, asked.maxAge, time.Since(begun))
		c.noteWrongPerson(err)
		return err
	})
}

// accept makes a session of the token response of a sign-in, once its ID token
// is verified and check, which may be nil, has nothing against it.
func (c *Client) accept(ctx context.Context, p *provider, clientID string, answer *tokenAnswer, received moment, nonce string,
	scopes, resources []string, check func(s *session, told map[string]any) error) (*session, error) {
	idToken, err := c.verifyIDToken(ctx, p, clientID, answer.IDToken, nonce, answer.AccessToken)
	if err != nil {
		return nil, c.refuseAnswer(ctx, clientID, answer, err)
	}
	told, err := claimsOf(idToken)
	if err != nil {
		return nil, c.refuseAnswer(ctx, clientID, answer, err)
	}
	deviceClientID := ""
	if clientID != c.config.ClientID { // a provider may have one client for both
		deviceClientID = clientID
	}
	s, err := c.newSession(answer, received, told, scopes, resources, nonce, deviceClientID)
	if err == nil && check != nil {
		err = check(s, told)
	}
	if err != nil {
		return nil, c.refuseAnswer(ctx, clientID, answer, err)
	}
	return s, nil
}

// refuseAnswer revokes what a sign-in brought that nobody is going to use, and
// returns why.
func (c *Client) refuseAnswer(ctx context.Context, clientID string, answer *tokenAnswer, why error) error {
	var claims struct {
		Subject string `json:"sub"`
	}
	_ = readClaims(NewSecret(answer.IDToken), &claims) // whoever that says it is
	if err := c.discard(ctx, claims.Subject, clientID, NewSecret(answer.RefreshToken)); err != nil {
		return fmt.Errorf("%w; its tokens could not be revoked: %w", why, err)
	}
	return why
}

// exchangePatience is how long the exchange of a code goes on after somebody has
// given the sign-in up.
const exchangePatience = 3 * time.Second

// show changes what Watch tells of an attempt, unless it is over.
func (c *Client) show(a *attempt, change func(*Attempt)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&a.shown)
	if c.attempt == a {
		c.publishLocked()
	}
}
