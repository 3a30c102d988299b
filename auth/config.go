package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"doorkey/auth/keychain"
	"doorkey/auth/loopback"
)

// Config says which provider to sign in at and as which application. Issuer
// and ClientID are required.
type Config struct {
	// Issuer is the provider's issuer identifier, for Logto
	// https://<endpoint>/oidc. It must be https; http is accepted for a
	// provider on this machine.
	Issuer string

	// ClientID is the App ID of a Native application.
	ClientID string

	// ClientSecret is only for a Traditional Web application, which is then
	// authenticated with client_secret_basic. A Native application has none,
	// and Logto refuses one that sends it.
	ClientSecret Secret

	// Scopes to ask for beside openid. Nil means offline_access (a session
	// that lasts), profile and email.
	Scopes []string

	// RedirectURI as registered with the provider. Empty means
	// http://127.0.0.1/callback on any free port, which is what to register
	// for a Native application (RFC 8252 §7.3). With a port, that port.
	RedirectURI string

	// Ports to listen on, in this order, where RedirectURI names none. Nil
	// means any free port.
	Ports []int

	// AppName is the program's name on the page that the browser ends on.
	// Empty means "Doorkey".
	AppName string

	// SignInTimeout is how long one sign-in waits for the person. Zero means
	// 5 minutes.
	SignInTimeout time.Duration

	// Store keeps sessions. Nil means the OS keychain, shared with every
	// program that uses the same issuer and client ID.
	Store Store

	// OpenBrowser opens the authorization request. It may block until ctx is
	// done, and no longer. Nil means $BROWSER, or the system's opener.
	OpenBrowser func(ctx context.Context, url string) error

	// HTTPClient's transport carries the requests to the provider, for a
	// proxy or an extra certificate authority. Redirects are never followed,
	// and answers are bounded whatever it says. Nil means the system's proxy
	// settings and certificates.
	HTTPClient *http.Client
}

// defaultScopes ask for a session that lasts (a refresh token) and for the
// person's name, picture and e-mail address.
var defaultScopes = []string{"offline_access", "profile", "email"}

// Store keeps sessions. [keychain.Keychain] and [keychain.Memory] are two.
type Store interface {
	Save(ctx context.Context, key keychain.Key, data []byte) error
	Load(ctx context.Context, key keychain.Key) ([]byte, error)
	Delete(ctx context.Context, key keychain.Key) error
	// Subjects are the people with a session, the last saved first.
	Subjects(ctx context.Context, issuer, clientID string) ([]string, error)
}

// ConfigError is a setting that cannot work.
type ConfigError struct {
	Field string // the field of [Config]
	Err   error
}

func (e *ConfigError) Error() string { return fmt.Sprintf("auth: Config.%s: %v", e.Field, e.Err) }
func (e *ConfigError) Unwrap() error { return e.Err }

// check refuses what cannot work, before anything is sent anywhere.
func (c Config) check() error {
	if err := checkIssuer(c.Issuer); err != nil {
		return &ConfigError{"Issuer", err}
	}
	if c.ClientID == "" {
		return &ConfigError{"ClientID", errors.New("is empty: it is the App ID of a Native application, to be found in the Logto Console under Applications")}
	}
	if err := loopback.CheckRedirectURI(c.RedirectURI); err != nil {
		return &ConfigError{"RedirectURI", err}
	}
	for _, port := range c.Ports {
		if port < 1 || port > 65535 {
			return &ConfigError{"Ports", fmt.Errorf("%d is not a port: use 1 to 65535", port)}
		}
	}
	if c.SignInTimeout < 0 {
		return &ConfigError{"SignInTimeout", fmt.Errorf("%v is in the past", c.SignInTimeout)}
	}
	return nil
}

// checkIssuer is OpenID Connect Discovery §3: https, no query, no fragment.
func checkIssuer(issuer string) error {
	if issuer == "" {
		return errors.New("is empty: for Logto it is https://<your endpoint>/oidc")
	}
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Host == "":
		return fmt.Errorf("%q is not a web address: for Logto it is https://<your endpoint>/oidc", issuer)
	case u.RawQuery != "" || u.ForceQuery:
		return fmt.Errorf("%q has a query: leave out the ? and what follows", issuer)
	case u.Fragment != "":
		return fmt.Errorf("%q has a fragment: leave out the # and what follows", issuer)
	case u.User != nil:
		return errors.New("has a user name or password in it: leave them out")
	}
	return checkScheme(u, issuer)
}

// checkScheme accepts https, and http on this machine.
func checkScheme(u *url.URL, raw string) error {
	switch {
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && isLoopbackHost(u.Hostname()):
		return nil
	case u.Scheme == "http":
		return fmt.Errorf("%q is not https: what is sent there could be read on the way (http is for this machine only)", raw)
	}
	return fmt.Errorf("%q must start with https://", raw)
}

func isLoopbackHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// scopes are what the authorization request asks for; openid always comes first.
func (c Config) scopes() []string {
	asked := c.Scopes
	if asked == nil {
		asked = defaultScopes
	}
	scopes := []string{"openid"}
	for _, s := range asked {
		if !slices.Contains(scopes, s) {
			scopes = append(scopes, s)
		}
	}
	return scopes
}
