package management

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// ErrUnauthorized means that Logto does not know the machine-to-machine
// application by that App ID and secret.
var ErrUnauthorized = errors.New("the App ID or the App Secret of the machine-to-machine application is wrong, or they are another Logto's: " +
	"copy both from the Logto Console, under Applications, and check the issuer")

// ErrForbidden means that the application is known, but may not use the
// Management API.
var ErrForbidden = errors.New("the machine-to-machine application has no access to the Management API: " +
	`in the Logto Console, under Applications, open it and assign it the role "Logto Management API access"`)

// ErrResource means that this Logto has no API by that identifier.
var ErrResource = errors.New("this Logto does not know the Management API by that identifier: " +
	"it is https://<tenant-id>.logto.app/api, which the Logto Console shows under API resources")

// ErrRateLimited means that Logto asked to be left alone for longer than a
// person waits.
var ErrRateLimited = errors.New("there were too many requests for this Logto: wait, and run this again")

// Error is what Logto answered to a call that it refused.
type Error struct {
	Op      string // "POST /api/connectors"
	Status  int    // of HTTP
	Code    string // Logto's own, such as "auth.forbidden"
	Message string // Logto's own, in English

	RetryAfter time.Duration // what Logto asked for; with 429 only
	reason     error
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %d %s", e.Op, e.Status, http.StatusText(e.Status))
	if e.reason != nil {
		text = e.Op + ": " + e.reason.Error()
	}
	if said := strings.TrimSpace(e.Code + " " + e.Message); said != "" {
		text += " (Logto says: " + said + ")"
	}
	return text
}

// Unwrap is [ErrUnauthorized], [ErrForbidden], [ErrResource],
// [ErrRateLimited] or nil.
func (e *Error) Unwrap() error { return e.reason }

// IsNotFound tells that there is nothing by the ID that was asked for.
func IsNotFound(err error) bool {
	refused, ok := errors.AsType[*Error](err)
	return ok && refused.Status == http.StatusNotFound
}

// UnreachableError means that there was no answer: no network, no such host,
// refused, a certificate that this machine does not trust, too late. Whether a
// change was made all the same is not known.
type UnreachableError struct {
	Op   string
	Host string
	Err  error
}

func (e *UnreachableError) Error() string {
	return fmt.Sprintf("%s: %s cannot be reached: %v", e.Op, e.Host, e.Err)
}
func (e *UnreachableError) Unwrap() error { return e.Err }

// AnswerError means that what answered does not answer as Logto does.
type AnswerError struct {
	Op      string
	Host    string
	Problem string
}

func (e *AnswerError) Error() string {
	return fmt.Sprintf("%s: %s %s: check the issuer", e.Op, e.Host, e.Problem)
}

// IssuerError means that the Logto that answers calls itself something else, so
// that programs set up for the one that was asked would refuse it.
type IssuerError struct{ Asked, Answered string }

func (e *IssuerError) Error() string {
	return fmt.Sprintf("asked as %s, Logto calls itself %s: give that as the issuer, or correct ENDPOINT on the server", clean(e.Asked), clean(e.Answered))
}

// maxWords bounds in runes what is quoted of a server.
const maxWords = 200

// clean makes the words of a server fit to be shown on one line.
func clean(s string) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))), " ")
	if runes := []rune(s); len(runes) > maxWords {
		return string(runes[:maxWords]) + "…"
	}
	return s
}
