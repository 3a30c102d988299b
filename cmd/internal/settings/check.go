package settings

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"doorkey/auth/loopback"
)

// Check tells what is wrong with a value for that setting, and what to do, as
// a form wants to show it beside its field. Empty is always right: it means
// not set. The error shows no password.
func Check(key Key, value string) error {
	d, ok := lookUp(key)
	if !ok {
		return fmt.Errorf("%q is not a setting", key)
	}
	if value == "" {
		return nil
	}
	if !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl) {
		return errors.New("has characters that cannot be seen: type it anew")
	}
	return d.check(value)
}

func checkNothing(string) error { return nil }

// checkIssuer refuses what is no address at all; the rest is for auth.New.
func checkIssuer(value string) error {
	u, err := url.Parse(value)
	switch {
	case strings.Contains(value, "@"):
		return fmt.Errorf("%q has a user name or password in it: leave them out", redactURL(value))
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("%q is not a web address: for Logto it is https://<your endpoint>/oidc", value)
	}
	return nil
}

func checkClientID(value string) error {
	if strings.ContainsFunc(value, unicode.IsSpace) {
		return fmt.Errorf("%q has a blank in it: copy the App ID from the Logto Console, under Applications", value)
	}
	return nil
}

func checkRedirectURI(value string) error {
	if strings.Contains(value, "@") {
		return fmt.Errorf("%q has a user name or password in it: leave them out", redactURL(value))
	}
	return loopback.CheckRedirectURI(value)
}

func oneOf(values ...string) func(string) error {
	return func(value string) error {
		if slices.Contains(values, value) {
			return nil
		}
		return fmt.Errorf("%q is not known: use one of %q", value, values)
	}
}

func checkBool(value string) error {
	if _, err := strconv.ParseBool(value); err != nil {
		return fmt.Errorf("%q is neither true nor false: use one of them", value)
	}
	return nil
}

// checkScopes is RFC 6749 §3.3.
func checkScopes(value string) error {
	for scope := range strings.FieldsSeq(value) {
		if strings.ContainsFunc(scope, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }) {
			return fmt.Errorf("%q is not a scope: separate scopes by blanks, as in profile custom_data", scope)
		}
	}
	return nil
}

// checkResources is RFC 8707 §2.
func checkResources(value string) error {
	for resource := range strings.FieldsSeq(value) {
		u, err := url.Parse(resource)
		switch {
		case strings.Contains(resource, "@"):
			return fmt.Errorf("%q has a user name or password in it: leave them out", redactURL(resource))
		case err != nil || !u.IsAbs() || strings.Contains(resource, "#"):
			return fmt.Errorf("%q is not an API resource's indicator, an absolute address such as https://api.example.com: separate several by blanks", resource)
		}
	}
	return nil
}

func checkDays(value string) error {
	_, err := ParseDays(value)
	return err
}

// maxDays is how long Logto keeps a refresh token at most.
const maxDays = 180

// ParseDays returns how long a number of days is, such as "30d"; 0 for "".
func ParseDays(value string) (time.Duration, error) {
	if value == "" {
		return 0, nil
	}
	number, isDays := strings.CutSuffix(value, "d")
	n, err := strconv.ParseUint(number, 10, 16)
	if !isDays || err != nil || n < 1 || n > maxDays {
		return 0, fmt.Errorf("%q is not a number of days from 1d to %dd", value, maxDays)
	}
	return time.Duration(n) * 24 * time.Hour, nil
}

// Days writes what [ParseDays] reads.
func Days(n int) string { return strconv.Itoa(n) + "d" }

func checkBrowser(value string) error {
	if value == system {
		return nil
	}
	_, err := SplitCommand(value)
	return err
}

func checkProxy(value string) error {
	_, err := ParseProxy(value)
	return err
}

// ParseProxy returns the proxy's address; nil for "system", "none" and "". The
// error shows no password.
func ParseProxy(value string) (*url.URL, error) {
	if value == "" || value == "system" || value == "none" {
		return nil, nil
	}
	bad := func(why string) (*url.URL, error) {
		return nil, fmt.Errorf(`%q %s: use "system", "none", or an address such as http://proxy.example.com:8080`, redactURL(value), why)
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "" || u.Opaque != "":
		return bad("is not an address")
	case !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme):
		return bad("does not start with http://, https:// or socks5://")
	case u.Hostname() == "":
		return bad("names no host")
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return bad("has something behind the host and port")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return bad("has no port from 1 to 65535")
		}
	}
	return u, nil
}

func checkCAFile(value string) error {
	if value == system {
		return nil
	}
	return fullPath(value, "file", "/etc/ssl/company.pem", `C:\company.pem`)
}

func checkFolder(value string) error {
	return fullPath(value, "folder", "/data/doorkey", `C:\doorkey`)
}

func checkKeyFile(value string) error {
	return fullPath(value, "file", "/run/secrets/doorkey", `C:\doorkey.key`)
}

func fullPath(value, what, example, onWindows string) error {
	if filepath.IsAbs(value) {
		return nil
	}
	if runtime.GOOS == "windows" {
		example = onWindows
	}
	return fmt.Errorf("%q is not a full path: name the %s from the root, such as %s", value, what, example)
}

// checkKeyCommand does not repeat the command, which may have a secret in it.
func checkKeyCommand(value string) error {
	if strings.TrimSpace(value) == "" {
		return errors.New("the command names no program: name one, such as pass show doorkey")
	}
	_, err := SplitCommand(value)
	return err
}
