package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"
)

const (
	grantTypeDeviceCode = "urn:ietf:params:oauth:grant-type:device_code" // RFC 8628 §3.4

	// slowDown is by how much slow_down makes the interval longer, for good
	// (RFC 8628 §3.5).
	slowDown = 5 * time.Second

	// maxDevicePause bounds the pause after polls without an answer, so that the
	// sign-in goes on soon after the network is back.
	maxDevicePause = 30 * time.Second
)

// ErrCodeExpired ends a sign-in on another device because nobody has confirmed
// the code in time. It is an [ErrTimeout].
var ErrCodeExpired = fmt.Errorf("the code to confirm on the other device has expired: sign in again for another one (%w)", ErrTimeout)

// pollDevice asks the token endpoint again and again until the person has
// decided, the code has expired, or ctx is done (RFC 8628 §3.4, §3.5). Trouble
// with the network is no end: the pauses get longer meanwhile.
//
// An answer that is lost on its way may have had the tokens in it. The provider
// is asked again all the same: if so, the code is used up, and Logto 1.42 then
// answers invalid_grant and revokes the tokens that nobody has.
func (c *Client) pollDevice(ctx context.Context, p *provider, d *deviceAuthorization) (*tokenAnswer, error) {
	interval, failures, lostOne := d.interval, 0, false
	pause := interval
	for {
		if err := c.waitForPoll(ctx, pause, d.deadline); err != nil {
			return nil, err
		}
		answer, err := c.tokenRequest(ctx, p, c.config.DeviceClientID, url.Values{
			"grant_type": {grantTypeDeviceCode}, "device_code": {d.deviceCode.Reveal()},
		})
		if err == nil {
			return answer, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var refused *oauthError
		if !errors.As(err, &refused) {
			var lost *lostError
			lostOne = lostOne || errors.As(err, &lost)
			failures++
			pause = devicePause(interval, failures, err)
			continue
		}
		failures = 0
		switch refused.code {
		case "authorization_pending":
		case "slow_down":
			interval += slowDown
		default:
			return nil, deviceError(refused, lostOne)
		}
		pause = interval
	}
}

// waitForPoll waits for a while, but not beyond the deadline.
func (c *Client) waitForPoll(ctx context.Context, pause time.Duration, end deadline) error {
	left := end.left(c.clock.now())
	if left <= 0 {
		return ErrCodeExpired
	}
	timer := time.NewTimer(min(pause, left))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if end.left(c.clock.now()) <= 0 {
		return ErrCodeExpired
	}
	return nil
}

// devicePause doubles the interval with each poll without an answer, and waits
// as long as the server has asked for.
func devicePause(interval time.Duration, failures int, err error) time.Duration {
	pause := max(interval, min(interval<<min(failures, 5), maxDevicePause))
	var away *UnreachableError
	if errors.As(err, &away) {
		pause = max(pause, away.RetryAfter)
	}
	return pause
}

// deviceError is what the end of the polling means for the person.
func deviceError(refused *oauthError, lostOne bool) error {
	switch {
	case refused.code == "expired_token":
		return ErrCodeExpired
	case refused.code == "access_denied":
		return &AuthorizationError{Code: refused.code, Description: refused.description}
	}
	err := &ExchangeError{StatusCode: refused.status, Code: refused.code, Description: refused.description}
	if lostOne && refused.code == "invalid_grant" {
		return fmt.Errorf("the provider's answer was lost on its way, and it gives no second one: sign in again (%w)", err)
	}
	return err
}
