package doctor

import (
	"net/url"
	"strings"
	"unicode"
)

// maxWords bounds in runes what is quoted of others.
const maxWords = 160

// quote makes the words of a server, or of a person, fit to be shown.
func quote(s string) string { return short(tidy(s)) }

// tidy makes one line of words, without controls and without the marks that
// turn the direction of text around.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// short cuts off what is too long.
func short(s string) string {
	if s == "" {
		return "?" // a sentence must not have a hole
	}
	if runes := []rune(s); len(runes) > maxWords {
		return string(runes[:maxWords]) + "…"
	}
	return s
}

// bare is an address without what may be secret in it: user, query, fragment.
func bare(u *url.URL) string {
	return quote((&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String())
}

// hostOf is the host and port of an address.
func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Host
}

// portOf is the port of an address, also where it goes without saying.
func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "http":
		return "80"
	}
	return "443"
}
