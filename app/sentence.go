package app

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"slices"

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

// where is the line under a title that says where one signs in: by the
// tenant's name, where it has told one.
func (v *view) where() string {
	switch {
	case v.place.Demo:
		return lang.X("doorkey.signedout.demo", "to the demo on this computer")
	case v.tenant.Name != "":
		return lang.X("doorkey.signedout.body", "to {{.Host}}", map[string]string{"Host": v.tenant.Name})
	}
	return lang.X("doorkey.signedout.body", "to {{.Host}}", map[string]string{"Host": v.place.Host})
}

// sentence says what went wrong and what to do, in the person's language. It
// is empty where nothing did, and where the person has cancelled.
func sentence(err error, at place) string {
	say := func(key, english string, more ...string) string {
		data := map[string]string{"Host": at.name()}
		for i := 0; i < len(more); i += 2 {
			data[more[i]] = more[i+1]
		}
		return lang.X(key, english, data)
	}
	var (
		untold      *auth.RevocationError
		unstored    *auth.StoreError
		ended       *auth.SessionEndedError
		unreachable *auth.UnreachableError
		denied      *auth.AccessDeniedError
		renewal     *auth.RefusedError
		refused     *auth.AuthorizationError
		exchange    *auth.ExchangeError
		issuer      *auth.IssuerMismatchError
		provider    *auth.DiscoveryError
		different   *auth.DifferentPersonError
		fresh       *auth.AuthTimeError
		profile     *auth.ProfileError
		clock       *auth.ClockError
		idToken     *auth.IDTokenError
		port        *auth.PortError
		callback    *auth.CallbackError
	)
	switch {
	case err == nil, isAny(err, context.Canceled, auth.ErrSuperseded, auth.ErrClosed):
		return ""
	case errors.As(err, &untold):
		return say("doorkey.error.revoke", "You are signed out on this computer. {{.Host}} could not be told, so ask your administrator if this computer is lost.")
	case errors.As(err, &ended):
		return reasonToSignIn()
	case errors.Is(err, auth.ErrSignedOut):
		return "" // by another program: the screen says so
	case errors.Is(err, errOpen):
		return say("doorkey.error.browser", "The browser could not be opened.\nCopy the link into a browser on this computer.")
	case errors.Is(err, keychain.ErrLocked):
		return say("doorkey.error.locked", "The keychain is locked.\nUnlock it, then try again.")
	case errors.Is(err, keychain.ErrTimeout):
		return say("doorkey.error.silent", "The keychain does not answer. If it asks for a password on your desktop, enter that, then try again.")
	case errors.Is(err, keychain.ErrUnavailable):
		return say("doorkey.error.nokeychain", "This computer's keychain cannot be reached. Try again; if the problem persists, ask your administrator.")
	case errors.Is(err, auth.ErrBusy):
		return say("doorkey.error.busy", "Another program is using your session and does not finish. Close other programs that use this account, then try again.")
	case errors.As(err, &unstored) && !isAny(err, keychain.ErrCorrupt, keychain.ErrNewer, auth.ErrDamaged, auth.ErrNewer):
		return say("doorkey.error.store", "Your session cannot be saved, so it was left as it is. Free some disk space, then try again. See Diagnostics for details.")
	case isAny(err, keychain.ErrCorrupt, auth.ErrDamaged):
		return say("doorkey.error.corrupt", "What the keychain holds for this program is damaged. Sign in again to replace it.")
	case isAny(err, keychain.ErrNewer, auth.ErrNewer):
		return say("doorkey.error.newer", "A newer version of this program stored the session. Update this one.")
	case errors.Is(err, auth.ErrNoAccount):
		return say("doorkey.error.account", "This account is not signed in on this computer any more. Sign in with it again.")
	case errors.Is(err, auth.ErrCodeExpired):
		return say("doorkey.error.code", "Nobody confirmed the code on a phone in time, and it has expired.")
	case errors.Is(err, auth.ErrNoDevice):
		return say("doorkey.error.nodevice", "{{.Host}} cannot sign you in with your phone. Sign in in another way, or ask your administrator.")
	case errors.Is(err, auth.ErrTimeout):
		return say("doorkey.error.timeout", "Nobody came back from the browser in time. Try again when you are ready.")
	case badCertificate(err):
		return say("doorkey.error.certificate", "The certificate of {{.Host}} has expired, or this computer's clock is wrong. Check the date and time, then try again.")
	case errors.As(err, &unreachable):
		return say("doorkey.error.offline", "{{.Host}} cannot be reached. Check your network or VPN, then try again.")
	case errors.As(err, &denied):
		return say("doorkey.error.denied", "You have no access to this app at the moment. Ask your administrator for it.")
	case errors.As(err, &renewal):
		return say("doorkey.error.renewal", "Your sign-in could not be renewed ({{.Reason}}). Try again; if it stays, ask your administrator to check the application's settings.", "Reason", renewal.Code)
	case errors.As(err, &refused):
		return say("doorkey.error.refused", "{{.Host}} did not sign you in ({{.Reason}}). Try again, or ask your administrator whether you have access.", "Reason", refused.Code)
	case errors.As(err, &exchange):
		return say("doorkey.error.exchange", "{{.Host}} refused to finish the sign-in ({{.Reason}}). Try again; if it stays, ask your administrator to check the application's settings.", "Reason", exchange.Reason())
	case errors.As(err, &issuer):
		return say("doorkey.error.issuer", "This program is set up for {{.Configured}}, but the server calls itself {{.Discovered}}. Ask your administrator to correct the issuer.", "Configured", issuer.Configured, "Discovered", issuer.Discovered)
	case errors.As(err, &provider):
		return say("doorkey.error.provider", "What answers at {{.Host}} is not a sign-in service. Ask your administrator to check the issuer.")
	case errors.As(err, &different):
		want, got := apart(different.Want, different.Got)
		return say("doorkey.error.person", "{{.Got}} signed in, but {{.Want}} is needed here. Sign in with that account to go on.", "Want", want, "Got", got)
	case errors.As(err, &fresh):
		return say("doorkey.error.fresh", "This needs a sign-in from just now, which could not be confirmed. Try again; if it stays, ask your administrator.")
	case errors.As(err, &profile):
		return say("doorkey.error.profile", "This program does not accept this account. Use another one, or ask your administrator.")
	case errors.As(err, &clock) && clock.Skew < 0:
		return say("doorkey.error.slow", "This computer's clock is {{.Skew}} slow. Set it right, then try again.", "Skew", span(clock.Skew))
	case errors.As(err, &clock):
		return say("doorkey.error.fast", "This computer's clock is {{.Skew}} fast. Set it right, then try again.", "Skew", span(clock.Skew))
	case errors.As(err, &idToken):
		return say("doorkey.error.idtoken", "{{.Host}} could not prove who signed in. Try again; if it stays, check this computer's clock and ask your administrator.")
	case errors.As(err, &callback):
		return callbackSentence(callback.Reason)
	case errors.Is(err, auth.ErrNotWaiting):
		return "" // the sign-in is over: the screen says so
	case errors.As(err, &port):
		return say("doorkey.error.port", "The browser cannot come back, because another program uses the port of the redirect URI. Close that program, then try again.")
	}
	return say("doorkey.error.other", "That did not work. Try again; if it stays, ask your administrator.")
}

// callbackSentence says why what was pasted does not finish the sign-in.
func callbackSentence(reason auth.CallbackReason) string {
	switch reason {
	case auth.CallbackOtherSignIn:
		return lang.X("doorkey.error.pastedold", "This address is of an earlier sign-in. Open the link that is copied here now, and paste the address it ends on.")
	case auth.CallbackNoAnswer:
		return lang.X("doorkey.error.pastedearly", "There is no sign-in in this address yet. Finish in the browser, and paste the address it ends on.")
	case auth.CallbackWrongIssuer:
		return lang.X("doorkey.error.pastedissuer", "This address comes from another sign-in service. Open the link that is copied here, and paste the address it ends on.")
	}
	return lang.X("doorkey.error.pasted", "What was pasted is not the address that the browser ended on: that begins with http://127.0.0.1. Copy it whole from the address bar.")
}

// tryAgain stands on the button for it.
func tryAgain() string { return lang.X("doorkey.retry", "Try again") }

// badCertificate tells that the provider's certificate is not valid at the time
// that this computer's clock shows.
func badCertificate(err error) bool {
	var certificate x509.CertificateInvalidError
	return errors.As(err, &certificate) && certificate.Reason == x509.Expired
}

// ofSignIn tells that it takes another sign-in to do better.
func ofSignIn(err error) bool {
	var (
		refused   *auth.AuthorizationError
		exchange  *auth.ExchangeError
		port      *auth.PortError
		different *auth.DifferentPersonError
		fresh     *auth.AuthTimeError
	)
	return errors.As(err, &refused) || errors.As(err, &exchange) || errors.As(err, &port) ||
		errors.As(err, &different) || errors.As(err, &fresh)
}

// apart is what to call two people so that one can tell who is who.
func apart(a, b auth.Profile) (string, string) {
	if a.DisplayName() != b.DisplayName() {
		return a.DisplayName(), b.DisplayName()
	}
	more := func(p auth.Profile) string { return p.DisplayName() + " · " + cmp.Or(secondLine(p), shownID(p)) }
	return more(a), more(b)
}

// isAny tells whether err is one of several.
func isAny(err error, targets ...error) bool {
	return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
}
