package app

import (
	"context"
	"crypto/x509"
	"errors"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"
)

var (
	away    = &auth.UnreachableError{Host: shotPlace.Host, Err: errors.New("no network")}
	expired = &auth.UnreachableError{Host: shotPlace.Host, Err: x509.CertificateInvalidError{Reason: x509.Expired}}
)

func out(err error) auth.State { return auth.State{Phase: auth.SignedOut, Err: err} }

// unread is a store that cannot be read.
func unread(err error) auth.State { return auth.State{Phase: auth.Inaccessible, Err: err} }

// withPhone is a view in a program that can sign in on another device.
func withPhone(v *view) { v.actions.phone = func() {} }

// deviceAt is what Logto has a person do on another device.
func deviceAt(endpoint string) *auth.DeviceAuthorization {
	return &auth.DeviceAuthorization{
		UserCode: "DMGM-WKGB", VerificationURI: endpoint + "/device", VerificationURIComplete: endpoint + "/device?user_code=DMGM-WKGB",
	}
}

// signInShots are of the way from the start to the browser and back.
func signInShots() []shot {
	pending := auth.Attempt{Step: auth.Waiting, URL: "https://login.example.com/oidc/auth?state=s", Deadline: shotTime.Add(300 * time.Second)}
	blocked, late := pending, pending
	late.Deadline = shotTime.Add(9 * time.Second)
	blocked.OpenErr = context.DeadlineExceeded
	onPhone := auth.Attempt{Step: auth.Waiting, Deadline: shotTime.Add(600 * time.Second), Device: deviceAt("https://login.example.com")}
	inDemo := onPhone
	inDemo.Device = deviceAt("http://127.0.0.1:34080")
	trying := func(a auth.Attempt) auth.State { return auth.State{Phase: auth.SigningIn, Attempt: a} }
	internal := &auth.IssuerMismatchError{
		Configured: "https://login.example.com/oidc", Discovered: "https://internal-logto.corp.example.net:3001/oidc",
	}
	return []shot{
		{"starting", pose{}.window},
		{"starting-slow", pose{then: waitForSlow}.window},
		{"signedout", pose{state: out(nil)}.window},
		{"signedout-bare", pose{before: bare, state: out(nil)}.window},
		{"signedout-demo", pose{demo: true, state: out(nil)}.window},
		{"signedout-timeout", pose{state: out(auth.ErrTimeout)}.window},
		{"signedout-issuer", pose{state: out(internal)}.window},
		{"signedout-exchange", pose{state: out(&auth.ExchangeError{StatusCode: 400, Code: "invalid_grant"})}.window},
		{"signedout-revoke", pose{state: out(nil), then: func(v *view) { v.signedOut(&auth.RevocationError{Err: errors.New("offline")}) }}.window},
		{"unread-nokeychain", pose{state: unread(keychain.ErrUnavailable)}.window},
		{"unread-silent", pose{state: unread(keychain.ErrTimeout)}.window},
		{"unread-locked", pose{state: unread(keychain.ErrLocked)}.window},
		{"unread-unlocking", pose{state: unread(keychain.ErrLocked), then: func(v *view) { v.current.(*signedOutScreen).unlock.OnTapped() }}.window},
		{"unread-damaged", pose{state: unread(auth.ErrDamaged)}.window},
		{"unread-failed", pose{before: withPhone, state: unread(keychain.ErrUnavailable), then: func(v *view) { v.show(unread(auth.ErrTimeout)) }}.window},
		{"contacting", pose{state: trying(auth.Attempt{})}.window},
		{"waiting", pose{state: trying(pending), then: func(*view) { time.Sleep(8500 * time.Millisecond) }}.window},
		{"waiting-blocked", pose{state: trying(blocked), then: func(v *view) { v.current.(*waitingScreen).copy.OnTapped() }}.window},
		{"waiting-wrong-address", pose{state: trying(pending), then: func(v *view) {
			v.delivered(&auth.CallbackError{Reason: auth.CallbackElsewhere})
		}}.window},
		{"waiting-late", pose{state: trying(late), then: func(v *view) {
			s := v.current.(*waitingScreen)
			s.begun = shotTime.Add(-291 * time.Second)
			s.update(v.state)
		}}.window},
		{"signedout-phone", pose{before: withPhone, state: out(nil)}.window},
		{"signedout-code", pose{before: withPhone, state: out(auth.ErrCodeExpired)}.window},
		{"device", pose{state: trying(onPhone), then: func(*view) { time.Sleep(42500 * time.Millisecond) }}.window},
		{"device-copied", pose{demo: true, state: trying(inDemo), then: func(v *view) { v.current.(*deviceScreen).code.OnTapped() }}.window},
		{"finishing-asked", pose{state: trying(auth.Attempt{Step: auth.Finishing}), then: keychainAsks}.window},
		{"finishing", pose{state: trying(auth.Attempt{Step: auth.Finishing})}.window},
	}
}
