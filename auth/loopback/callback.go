package loopback

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// ErrNotWaiting means that no trip waits for an answer from the browser: it has
// come, or the wait is over.
var ErrNotWaiting = errors.New("no sign-in waits for the browser's answer")

// CallbackError means that an address does not bring the answer that is waited
// for. Nothing has changed: the wait goes on. It shows nothing of the address.
type CallbackError struct{ Reason CallbackReason }

// CallbackReason is what is wrong with an address.
type CallbackReason int

const (
	// CallbackNoAddress is text that is no web address.
	CallbackNoAddress CallbackReason = iota + 1

	// CallbackElsewhere is an address that is not this trip's redirect URI,
	// for example that of the sign-in page itself.
	CallbackElsewhere

	// CallbackNoAnswer is the redirect URI without an answer in it, or with
	// more than one: perhaps only a part of the address.
	CallbackNoAnswer

	// CallbackOtherSignIn is the answer to another sign-in, mostly an earlier
	// one (another state or port).
	CallbackOtherSignIn

	// CallbackWrongIssuer is an answer of another provider, or one that does
	// not say whose it is where the provider promises that (RFC 9207 §2.4).
	CallbackWrongIssuer
)

func (r CallbackReason) String() string {
	switch r {
	case CallbackNoAddress:
		return "it is no web address"
	case CallbackElsewhere:
		return "it does not begin with the redirect URI of this sign-in"
	case CallbackNoAnswer:
		return "there is no answer in it, perhaps because its end is missing"
	case CallbackOtherSignIn:
		return "it belongs to another sign-in, perhaps to an earlier one"
	case CallbackWrongIssuer:
		return "it does not come from the provider that was asked"
	}
	return "it is of no use"
}

func (e *CallbackError) Error() string {
	return "the address was not accepted: " + e.Reason.String() +
		": copy all of the address on which the browser ended for this sign-in"
}

// maxAddress bounds what is looked at, in bytes: a server takes no more in a
// request line either.
const maxAddress = 64 << 10

var (
	scheme = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`) })
	// authority is what goes without a scheme for an address all the same.
	authority = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^((?i:localhost)|[\pL\pN_-]+(\.[\pL\pN_-]+)+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?([/?#]|$)`)
	})
)

// quotes are what a person, a mail or a chat puts around an address.
const quotes = "<>\"'`“”„‘’‚«»‹›「」『』《》〈〉"

// callbackRequest is the request that a browser sends that goes to an address,
// nil where the text is none. A terminal or a mail may have broken it into
// lines, and an address bar may leave out the scheme.
func callbackRequest(text string) *http.Request {
	if len(text) > maxAddress {
		return nil
	}
	address := strings.Trim(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1 // also what cannot be seen, such as U+200B and U+FEFF
		}
		return r
	}, text), quotes)
	if !scheme().MatchString(address) {
		if !authority().MatchString(address) {
			return nil
		}
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil
	}
	r := &http.Request{Method: http.MethodGet, URL: u, Host: u.Host}
	if u.Scheme != "http" || u.User != nil {
		r.Host = "" // nobody's: a browser would not come to us with it
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return r
}
