package settings_test

import (
	"runtime"
	"strings"
	"testing"

	"doorkey/cmd/internal/settings"
)

var rootFile = map[bool]string{false: "'/etc/ssl/company.pem'", true: `'C:\company.pem'`}[runtime.GOOS == "windows"]

func TestValuesThatAreRight(t *testing.T) {
	for key, values := range map[settings.Key][]string{
		settings.KeyIssuer:          {"https://id.example.test/oidc", "http://127.0.0.1:34080/oidc"},
		settings.KeyClientID:        {"x9i2v0e1"},
		settings.KeyClientSecret:    {"anything at all"},
		settings.KeyRedirectURI:     {"http://127.0.0.1/callback", "http://localhost:3000/cb"},
		settings.KeyScopes:          {"custom_data", " profile urn:logto:scope:sessions ", "read:orders https://x/y"},
		settings.KeyResources:       {"https://api.example.test", "https://a.example.test/v1?x=1 urn:orders"},
		settings.KeySessionLifetime: {"1d", "14d", "180d"},
		settings.KeyLanguage:        {"system", "en", "zh-Hans", "ja"},
		settings.KeyTheme:           {"system", "light", "dark"},
		settings.KeyTray:            {"true", "false", "1", "0"},
		settings.KeyBrowser:         {"firefox", `"C:\Program Files\Firefox\firefox.exe" -P work %s`, "system"},
		settings.KeyProxy: {"system", "none", "http://proxy:8080", "https://u:p@proxy.example.test/", "socks5://[::1]:1080",
			"http://proxy.example.test"},
		settings.KeyCAFile:            {strings.Trim(rootFile, "'"), "system"},
		settings.KeyStorage:           {"keychain", "file"},
		settings.KeyStorageFolder:     {strings.Trim(rootFile, "'")},
		settings.KeyStorageKeyFile:    {strings.Trim(rootFile, "'")},
		settings.KeyStorageKeyCommand: {"pass show doorkey", `"/opt/my vault/get" %s`},
	} {
		for _, value := range append(values, "") {
			if err := settings.Check(key, value); err != nil {
				t.Errorf("%s = %q: %v", key, value, err)
			}
		}
	}
}

// Each error tells what to do, and none shows a password.
func TestValuesThatAreWrong(t *testing.T) {
	for _, test := range []struct {
		key   settings.Key
		value string
		says  string
	}{
		{settings.KeyIssuer, "id.example.test", "https://<your endpoint>/oidc"},
		{settings.KeyIssuer, "https://", "https://<your endpoint>/oidc"},
		{settings.KeyIssuer, "ftp://id.example.test", "https://<your endpoint>/oidc"},
		{settings.KeyIssuer, "https://zhang:s3cret@id.example.test", "leave them out"},
		{settings.KeyClientID, "two words", "App ID"},
		{settings.KeyClientID, "line\nbreak", "type it anew"},
		{settings.KeyClientID, "not \xff UTF-8", "type it anew"},
		{settings.KeyRedirectURI, "https://example.test/cb", "http://"},
		{settings.KeyRedirectURI, "http://zhang:s3cret@127.0.0.1/", "leave them out"},
		{settings.KeyScopes, `profile "email"`, "separate scopes by blanks"},
		{settings.KeyScopes, "profile,\u00a0email \u4e2d", "is not a scope"},
		{settings.KeyScopes, `a\b`, "is not a scope"},
		{settings.KeySessionLifetime, "30", "number of days"},
		{settings.KeySessionLifetime, "0d", "number of days"},
		{settings.KeySessionLifetime, "-1d", "number of days"},
		{settings.KeySessionLifetime, "181d", "number of days"},
		{settings.KeySessionLifetime, "720h", "number of days"},
		{settings.KeyResources, "api.example.test", "absolute address"},
		{settings.KeyResources, "https://a.example.test#x", "absolute address"},
		{settings.KeyResources, "https://a.example.test, :", "absolute address"},
		{settings.KeyResources, "https://zhang:s3cret@a.example.test", "leave them out"},
		{settings.KeyLanguage, "fr", `["system" "en" "zh-Hans" "ja"]`},
		{settings.KeyLanguage, "EN", "use one of"},
		{settings.KeyTheme, "purple", `["system" "light" "dark"]`},
		{settings.KeyTray, "maybe", "true"},
		{settings.KeyBrowser, `"firefox`, "quotation mark"},
		{settings.KeyBrowser, "  ", "names no program"},
		{settings.KeyBrowser, "%s", "the program first"},
		{settings.KeyProxy, "proxy.example.test:8080", "http://proxy.example.com:8080"},
		{settings.KeyProxy, "10.0.0.1:8080", "http://proxy.example.com:8080"},
		{settings.KeyProxy, "direct", `"none"`},
		{settings.KeyProxy, "ftp://proxy:21", "socks5://"},
		{settings.KeyProxy, "http:proxy", "not an address"},
		{settings.KeyProxy, "http://:8080", "no host"},
		{settings.KeyProxy, "http://proxy:0", "1 to 65535"},
		{settings.KeyProxy, "http://proxy:65536", "1 to 65535"},
		{settings.KeyProxy, "http://proxy:8080/pac", "behind the host"},
		{settings.KeyProxy, "http://proxy:8080?x", "behind the host"},
		{settings.KeyProxy, "http://zhang:s3cret@proxy:99999", "1 to 65535"},
		{settings.KeyProxy, "http://zhang:s3/cret@proxy:8080", "[redacted]@proxy"},
		{settings.KeyProxy, "zhang:s3cret@proxy:8080", "[redacted]@proxy"},
		{settings.KeyProxy, "zhang:s3cret://x@proxy", "[redacted]@proxy"},
		{settings.KeyCAFile, "company.pem", "full path"},
		{settings.KeyCAFile, "~/company.pem", "full path"},
		{settings.KeyStorage, "memory", `["keychain" "file"]`},
		{settings.KeyStorageFolder, "sessions", "the folder from the root"},
		{settings.KeyStorageKeyFile, "~/key", "the file from the root"},
		{settings.KeyStorageKeyFile, "system", "full path"},
		{settings.KeyStorageKeyCommand, `echo "s3cret`, "quotation mark"},
		{settings.KeyStorageKeyCommand, " ", "pass show"},
		{"isuer", "x", "not a setting"},
	} {
		err := settings.Check(test.key, test.value)
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s = %q: %v; want %q in it", test.key, test.value, err, test.says)
		}
		if err != nil && (strings.Contains(err.Error(), "s3") || strings.Contains(err.Error(), "zhang")) {
			t.Errorf("%v: shows the password", err)
		}
	}
}

func TestParseProxy(t *testing.T) {
	for value, want := range map[string]string{"": "", "system": "", "none": "", "http://u:p@proxy:1": "http://u:p@proxy:1"} {
		u, err := settings.ParseProxy(value)
		if err != nil || (u == nil) != (want == "") || u != nil && u.String() != want {
			t.Errorf("%q: %v, %v", value, u, err)
		}
	}
}

// There is no shell: blanks and quotation marks, that is all.
func TestACommandInWords(t *testing.T) {
	for command, want := range map[string][]string{
		"firefox":                       {"firefox"},
		"  firefox\t -P  work ":         {"firefox", "-P", "work"},
		`"/opt/my browser/b" --x`:       {"/opt/my browser/b", "--x"},
		`b 'a "b" c' "d 'e' f"`:         {"b", `a "b" c`, "d 'e' f"},
		`b --name="My Profile"`:         {"b", "--name=My Profile"},
		`b "" ''`:                       {"b", "", ""},
		`C:\Tools\b.exe -p C:\x\`:       {`C:\Tools\b.exe`, "-p", `C:\x\`},
		`"C:\Program Files\b.exe" "x\"`: {`C:\Program Files\b.exe`, `x\`},
		"b $(reboot) `x` | y; z & *":    {"b", "$(reboot)", "`x`", "|", "y;", "z", "&", "*"},
		"浏览器 --url=%s":                  {"浏览器", "--url=%s"},
	} {
		got, err := settings.SplitCommand(command)
		if err != nil || strings.Join(got, "\x00") != strings.Join(want, "\x00") || len(got) != len(want) {
			t.Errorf("%s: %q, %v; want %q", command, got, err, want)
		}
	}
	for _, command := range []string{"", " ", `''`, `"" x`, `a "b`, `a 'b"`, "%s", "x%s y"} {
		if got, err := settings.SplitCommand(command); err == nil {
			t.Errorf("%s: %q", command, got)
		}
	}
}
