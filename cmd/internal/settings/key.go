package settings

import "slices"

// Key names a setting, as the user file does. Its flag, if it has one, is the
// same with "--" before it.
type Key string

// Keys of all settings.
const (
	KeyIssuer          Key = "issuer"
	KeyClientID        Key = "client-id"
	KeyClientSecret    Key = "client-secret" // in the environment only
	KeyDeviceClientID  Key = "device-client-id"
	KeyRedirectURI     Key = "redirect-uri"
	KeyScopes          Key = "scopes"
	KeyResources       Key = "resources"
	KeySessionLifetime Key = "session-lifetime"
	KeyLanguage        Key = "language"
	KeyTheme           Key = "theme"
	KeyTray            Key = "tray"
	KeyBrowser         Key = "browser"
	KeyProxy           Key = "proxy"
	KeyCAFile          Key = "ca-file"

	KeyStorage           Key = "storage"
	KeyStorageFolder     Key = "storage-folder"
	KeyStorageKeyFile    Key = "storage-key-file"
	KeyStorageKeyCommand Key = "storage-key-command"
)

// definition is all that is particular to one setting.
type definition struct {
	key     Key
	env     string
	initial string // what it is where nobody sets it
	check   func(value string) error
	in      func(*Settings) any // *string or *bool
	inFile  func(*File) any     // *string or **bool; nil if the file may not have it
	meaning string              // for the table in the README, in Markdown
}

// system is what stands for "as the system has it": where a place below sets
// something else, it takes a word to say so.
const system = "system"

// The values of KeyStorage.
const (
	StorageKeychain = "keychain"
	StorageFile     = "file"
)

// definitions in the order in which people are shown them. Values are strings
// throughout; a bool is "true" or "false".
var definitions = []definition{
	{KeyIssuer, "AUTH_LOGTO_ISSUER", "", checkIssuer,
		func(s *Settings) any { return &s.Issuer }, func(f *File) any { return &f.Issuer },
		"the Logto to sign in at, `https://<endpoint>/oidc`"},
	{KeyClientID, "AUTH_LOGTO_ID", "", checkClientID,
		func(s *Settings) any { return &s.ClientID }, func(f *File) any { return &f.ClientID },
		"the App ID of a Native application there"},
	{KeyClientSecret, "AUTH_LOGTO_SECRET", "", checkNothing,
		func(s *Settings) any { return &s.ClientSecret }, nil,
		"of a Traditional Web application only; never in a file or flag"},
	{KeyDeviceClientID, "AUTH_LOGTO_DEVICE_ID", "", checkClientID,
		func(s *Settings) any { return &s.DeviceClientID }, func(f *File) any { return &f.DeviceClientID },
		"the App ID of a second Native application, for sign-ins on another device (device flow)"},
	{KeyRedirectURI, "AUTH_LOGTO_REDIRECT_URI", "", checkRedirectURI,
		func(s *Settings) any { return &s.RedirectURI }, func(f *File) any { return &f.RedirectURI },
		"as registered there, if not `http://127.0.0.1/callback`"},
	{KeyScopes, "AUTH_LOGTO_SCOPES", "", checkScopes,
		func(s *Settings) any { return &s.Scopes }, func(f *File) any { return &f.Scopes },
		"what to ask for besides, separated by blanks, such as `custom_data`"},
	{KeyResources, "AUTH_LOGTO_RESOURCES", "", checkResources,
		func(s *Settings) any { return &s.Resources }, func(f *File) any { return &f.Resources },
		"API resources to get access tokens for, separated by blanks, such as `https://api.example.com`"},
	{KeySessionLifetime, "DOORKEY_SESSION_LIFETIME", "", checkDays,
		func(s *Settings) any { return &s.SessionLifetime }, func(f *File) any { return &f.SessionLifetime },
		"for how many days Logto keeps a session that is not used, such as `30d`: `doorkey setup` writes it, for the programs to show"},
	{KeyLanguage, "DOORKEY_LANGUAGE", system, oneOf(system, "en", "zh-Hans", "ja"),
		func(s *Settings) any { return &s.Language }, func(f *File) any { return &f.Language },
		"of the window: `system`, `en`, `zh-Hans`, `ja`"},
	{KeyTheme, "DOORKEY_THEME", system, oneOf(system, "light", "dark"),
		func(s *Settings) any { return &s.Theme }, func(f *File) any { return &f.Theme },
		"of the window: `system`, `light`, `dark`"},
	{KeyTray, "DOORKEY_TRAY", "false", checkBool,
		func(s *Settings) any { return &s.Tray }, func(f *File) any { return &f.Tray },
		"`true` keeps it running in the tray when the window is closed"},
	{KeyBrowser, "DOORKEY_BROWSER", "", checkBrowser,
		func(s *Settings) any { return &s.Browser }, func(f *File) any { return &f.Browser },
		"`system`, or a command; the address is added, or stands where `%s` is"},
	{KeyProxy, "DOORKEY_PROXY", system, checkProxy,
		func(s *Settings) any { return &s.Proxy }, func(f *File) any { return &f.Proxy },
		"`system`, `none`, or `http://…`, `https://…`, `socks5://…`"},
	{KeyCAFile, "DOORKEY_CA_FILE", "", checkCAFile,
		func(s *Settings) any { return &s.CAFile }, func(f *File) any { return &f.CAFile },
		"`system`, or a PEM file with certificate authorities besides the system's"},
	{KeyStorage, "DOORKEY_STORAGE", StorageKeychain, oneOf(StorageKeychain, StorageFile),
		func(s *Settings) any { return &s.Storage }, func(f *File) any { return &f.Storage },
		"where sessions are kept: `keychain`, or `file` for encrypted files"},
	{KeyStorageFolder, "DOORKEY_STORAGE_FOLDER", "", checkFolder,
		func(s *Settings) any { return &s.StorageFolder }, func(f *File) any { return &f.StorageFolder },
		"the folder of the encrypted files, which nobody else may look into"},
	{KeyStorageKeyFile, "DOORKEY_STORAGE_KEY_FILE", "", checkKeyFile,
		func(s *Settings) any { return &s.StorageKeyFile }, func(f *File) any { return &f.StorageKeyFile },
		"a file with their key in its first line, which nobody else may read"},
	{KeyStorageKeyCommand, "DOORKEY_STORAGE_KEY_COMMAND", "", checkKeyCommand,
		func(s *Settings) any { return &s.StorageKeyCommand }, func(f *File) any { return &f.StorageKeyCommand },
		"a command that prints their key, such as `pass show doorkey`; with neither of the two you are asked for a passphrase"},
}

func lookUp(key Key) (definition, bool) {
	i := slices.IndexFunc(definitions, func(d definition) bool { return d.key == key })
	if i < 0 {
		return definition{}, false
	}
	return definitions[i], true
}

// isBool tells whether the setting is one or the other.
func (d definition) isBool() bool {
	_, ok := d.in(new(Settings)).(*bool)
	return ok
}

// put sets a field that in or inFile found.
func put(field any, value string) {
	switch field := field.(type) {
	case *string:
		*field = value
	case *bool:
		*field = value == "true"
	case **bool:
		*field = nil
		if value != "" {
			*field = new(value == "true")
		}
	}
}

// get is the value of a field that in or inFile found.
func get(field any) string {
	switch field := field.(type) {
	case *string:
		return *field
	case *bool:
		return boolText(*field)
	case **bool:
		if *field != nil {
			return boolText(**field)
		}
	}
	return ""
}

func boolText(on bool) string {
	if on {
		return "true"
	}
	return "false"
}
