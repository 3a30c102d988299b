package auth

import (
	"context"
	"errors"
)

// Device signs the person in on another device, such as their phone, instead of
// in the browser of this computer (RFC 8628). No browser is opened. The person
// has to see Attempt.Device, which Watch tells once it is there, and confirm the
// code there; SignIn polls the provider meanwhile. That another device cannot be
// reached from here does not matter, nor does a network that is gone for a while.
//
// It takes Config.DeviceClientID; without it SignIn returns a [*ConfigError],
// and [ErrNoDevice] where the provider has no such endpoint. Resources, scopes,
// [Connector], [UILocales] and [LoginHint] are asked for as in the browser, and
// [AnotherAccount] keeps whoever is signed in here. Who is signed in in that
// device's browser is not asked again: Logto takes no prompt here, which is why
// [Fresh] is refused. Whatever else the sign-in is told comes as errors of
// [Client.SignIn]: [*AuthorizationError] (access_denied where the person has
// declined), [*ExchangeError], [ErrCodeExpired].
func Device() SignInOption {
	return signInOption(func(s *signIn) error {
		s.device = true
		return nil
	})
}

// ErrNoDevice means that the provider does not sign people in on another
// device.
var ErrNoDevice = errors.New("auth: the provider signs nobody in on another device (it has no device_authorization_endpoint): sign in in the browser")

// CanUseDevice tells whether [Device] can be used: Config.DeviceClientID is set.
func (c *Client) CanUseDevice() bool { return c.config.DeviceClientID != "" }

// checkDevice refuses what another device cannot do, rather than ignore it.
func (c *Client) checkDevice(asked signIn) error {
	switch {
	case !c.CanUseDevice():
		return &ConfigError{"DeviceClientID", errors.New("is empty: to sign in on another device it takes the App ID of an application of its own for the device flow, to be made in the Logto Console under Applications")}
	case asked.fresh:
		// Logto 1.42 ignores max_age and prompt there, and tells no auth_time.
		return errors.New("auth.Fresh cannot be combined with auth.Device: no provider tells there when the person signed in; use the browser")
	}
	return nil
}

// deviceTrip is the sign-in itself, from the device authorization request to a
// verified ID token.
func (c *Client) deviceTrip(ctx context.Context, a *attempt, p *provider, asked signIn) (*session, error) {
	scopes, resources := c.config.scopes(asked.scopes), union(c.config.Resources, asked.resources)
	d, err := c.authorizeDevice(ctx, p, scopes, resources, asked.params)
	if err != nil {
		return nil, err
	}
	c.show(a, func(s *Attempt) { s.Step, s.Device, s.Deadline = Waiting, &d.shown, d.until })
	answer, err := c.pollDevice(ctx, p, d)
	if err != nil {
		return nil, err
	}
	received := c.clock.now()
	c.show(a, func(s *Attempt) { *s = Attempt{Step: Finishing} })
	return c.accept(ctx, p, c.config.DeviceClientID, answer, received, "", scopes, resources, nil)
}
