package loopback

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/oauth2"
)

// AuthorizationError is the provider's answer that it will not sign the person
// in (RFC 6749 §4.1.2.1), for example access_denied.
type AuthorizationError struct {
	Code        string
	Description string // the provider's words, shortened; may be empty
}

func (e *AuthorizationError) Error() string {
	return "the provider refused the authorization request: " + joinWords(e.Code, e.Description)
}

// ExchangeError is the token endpoint's refusal of the code (RFC 6749 §5.2).
type ExchangeError struct {
	StatusCode  int    // HTTP status
	Code        string // for example invalid_grant; empty where the answer had none
	Description string // the provider's words, shortened; may be empty
}

func (e *ExchangeError) Error() string {
	return fmt.Sprintf("the token endpoint refused the code with HTTP status %d: %s", e.StatusCode, joinWords(e.Code, e.Description))
}

// Reason is the code, or the HTTP status where there is none.
func (e *ExchangeError) Reason() string {
	if e.Code != "" {
		return e.Code
	}
	return "HTTP " + strconv.Itoa(e.StatusCode)
}

func newAuthorizationError(code, description string) *AuthorizationError {
	return &AuthorizationError{Code: tame(code, 64), Description: tame(description, 300)}
}

// withoutSecrets makes an error of oauth2cli fit to be shown. As they come,
// oauth2cli's errors carry both states and x/oauth2's the whole answer of the
// token endpoint.
func withoutSecrets(ctx context.Context, err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		e := &ExchangeError{Code: tame(refused.ErrorCode, 64), Description: tame(refused.ErrorDescription, 300)}
		if refused.Response != nil {
			e.StatusCode = refused.Response.StatusCode
		}
		if e.Code == "" {
			e.Description = "no OAuth 2.0 answer (is the token endpoint behind a proxy or a login page?)"
		}
		return e
	}
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("exchange the code: %w", cause)
	}
	var request *url.Error // names the endpoint and the network's error, nothing else
	if errors.As(err, &request) {
		return fmt.Errorf("exchange the code: %w", request)
	}
	if isListenError(err) {
		return err
	}
	return errors.New("exchange the code: the token endpoint's answer was not understood")
}

// tame makes the provider's words fit for one line of a log or a window.
func tame(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(s, ""))
	if runes := []rune(s); len(runes) > limit {
		s = string(runes[:limit]) + "…"
	}
	return strings.TrimSpace(s)
}

func joinWords(code, description string) string {
	switch {
	case description == "":
		return code
	case code == "":
		return description
	}
	return code + " (" + description + ")"
}
