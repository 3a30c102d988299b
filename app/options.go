package app

import (
	"image/color"
	"net/http"

	"doorkey/auth"
	"doorkey/auth/doctor"

	"fyne.io/fyne/v2"
)

// Options change the window. The zero value is the window of Doorkey itself.
type Options struct {
	// AppName stands in the title. Empty means "Doorkey".
	AppName string

	// Issuer and ClientID are those of the client's auth.Config. The screens
	// name the provider by them, and its look is asked for with them.
	Issuer   string
	ClientID string

	// Demo says that the provider is the stand-in on this computer.
	Demo bool

	// SignIn starts straight into the sign-in, where nobody is signed in yet.
	SignIn bool

	// Connector that SignIn goes straight to, such as "wecom". Empty means
	// the provider's page with all ways to sign in.
	Connector string

	// Logo stands above the ways to sign in. Nil means the tenant's own, or
	// Doorkey's where it has none.
	Logo fyne.Resource

	// Colors are in place of the tenant's. See [Theme] for where they show.
	Colors Colors

	// Texts are the program's own words in place of the window's.
	Texts Texts

	// Without leaves screens out.
	Without Screens

	// CacheDir is where the tenant's look is kept for the next start. Empty
	// means a folder of Doorkey's own in the person's cache folder.
	CacheDir string

	// HTTPClient's transport loads pictures and the tenant's look. Nil means
	// the system's proxy settings and certificates.
	HTTPClient *http.Client

	// Preferences is what the person has set, and Save keeps what they change,
	// on a goroutine of its own, one call at a time; its error is shown. Where
	// it returns a *PreferenceError, it has kept nothing of what it was given.
	// Without Save there is no settings screen.
	Preferences Preferences
	Save        func(Preferences) error

	// Fixed are the preferences that somebody else has set, such as an
	// administrator: they are shown and cannot be changed.
	Fixed []Preference

	// RemoveData removes what the program itself keeps, after the window has
	// signed everybody out and deleted its own. It runs on a goroutine of its
	// own; then Quit is called. Nil means there is nothing.
	RemoveData func() error

	// Checkup is what the checks of the diagnostics screen are to look at
	// besides Issuer and ClientID, such as the settings and the keychain. It
	// runs on a goroutine of its own. Nil means what the window knows itself.
	Checkup func() doctor.Target

	// Diagnostics are lines of the program's own for the diagnostics screen,
	// without secrets. It runs on a goroutine of its own.
	Diagnostics func() []Fact

	// Window to use, for a program that has shown an empty one already. Nil
	// means a new one.
	Window fyne.Window

	// Tray puts an icon with a menu into the desktop's tray, where it has one.
	// A program has one such icon at most, so leave it to your own if you have.
	Tray bool

	// OnSignedIn is told who is signed in: at each sign-in, in this program or
	// another that shares the session, when another person becomes the current
	// one, and at a start with a session in the keychain. A refresh is none of
	// these. It runs on the UI goroutine.
	OnSignedIn func(auth.Session)

	// OnClosed is told that the window was closed, by the person or by itself.
	// It runs on the UI goroutine.
	OnClosed func()

	// OnOrganization is told in which organization the person wants to work,
	// whenever that has changed: they have chosen one, or one was chosen before
	// by whoever is signed in now. Its tokens are
	// auth.Client.AccessToken(ctx, auth.Organization(m.ID)). The zero Membership
	// is none; that is how it is before OnOrganization is called, and after a
	// sign-out. It runs on the UI goroutine, after OnSignedIn.
	OnOrganization func(auth.Membership)

	passing bool // see SignInWindow
}

// Screens are some of the window's screens.
type Screens struct {
	Settings     bool // also with Options.Save
	Diagnostics  bool
	Accounts     bool // the list of people, to switch and to add
	AccountPage  bool // the provider's own page about the account
	Organization bool // the choice of one
}

// Colors are of primary buttons and of what is chosen. Where one would be hard
// to see it is made darker or lighter (WCAG 2.2 §1.4.3, §1.4.11). Nil means the
// tenant's, or Doorkey's.
type Colors struct {
	Light, Dark color.Color
}

// Fact is a name and a value, for the diagnostics screen.
type Fact struct{ Name, Value string }

// Preferences are what a person can set. The zero value is all by default.
type Preferences struct {
	Language     string // one of [Languages]; "" is the system's
	Theme        string // "light" or "dark"; "" is the system's
	Tray         bool   // closing the window keeps the program in the tray
	StartAtLogin bool
	Browser      string // the command to open the browser with; "" is the system's
	Proxy        string // http://…, https://…, socks5://… or "none"; "" is the system's
	CAFile       string // path of a PEM file with further certificate authorities
}

// Preference is one field of [Preferences].
type Preference int

const (
	PreferLanguage Preference = iota
	PreferTheme
	PreferTray
	PreferStartAtLogin
	PreferBrowser
	PreferProxy
	PreferCAFile
)

// check refuses what cannot work and fills in what was left out.
func (o *Options) check() error {
	if o.AppName == "" {
		o.AppName = "Doorkey"
	}
	return o.Texts.check()
}
