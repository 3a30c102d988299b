package app

import (
	"context"
	"errors"

	"doorkey/auth"
	"doorkey/auth/keychain"

	"fyne.io/fyne/v2/lang"
)

// name is what to call the place in a sentence.
func (p place) name() string {
	if p.Demo {
		return lang.X("doorkey.demo.host", "the demo")
	}
	return p.Host
}

// where is the line under a title that says where one signs in.
func (p place) where() string {
	if p.Demo {
		return lang.X("doorkey.signedout.demo", "to the demo on this computer")
	}
	return lang.X("doorkey.signedout.body", "to {{.Host}}", p)
}

// sentence says what went wrong and what to do, in the person's language. It
// is empty where nothing did, and where the person has cancelled.
func sentence(err error, at place) string {
	var (
		unreachable *auth.UnreachableError
		refused     *auth.AuthorizationError
		exchange    *auth.ExchangeError
		issuer      *auth.IssuerMismatchError
		provider    *auth.DiscoveryError
		idToken     *auth.IDTokenError
		port        *auth.PortError
		goodbye     *goodbyeError
	)
	say := func(key, english string, more ...string) string {
		data := map[string]string{"Host": at.name()}
		for i := 0; i < len(more); i += 2 {
			data[more[i]] = more[i+1]
		}
		return lang.X(key, english, data)
	}
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, auth.ErrSuperseded), errors.Is(err, auth.ErrClosed):
		return ""
	case errors.As(err, &goodbye):
		return say("doorkey.error.revoke", "You are signed out on this computer. {{.Host}} could not be told, so ask your administrator if this computer is lost.")
	case errors.Is(err, errOpen):
		return say("doorkey.error.browser", "The browser could not be opened.\nCopy the link into a browser on this computer.")
	case errors.Is(err, keychain.ErrLocked):
		return say("doorkey.error.locked", "The keychain is locked.\nUnlock it, then try again.")
	case errors.Is(err, keychain.ErrTimeout):
		return say("doorkey.error.silent", "The keychain does not answer. If it asks for a password on your desktop, enter that, then try again.")
	case errors.Is(err, keychain.ErrUnavailable):
		return say("doorkey.error.nokeychain", "The keychain of this computer cannot be reached. Try again; if it stays, ask your administrator.")
	case errors.Is(err, keychain.ErrCorrupt), errors.Is(err, auth.ErrDamaged):
		return say("doorkey.error.corrupt", "What the keychain holds for this program is damaged. Sign in again to replace it.")
	case errors.Is(err, keychain.ErrNewer), errors.Is(err, auth.ErrNewer):
		return say("doorkey.error.newer", "A newer version of this program stored the session. Update this one.")
	case errors.Is(err, auth.ErrTimeout):
		return say("doorkey.error.timeout", "Nobody came back from the browser in time. Try again when you are ready.")
	case errors.As(err, &unreachable):
		return say("doorkey.error.offline", "{{.Host}} cannot be reached. Check your network or VPN, then try again.")
	case errors.As(err, &refused):
		return say("doorkey.error.refused", "{{.Host}} did not sign you in ({{.Reason}}). Try again, or ask your administrator whether you have access.", "Reason", refused.Code)
	case errors.As(err, &exchange):
		return say("doorkey.error.exchange", "{{.Host}} refused to finish the sign-in ({{.Reason}}). Try again; if it stays, ask your administrator to check the application's settings.", "Reason", exchange.Reason())
	case errors.As(err, &issuer):
		return say("doorkey.error.issuer", "This program is set up for {{.Configured}}, but the server calls itself {{.Discovered}}. Ask your administrator to correct the issuer.", "Configured", issuer.Configured, "Discovered", issuer.Discovered)
	case errors.As(err, &provider):
		return say("doorkey.error.provider", "What answers at {{.Host}} is not a sign-in service. Ask your administrator to check the issuer.")
	case errors.As(err, &idToken):
		return say("doorkey.error.idtoken", "{{.Host}} could not prove who signed in. Try again; if it stays, check this computer's clock and ask your administrator.")
	case errors.As(err, &port):
		return say("doorkey.error.port", "The browser cannot come back, because another program uses the port of the redirect URI. Close that program, then try again.")
	}
	return say("doorkey.error.other", "That did not work. Try again; if it stays, ask your administrator.")
}
