package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"doorkey/auth/internal/secret"
)

// DeviceAuthorization is what a person has to see to sign in on another device
// (RFC 8628 §3.3). It is for their eyes only: whoever confirms the code signs in
// here.
type DeviceAuthorization struct {
	// UserCode is to be typed there, or compared with what is shown there.
	UserCode string

	// VerificationURI is the page to type the code at, short enough to be typed
	// itself.
	VerificationURI string

	// VerificationURIComplete has the code in it, for a QR code. It is empty
	// where the provider gives none.
	VerificationURIComplete string
}

// String shows nothing, so that no log does.
func (DeviceAuthorization) String() string { return secret.Redacted }

// GoString is String.
func (d DeviceAuthorization) GoString() string { return d.String() }

const (
	// deviceInterval is the pause between two polls where the provider names
	// none (RFC 8628 §3.2), as Logto 1.42.
	deviceInterval = 5 * time.Second

	// maxDeviceLifetime bounds how long a code is taken to be good: nobody waits
	// longer. Logto's is for 10 minutes.
	maxDeviceLifetime = time.Hour

	maxUserCode        = 32   // characters; RFC 8628 §6.1 suggests 8
	maxVerificationURI = 1024 // bytes, which still fit into a QR code
)

// deviceAuthorization is an answer of the device authorization endpoint.
type deviceAuthorization struct {
	shown      DeviceAuthorization
	deviceCode Secret
	interval   time.Duration
	until      time.Time
	deadline   deadline
}

// authorizeDevice makes the device authorization request (RFC 8628 §3.1). Logto
// 1.42 wants no PKCE here, gives a refresh token for offline_access without any
// prompt, and puts no nonce into the ID token even if one is sent.
func (c *Client) authorizeDevice(ctx context.Context, p *provider, scopes, resources []string, params url.Values) (*deviceAuthorization, error) {
	endpoint := p.metadata.DeviceAuthorizationEndpoint
	if endpoint == "" {
		return nil, ErrNoDevice
	}
	form := url.Values{"scope": {strings.Join(scopes, " ")}}
	if len(resources) > 0 {
		form["resource"] = resources
	}
	for name := range params {
		form.Set(name, params.Get(name))
	}
	received := c.clock.now() // before it is sent, so that the code ends here no later than there
	resp, err := c.postForm(ctx, endpoint, c.config.DeviceClientID, form)
	if err != nil {
		if away := unreachable(ctx, err); away != nil {
			return nil, away
		}
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, &UnreachableError{Host: host(endpoint), Err: fmt.Errorf("the answer broke off: %w", err)}
	}
	if err := deviceRefusal(resp, body, received); err != nil {
		return nil, err
	}
	d, err := c.readDeviceAuthorization(body, received)
	if err != nil {
		return nil, fmt.Errorf("the device authorization endpoint of %s gave an answer that cannot be used: %w", host(endpoint), err)
	}
	return d, nil
}

// deviceRefusal is nil for an answer that is none.
func deviceRefusal(resp *http.Response, body []byte, now moment) error {
	status := resp.StatusCode
	away := &UnreachableError{Host: resp.Request.URL.Host, Err: fmt.Errorf("HTTP status %d", status)}
	switch {
	case status == http.StatusTooManyRequests, status >= 500:
		away.RetryAfter = retryAfter(resp.Header, now)
		return away
	case isPage(resp.Header):
		away.Err = fmt.Errorf("a web page answered, with HTTP status %d: does this network want a sign-in of its own?", status)
		return away
	case status == http.StatusOK:
		return nil
	}
	if refused := readOAuthError(status, body); refused != nil {
		// To a client that is not made for the device flow Logto 1.42 says
		// invalid_request, and that it "is not allowed for this client".
		return &AuthorizationError{Code: refused.code, Description: refused.description}
	}
	away.Err = fmt.Errorf("HTTP status %d without an OAuth 2.0 error", status)
	return away
}

// readDeviceAuthorization checks what came (RFC 8628 §3.2). Its errors show
// nothing of it: the codes are the person's and ours.
func (c *Client) readDeviceAuthorization(body []byte, now moment) (*deviceAuthorization, error) {
	var answer struct {
		DeviceCode              string      `json:"device_code"`
		UserCode                string      `json:"user_code"`
		VerificationURI         string      `json:"verification_uri"`
		VerificationURIComplete string      `json:"verification_uri_complete"`
		ExpiresIn               json.Number `json:"expires_in"` // seconds; some providers quote it
		Interval                json.Number `json:"interval"`   // seconds
	}
	if json.Unmarshal(body, &answer) != nil {
		return nil, errors.New("it is no JSON object of the kind")
	}
	if answer.DeviceCode == "" {
		return nil, errors.New("it has no device_code")
	}
	if !isUserCode(answer.UserCode) {
		return nil, fmt.Errorf("its user_code is not up to %d letters, digits and signs", maxUserCode)
	}
	if err := checkVerificationURI(answer.VerificationURI); err != nil {
		return nil, fmt.Errorf("its verification_uri %w", err)
	}
	if answer.VerificationURIComplete != "" {
		if err := checkVerificationURI(answer.VerificationURIComplete); err != nil {
			return nil, fmt.Errorf("its verification_uri_complete %w", err)
		}
	}
	lifetime, known := seconds(answer.ExpiresIn)
	if !known || lifetime <= 0 {
		return nil, errors.New("it does not say in how many seconds the code expires (expires_in)")
	}
	interval := c.devicePoll
	if answer.Interval != "" {
		if interval, known = seconds(answer.Interval); !known || interval >= lifetime {
			return nil, errors.New("its interval is not a number of seconds before the code expires")
		}
		interval = max(interval, time.Second) // as zero, or less than nothing
	}
	lifetime = min(lifetime, maxDeviceLifetime)
	if limit := c.config.SignInTimeout; limit > 0 {
		lifetime = min(lifetime, limit)
	}
	return &deviceAuthorization{
		shown: DeviceAuthorization{
			UserCode: answer.UserCode, VerificationURI: answer.VerificationURI, VerificationURIComplete: answer.VerificationURIComplete,
		},
		deviceCode: NewSecret(answer.DeviceCode),
		interval:   interval,
		until:      now.Add(lifetime),
		deadline:   now.in(lifetime),
	}, nil
}

// isUserCode accepts what can be read, typed and compared: a window and a
// terminal show it as it is.
func isUserCode(code string) bool {
	return code != "" && len(code) <= maxUserCode && strings.TrimSpace(code) == code &&
		!strings.ContainsFunc(code, func(r rune) bool { return r < ' ' || r > '~' })
}

// checkVerificationURI accepts a web page that may be opened and shown.
func checkVerificationURI(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		return errors.New("is missing")
	case len(raw) > maxVerificationURI:
		return fmt.Errorf("is longer than %d bytes", maxVerificationURI)
	case err != nil || u.Host == "" || u.User != nil || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errors.New("is not a web address")
	case checkScheme(u, "") != nil:
		return errors.New("is not https")
	}
	return nil
}

// seconds reads a number of seconds, up to some years.
func seconds(n json.Number) (time.Duration, bool) {
	f, err := n.Float64()
	if err != nil || f < -1e9 || f > 1e9 || f != f {
		return 0, false
	}
	return time.Duration(f * float64(time.Second)), true
}
