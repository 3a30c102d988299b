package doctor

import (
	"context"
	"time"

	"doorkey/auth/keychain"
)

// Local is what there is to look at on this computer, beside the provider. What
// is nil is left out, but for Browser.
type Local struct {
	// Settings are those of the program, each as it may be shown to anybody,
	// and SettingsErr what is wrong with them, one error or several joined.
	Settings    []Setting
	SettingsErr error

	// Browser is the program that would open a page. Nil means
	// [doorkey/auth/loopback.Browser].
	Browser func() (program string, err error)

	// Keychain tries the system's keychain, as [keychain.Keychain.Probe] does.
	Keychain func(context.Context) (keychain.Probed, error)

	// Files tries the encrypted files in which sessions are kept in place of the
	// keychain, which is not looked at then; nil where they are in the keychain.
	Files func(context.Context) (folder string, err error)

	// Session tells whether somebody is signed in. Its error means that this
	// cannot be known.
	Session func(context.Context) (Session, error)

	trip func(ctx context.Context, redirectURI string) error // [roundTrip]
}

// Setting is one setting and where it comes from.
type Setting struct {
	Name, Value, Source string
}

// Session is whether somebody is signed in. It does not say who.
type Session struct {
	SignedIn bool
	Until    time.Time // zero where nobody knows
	Ended    string    // why somebody has to sign in again, such as invalid_grant
	Memory   error     // why the session is not in the keychain
	Denied   error     // why the provider last refused to renew it, where that lasts
}
