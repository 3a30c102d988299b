package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"

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

// UnreachableError means that the provider could not be reached: no network,
// no such host, refused, TLS, time-out.
type UnreachableError struct {
	Host string
	Err  error
}

func (e *UnreachableError) Error() string { return fmt.Sprintf("cannot reach %s: %v", e.Host, e.Err) }
func (e *UnreachableError) Unwrap() error { return e.Err }

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
	host := request.URL
	if u, parseErr := url.Parse(request.URL); parseErr == nil {
		host = u.Host
	}
	return &UnreachableError{Host: host, Err: request.Err}
}
