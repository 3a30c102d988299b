// Package settings finds out what was set and where: on the command line, in
// the environment, in the person's own file, in an administrator's, or when the
// program was built. Doorkey's programs share it, so that they share one
// session.
//
//	flags := settings.Flags{}
//	flag.Func("issuer", "…", flags.Setter(settings.KeyIssuer))
//	flag.Parse()
//	s, err := settings.Read(flags, os.Getenv, settings.Baked(baked.Settings()))
//
// A setting comes from the first of these places that has it: a flag, the
// environment, the user file (see [Path] and [Save]), the machine-wide file (see
// [MachinePaths]), what was baked in (see [Baked]), its default.
package settings

import "cmp"

// Settings are what a person or an administrator can set. Empty means not set.
// However they are printed, the secret and the proxy's password are not.
type Settings struct {
	Issuer         string // https://<endpoint>/oidc
	ClientID       string // the App ID
	ClientSecret   string // of a Traditional Web application only
	DeviceClientID string // the App ID of the application for the device flow
	RedirectURI    string // as registered, where it is not http://127.0.0.1/callback
	Scopes         string // besides what the programs ask for, for [strings.Fields]
	Resources      string // API resource indicators (RFC 8707), for [strings.Fields]

	// SessionLifetime is for how many days Logto keeps a session that is not
	// used, such as "30d", for [ParseDays]. Empty where that is not known.
	SessionLifetime string

	Language string // of the window: "system", "en", "zh-Hans" or "ja"
	Theme    string // of the window: "system", "light" or "dark"
	Tray     bool   // whether Doorkey stays in the tray when its window is closed

	Browser string // a command for [SplitCommand]; empty for the system's browser
	Proxy   string // "system", "none", or an address with http, https or socks5
	CAFile  string // path of a PEM file with certificate authorities besides the system's

	Storage           string // where sessions are kept: StorageKeychain or StorageFile
	StorageFolder     string // path of the folder of the encrypted files; empty for the default
	StorageKeyFile    string // path of a file with their key
	StorageKeyCommand string // a command for [SplitCommand] that prints their key

	sources map[Key]Source // never changed after Read
	preset  map[Key]bool   // nor is this
}

// Complete tells whether one can sign in with these.
func (s Settings) Complete() bool { return s.Issuer != "" && s.ClientID != "" }

// Source tells where a setting comes from.
func (s Settings) Source(key Key) Source { return s.sources[key] }

// Preset tells that an administrator's file or the program itself sets it,
// whatever else does: without a line of its own the user file cannot undo that.
func (s Settings) Preset(key Key) bool { return s.preset[key] }

// Load takes what one needs to sign in from the flags, or else from the
// environment, under the names that Auth.js uses. It neither reads the user
// file nor checks anything, as [Read] does. The secret is never a flag: other
// people on the machine can read a command line.
func Load(flags Settings, getenv func(string) string) Settings {
	return Settings{
		Issuer:       cmp.Or(flags.Issuer, getenv("AUTH_LOGTO_ISSUER")),
		ClientID:     cmp.Or(flags.ClientID, getenv("AUTH_LOGTO_ID")),
		ClientSecret: getenv("AUTH_LOGTO_SECRET"),
		RedirectURI:  cmp.Or(flags.RedirectURI, getenv("AUTH_LOGTO_REDIRECT_URI")),
	}
}
