package auth

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"
)

// Token is an access token.
type Token struct {
	Value  Secret
	Type   string    // "Bearer"
	Expiry time.Time // by this computer's clock; zero where the provider did not say
	Scopes []string  // granted
}

// SetAuthHeader adds the token to a request (RFC 6750 §2.1).
func (t Token) SetAuthHeader(r *http.Request) {
	r.Header.Set("Authorization", t.Type+" "+t.Value.Reveal())
}

// TokenOption says what an access token is for, and how long it must last. It
// is a [SignInOption] too, where it asks for what AccessToken will be asked.
type TokenOption struct {
	audience
	minValidity time.Duration
}

// Resource is an API resource, by its indicator (RFC 8707).
func Resource(indicator string) TokenOption {
	return TokenOption{audience: audience{Resource: indicator}}
}

// Organization is an organization of Logto's, by its ID. Logto puts into its
// tokens those of the person's permissions whose names are among the Scopes.
func Organization(id string) TokenOption {
	return TokenOption{audience: audience{Organization: id}}
}

// MinValidity asks for a token that lasts as long as d, at most nine tenths of
// its lifetime. Without it a token lasts 30 seconds more, or a tenth of its
// lifetime where that is less.
func MinValidity(d time.Duration) TokenOption { return TokenOption{minValidity: d} }

// audience is whom an access token is for: an API resource, an organization,
// an API resource as a member of an organization, or, where it is empty, the
// provider itself.
type audience struct{ Resource, Organization string }

// AccessToken returns an access token of whoever is current that is good for a
// while. One that is at hand is returned at once, without the network, the
// keychain or any allocation. Otherwise AccessToken refreshes and blocks until
// then, or until ctx is done; all who wait for the same token share one
// refresh, which goes on when they leave. Without a network, a token that has
// not expired is still handed out.
//
// With no options the token is for the provider, that is, for [Client.UserInfo];
// [Resource], [Organization] or both make one for an API.
//
// Errors to act on: [ErrSignedOut], of which a [*SessionEndedError] is one kind
// (sign in again); [*NotRequestedError] (ask for it at sign-in);
// [*UnreachableError] (later); [*AccessDeniedError]; [*RefusedError];
// [*ClockError]; [*IDTokenError]; those of package keychain.
func (c *Client) AccessToken(ctx context.Context, options ...TokenOption) (Token, error) {
	var n need
	for i := range options {
		n.add(&options[i])
	}
	if s := c.live.Load(); s != nil {
		if t := s.token(n.audience); n.metBy(t, c.clock.now()) {
			c.markUsed(t)
			return t.Token, nil
		}
	}
	t, err := c.token(ctx, n)
	if err != nil {
		return Token{}, err
	}
	c.markUsed(t)
	return t.Token, nil
}

// TokenSource is AccessToken for libraries that take an
// [golang.org/x/oauth2.TokenSource]. It needs no oauth2.ReuseTokenSource around
// it. Its tokens are of whoever is current when they are asked for. Its calls
// end with ctx.
func (c *Client) TokenSource(ctx context.Context, options ...TokenOption) oauth2.TokenSource {
	return tokenSource{ctx, c, options}
}

type tokenSource struct {
	ctx     context.Context
	client  *Client
	options []TokenOption
}

func (s tokenSource) Token() (*oauth2.Token, error) {
	t, err := s.client.AccessToken(s.ctx, s.options...)
	if err != nil {
		return nil, err
	}
	return &oauth2.Token{AccessToken: t.Value.Reveal(), TokenType: t.Type, Expiry: t.Expiry}, nil
}

// need is what a caller wants of an access token.
type need struct {
	audience
	lasting time.Duration // zero means the token's own leeway
	not     Secret        // a token that will not do, whatever its expiry says
}

func (n *need) add(o *TokenOption) {
	if o.Resource != "" {
		n.Resource = o.Resource
	}
	if o.Organization != "" {
		n.Organization = o.Organization
	}
	n.lasting = max(n.lasting, o.minValidity)
}

func (n *need) metBy(t *accessToken, now moment) bool {
	return t != nil && t.lasts(now, n.lasting) && !n.refuses(t)
}

func (n *need) refuses(t *accessToken) bool {
	return !n.not.IsZero() && t.Value.Reveal() == n.not.Reveal()
}

// accessToken is a token as a session has it.
type accessToken struct {
	Token
	audience
	obtained time.Time
	lifetime time.Duration // zero where there is no Expiry
	due      time.Time     // for the background to refresh it
	used     atomic.Bool

	// until is the expiry by both clocks, where this program obtained the token
	// itself.
	until deadline
}

// lastsFrom sets when the token was obtained and for how long it is good; zero
// means that the provider did not say.
func (t *accessToken) lastsFrom(received moment, lifetime time.Duration) {
	t.obtained = received.wall()
	if lifetime > 0 {
		t.until = received.in(lifetime)
		t.lifetime, t.Expiry = lifetime, t.obtained.Add(lifetime)
	}
}

// leeway is how long a token lasts that is handed out: long enough for the
// request that it is for.
func (t *accessToken) leeway() time.Duration { return min(30*time.Second, t.lifetime/10) }

// lasts tells whether the token is good for d from now; zero means the leeway.
func (t *accessToken) lasts(now moment, d time.Duration) bool {
	if t.Expiry.IsZero() {
		return true
	}
	if d <= 0 {
		d = t.leeway()
	} else if longest := t.lifetime - t.lifetime/10; d > longest {
		d = longest
	}
	return t.validAt(now, d)
}

// valid tells whether the token has not expired.
func (t *accessToken) valid(now moment) bool { return t.Expiry.IsZero() || t.validAt(now, 0) }

// clockBack is how far the wall clock may have been set back since a token was
// obtained. Beyond, nobody knows how old it is.
const clockBack = time.Minute

func (t *accessToken) validAt(now moment, d time.Duration) bool {
	wall := now.UnixNano()
	return wall+int64(d) < t.Expiry.UnixNano() &&
		wall > t.obtained.UnixNano()-int64(clockBack) &&
		(t.until.mono == 0 || now.mono+d < t.until.mono)
}

// markUsed keeps a token fresh from now on, also in the background.
func (c *Client) markUsed(t *accessToken) {
	if !t.used.Load() { // a store by everybody would have the processors fight for the line
		t.used.Store(true)
		c.wake()
	}
}

// plan sets when the background is to refresh the token. Chance spreads many
// programs with the same session over a fifth of the time ahead.
func (t *accessToken) plan(ahead time.Duration) {
	if t.Expiry.IsZero() {
		return
	}
	if ahead <= 0 {
		ahead = defaultRefreshAhead
	}
	ahead = max(0, min(ahead, t.lifetime/5))
	t.due = t.Expiry.Add(-ahead - time.Duration(rand.Int64N(int64(ahead)/5+1)))
}

const defaultRefreshAhead = 5 * time.Minute
