package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

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

	// DeviceClientID is the App ID of the application for [Device]: with Logto a
	// Native application of its own, made for the device flow ("Input-limited
	// device app / CLI" in its Console, isDeviceFlow in its API), since neither
	// kind can do what the other does. It is a public client, whatever ClientID
	// is. Empty means that nobody signs in on another device. Sessions are the
	// same list of accounts whichever way they came.
	DeviceClientID string

	// Scopes to ask for beside openid. Nil means offline_access (a session
	// that lasts), profile and email.
	Scopes []string

	// Resources are the API resources for which AccessToken is to give tokens,
	// by their indicator (RFC 8707 §2). Their permissions belong in Scopes.
	Resources []string

	// RedirectURI as registered with the provider. Empty means
	// http://127.0.0.1/callback on any free port, which is what to register
	// for a Native application (RFC 8252 §7.3). With a port, that port.
	RedirectURI string

	// Ports to listen on, in this order, where RedirectURI names none. Nil
	// means any free port.
	Ports []int

	// PostLogoutRedirectURI is where the provider sends the browser after
	// EndBrowserSession, exactly as registered, port included. Empty means
	// that the provider shows a page of its own.
	PostLogoutRedirectURI string

	// AppName is the program's name on the page that the browser ends on.
	// Empty means "Doorkey".
	AppName string

	// SignInTimeout is how long one sign-in waits for the person. Zero means
	// 5 minutes, and with [Device] as long as the provider's code is good (with
	// Logto 10 minutes), which is never exceeded.
	SignInTimeout time.Duration

	// RefreshAhead is how long before it expires an access token is refreshed
	// in the background, at most a fifth of its lifetime. Zero means 5 minutes.
	// Negative means nothing runs in the background, for a program that ends
	// soon: tokens are refreshed when asked for, and what other programs do is
	// noticed then.
	RefreshAhead time.Duration

	// SessionLifetime is how long the provider keeps a refresh token that is
	// not used, for Session.LastsUntil. The provider does not say: with Logto it
	// is 1 to 180 days, as its administrator has set it for the application, and
	// 14 where nobody has. Zero means that it is not known. Nothing ends here
	// because of it.
	SessionLifetime time.Duration

	// ProfileMapper makes the program's own user of a profile, to be found in
	// Session.User. An error refuses the sign-in. It may be called from any
	// goroutine and must not call the Client.
	ProfileMapper ProfileMapper

	// Store keeps sessions. Nil means the OS keychain, shared with every
	// program that uses the same issuer and client ID.
	Store Store

	// OpenBrowser opens the authorization request. It may block until ctx is
	// done, and no longer. Nil means $BROWSER, or the system's opener.
	OpenBrowser func(ctx context.Context, url string) error

	// HTTPClient's transport carries the requests to the provider, for a
	// proxy or an extra certificate authority. Redirects are never followed,
	// and answers are bounded whatever it says. Its idle connections are closed
	// after a failed request and after a change of network. A transport made by
	// [reconnect.Transport] also notices dead connections within 10 seconds.
	// Nil means the system's proxy settings and certificates.
	HTTPClient *http.Client
}

// defaultScopes ask for a session that lasts (a refresh token) and for the
// person's name, picture and e-mail address.
var defaultScopes = []string{"offline_access", "profile", "email"}

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
	if err := checkClientID(c.ClientID); err != nil {
		return &ConfigError{"ClientID", err}
	}
	if err := checkClientID(c.DeviceClientID); err != nil {
		return &ConfigError{"DeviceClientID", err}
	}
	for _, scope := range c.Scopes {
		if err := checkScope(scope); err != nil {
			return &ConfigError{"Scopes", err}
		}
	}
	if err := loopback.CheckRedirectURI(c.RedirectURI); err != nil {
		return &ConfigError{"RedirectURI", err}
	}
	for _, port := range c.Ports {
		if port < 1 || port > 65535 {
			return &ConfigError{"Ports", fmt.Errorf("%d is not a port: use 1 to 65535", port)}
		}
	}
	for _, resource := range c.Resources {
		if err := checkResource(resource); err != nil {
			return &ConfigError{"Resources", err}
		}
	}
	if raw := c.PostLogoutRedirectURI; raw != "" {
		if u, err := url.Parse(raw); err != nil || !u.IsAbs() {
			return &ConfigError{"PostLogoutRedirectURI", fmt.Errorf("%q is not an absolute address", raw)}
		}
	}
	if c.SignInTimeout < 0 {
		return &ConfigError{"SignInTimeout", fmt.Errorf("%v is in the past", c.SignInTimeout)}
	}
	if c.SessionLifetime < 0 {
		return &ConfigError{"SessionLifetime", fmt.Errorf("%v is in the past", c.SessionLifetime)}
	}
	return nil
}

// checkIssuer is OpenID Connect Discovery §3: https, no query, no fragment.
func checkIssuer(issuer string) error {
	if issuer == "" {
		return errors.New("is empty: for Logto it is https://<your endpoint>/oidc")
	}
	if hasBlanks(issuer) {
		return fmt.Errorf("%q has blanks in it, or characters that cannot be seen: type it anew", issuer)
	}
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Host == "":
		return fmt.Errorf("%q is not a web address: for Logto it is https://<your endpoint>/oidc", issuer)
	case u.RawQuery != "" || u.ForceQuery:
		return fmt.Errorf("%q has a query: leave out the ? and what follows", issuer)
	case strings.Contains(issuer, "#"):
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

// checkClientID refuses what was copied with something around it: an identifier
// is compared as it is, and never trimmed.
func checkClientID(id string) error {
	if hasBlanks(id) {
		return fmt.Errorf("%q has blanks in it: it is an App ID, to be found in the Logto Console under Applications", id)
	}
	return nil
}

// hasBlanks is also true of what takes no room at all.
func hasBlanks(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
}

// checkScope is RFC 6749 §3.3: two in one would be asked for as two.
func checkScope(scope string) error {
	if scope == "" || strings.ContainsFunc(scope, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }) {
		return fmt.Errorf("%q is not a scope: it is one word of ASCII characters without quotation marks", scope)
	}
	return nil
}

// checkResource is RFC 8707 §2: an absolute URI without a fragment.
func checkResource(indicator string) error {
	u, err := url.Parse(indicator)
	if err != nil || !u.IsAbs() || strings.Contains(indicator, "#") {
		return fmt.Errorf("resource %q is not an API resource's indicator: it is an absolute URI without a fragment, such as https://api.example.com", indicator)
	}
	return nil
}

// scopes are what the authorization request asks for, with what one sign-in
// wants besides; openid always comes first.
func (c Config) scopes(more []string) []string {
	asked := c.Scopes
	if asked == nil {
		asked = defaultScopes
	}
	return union([]string{"openid"}, asked, more)
}

// union is every string of the lists once, in the order of their first.
func union(lists ...[]string) []string {
	var all []string
	for _, list := range lists {
		for _, s := range list {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}
