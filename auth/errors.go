package auth

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"time"

	"doorkey/auth/loopback"
)

var (
	// ErrSignedOut means that nobody is signed in.
	ErrSignedOut = errors.New("auth: nobody is signed in")

	// ErrSuperseded ends a sign-in because another one was started.
	ErrSuperseded = errors.New("auth: another sign-in was started")

	// ErrClosed means that the Client was closed.
	ErrClosed = errors.New("auth: the client is closed")

	// ErrDamaged means that what is stored is no session of this Client. It
	// is left as it is; signing in again replaces it.
	ErrDamaged = errors.New("auth: the stored session is damaged: sign in again")

	// ErrNewer means that a newer version of this package stored the session.
	ErrNewer = errors.New("auth: the stored session was written by a newer version: update this program, or sign in again")

	// ErrNoAccount means that the person is not signed in here.
	ErrNoAccount = errors.New("auth: no such account on this computer")

	// ErrTimeout ends a sign-in because the person did not come back in time.
	ErrTimeout = loopback.ErrTimeout
)

type (
	// AuthorizationError is the provider's refusal to sign the person in.
	AuthorizationError = loopback.AuthorizationError
	// ExchangeError is the token endpoint's refusal of the code.
	ExchangeError = loopback.ExchangeError
	// PortError means that no port for the redirect URI could be had.
	PortError = loopback.PortError
)

// IssuerMismatchError means that the provider calls itself by another name
// than the configured one. Logto takes endpoint URLs from the Host header that
// was asked, and its issuer from the server's ENDPOINT setting.
type IssuerMismatchError struct {
	Configured string
	Discovered string
}

func (e *IssuerMismatchError) Error() string {
	return fmt.Sprintf("the configured issuer is %q, but the provider there says its issuer is %q: configure that one, if it is yours", e.Configured, e.Discovered)
}

// DiscoveryError means that what answers at the issuer is not an OpenID
// Connect provider that can be used.
type DiscoveryError struct {
	Issuer string
	Err    error
}

func (e *DiscoveryError) Error() string {
	return fmt.Sprintf("no usable OpenID Connect provider answers at %s: %v", e.Issuer, e.Err)
}
func (e *DiscoveryError) Unwrap() error { return e.Err }

// UnreachableError means that the provider did not answer: no network, no such
// host, refused, TLS, time-out, a server that is down (HTTP status 5xx) or
// overloaded (429), a network that shows a sign-in page of its own. Trying
// again later is all there is to do, and the Client does.
type UnreachableError struct {
	Host string
	Err  error

	// RetryAfter is what the server asked for, zero where it did not.
	RetryAfter time.Duration
}

func (e *UnreachableError) Error() string { return fmt.Sprintf("cannot reach %s: %v", e.Host, e.Err) }
func (e *UnreachableError) Unwrap() error { return e.Err }

// SessionEndedError means that the provider does not take the refresh token any
// more: it was revoked, was not used for too long, or the account was
// suspended, which it does not tell apart. The person has to sign in again.
// It is an [ErrSignedOut].
type SessionEndedError struct {
	Issuer string
	Reason string // invalid_grant, or "no refresh token"
}

const reasonNoRefreshToken = "no refresh token"

func (e *SessionEndedError) Error() string {
	return fmt.Sprintf("the session at %s has ended (%s): sign in again", host(e.Issuer), e.Reason)
}

// Is makes it an [ErrSignedOut].
func (e *SessionEndedError) Is(target error) bool { return target == ErrSignedOut }

// AccessDeniedError means that the person may not use this application any
// more. The session is kept: access may be given back.
type AccessDeniedError struct {
	Issuer      string
	Description string // the provider's words; may be empty
}

func (e *AccessDeniedError) Error() string {
	return fmt.Sprintf("%s does not let this person use this application (access_denied): ask its administrator", host(e.Issuer))
}

// RefusedError is the token endpoint's refusal of a refresh for another reason
// (RFC 6749 §5.2). Where it names a resource or an organization, it is about
// that only: for example access_denied for an organization that the person is
// not in.
type RefusedError struct {
	Resource     string
	Organization string
	StatusCode   int    // HTTP status
	Code         string // for example invalid_client
	Description  string // the provider's words, shortened; may be empty
}

func (e *RefusedError) Error() string {
	what := "to refresh the session"
	switch {
	case e.Organization != "" && e.Resource != "":
		what = fmt.Sprintf("a token for the resource %q in the organization %q", e.Resource, e.Organization)
	case e.Organization != "":
		what = fmt.Sprintf("a token for the organization %q", e.Organization)
	case e.Resource != "":
		what = fmt.Sprintf("a token for the resource %q", e.Resource)
	}
	if e.Description == "" {
		return fmt.Sprintf("the token endpoint refused %s: %s", what, e.Code)
	}
	return fmt.Sprintf("the token endpoint refused %s: %s (%s)", what, e.Code, e.Description)
}

// NotRequestedError means that a token was asked for that the sign-in did not
// ask for. The provider was not asked.
type NotRequestedError struct{ Resource, Organization string }

func (e *NotRequestedError) Error() string {
	if e.Resource != "" {
		return fmt.Sprintf("the sign-in did not ask for the resource %q: put it in Config.Resources, or pass auth.Resource(%[1]q) to SignIn, and sign in again", e.Resource)
	}
	return fmt.Sprintf("the sign-in did not ask for organizations: put %q in Config.Scopes, or pass auth.Organization(%q) to SignIn, and sign in again", scopeOrganizations, e.Organization)
}

// ClockError means that a token could not be checked because this computer's
// clock is wrong.
type ClockError struct {
	Host string        // whose clock it was compared with
	Skew time.Duration // how far this computer's is ahead; negative: behind
}

func (e *ClockError) Error() string {
	direction := "ahead of"
	if e.Skew < 0 {
		direction = "behind"
	}
	return fmt.Sprintf("this computer's clock is %v %s that of %s: set it, then try again", e.Skew.Abs().Round(time.Second), direction, e.Host)
}

// DifferentPersonError means that somebody else came back from the browser
// than the one who was to confirm who they are. Their sign-in was given up, and
// the session is as it was.
type DifferentPersonError struct{ Want, Got Profile }

func (e *DifferentPersonError) Error() string {
	got, want := e.Got.DisplayName(), e.Want.DisplayName()
	if got == want {
		got, want = fmt.Sprintf("%s (%q)", got, e.Got.ID), fmt.Sprintf("%s (%q)", want, e.Want.ID)
	}
	return fmt.Sprintf("%s signed in, where %s had to: try again as the same person", got, want)
}

// AuthTimeError means that the person came back without having signed in anew,
// as [Fresh] demands.
type AuthTimeError struct{ Err error }

func (e *AuthTimeError) Error() string { return "the sign-in is not fresh: " + e.Err.Error() }
func (e *AuthTimeError) Unwrap() error { return e.Err }

// ProfileError is the refusal of a [ProfileMapper].
type ProfileError struct{ Err error }

func (e *ProfileError) Error() string { return "this program refused the profile: " + e.Err.Error() }
func (e *ProfileError) Unwrap() error { return e.Err }

// RevocationError means that the person is signed out here, but the provider
// could not be told, or the browser's own session not ended.
type RevocationError struct{ Err error }

func (e *RevocationError) Error() string {
	return "signed out on this computer, but not at the provider: " + e.Err.Error()
}
func (e *RevocationError) Unwrap() error { return e.Err }

// IDTokenError means that the ID token is not proof of who signed in.
type IDTokenError struct{ Err error }

func (e *IDTokenError) Error() string { return "the ID token was refused: " + e.Err.Error() }
func (e *IDTokenError) Unwrap() error { return e.Err }

// unreachable turns a failed request into an *UnreachableError, and leaves the
// caller's own cancellation alone. It returns nil where err is something else.
func unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var request *url.Error
	if !errors.As(err, &request) {
		return nil
	}
	var stale x509.CertificateInvalidError
	if errors.As(err, &stale) && stale.Reason == x509.Expired {
		return &UnreachableError{Host: host(request.URL), Err: fmt.Errorf("%w (is this computer's clock right?)", request.Err)}
	}
	return &UnreachableError{Host: host(request.URL), Err: request.Err}
}

// host is the host of an address, or all of it where that cannot be told.
func host(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}

// short makes the provider's words fit for one line.
func short(s string, limit int) string {
	if runes := []rune(tidy(s)); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return tidy(s)
}
