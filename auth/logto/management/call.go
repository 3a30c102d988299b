package management

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxBody bounds an answer, in bytes. A list of connectors has their logos.
const maxBody = 4 << 20

const (
	maxTries = 4                // of one call that meets 429
	maxPause = 30 * time.Second // before one of them
)

// call sends a request to the API, as JSON where in is not nil, and takes the
// answer apart into out, if that is not nil.
//
// A token that is not taken any more is got anew once. After a 429, which says
// that nothing was done, the call is sent again up to three times, whatever its
// method; any other failure of a write is the caller's to look into.
func (c *Client) call(ctx context.Context, method, path string, in, out any) (http.Header, error) {
	op := method + " /api" + bare(path)
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return nil, err
		}
	}
	for renewed := false; ; renewed = true {
		token, err := c.accessToken(ctx)
		if err != nil {
			return nil, err
		}
		a, err := c.patiently(ctx, op, func() (*http.Request, error) {
			r, err := http.NewRequestWithContext(ctx, method, c.endpoint+"/api"+path, bytes.NewReader(body))
			if err == nil {
				r.Header.Set("Authorization", "Bearer "+token.Reveal())
				if in != nil {
					r.Header.Set("Content-Type", "application/json")
				}
			}
			return r, err
		})
		if err != nil {
			return nil, err
		}
		if a.status == http.StatusUnauthorized && !renewed {
			c.forget(token)
			continue
		}
		if a.status < 200 || a.status > 299 {
			return nil, a.refusal()
		}
		return a.header, a.decode(out)
	}
}

// patiently sends a request, and again after the time that a 429 asks for.
func (c *Client) patiently(ctx context.Context, op string, request func() (*http.Request, error)) (*answer, error) {
	for try := 1; ; try++ {
		a, err := c.send(op, request)
		if err != nil || a.status != http.StatusTooManyRequests {
			return a, err
		}
		pause := a.retryAfter(try)
		if try == maxTries || pause > maxPause {
			refused := a.refusal()
			refused.RetryAfter = pause
			return nil, refused
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// answer is what came for one request.
type answer struct {
	op, host string
	status   int
	header   http.Header
	body     []byte
}

// send sends one request. It fails where what answers cannot be Logto.
func (c *Client) send(op string, request func() (*http.Request, error)) (*answer, error) {
	r, err := request()
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	response, err := c.http.Do(r)
	if err != nil {
		return nil, unreachable(r, op, err)
	}
	defer response.Body.Close()
	a := &answer{op: op, host: r.URL.Host, status: response.StatusCode, header: response.Header}
	if a.status >= 300 && a.status <= 399 {
		return nil, a.redirect(r.URL)
	}
	a.body, err = io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, unreachable(r, op, err)
	case len(a.body) > maxBody:
		return nil, a.strange("answers more than 4 MB, which Logto does not")
	case a.status == http.StatusBadGateway, a.status == http.StatusServiceUnavailable, a.status == http.StatusGatewayTimeout:
		return nil, &UnreachableError{op, a.host, errors.New("the server answers " + strconv.Itoa(a.status) + " " + http.StatusText(a.status))}
	}
	return a, nil
}

// unreachable leaves the caller's own cancellation alone.
func unreachable(r *http.Request, op string, err error) error {
	if r.Context().Err() != nil {
		return context.Cause(r.Context())
	}
	if request, ok := errors.AsType[*url.Error](err); ok {
		err = request.Err // its text repeats the address
	}
	return &UnreachableError{op, r.URL.Host, err}
}

// redirect names where it leads, without what may be secret in the address.
func (a *answer) redirect(from *url.URL) error {
	to, err := from.Parse(a.header.Get("Location"))
	if err != nil || to.Host == "" {
		return a.strange("sends elsewhere, which Logto does not")
	}
	return a.strange("sends to " + clean(to.Scheme+"://"+to.Host) + ", which Logto does not, and a secret is not sent after it")
}

func (a *answer) strange(problem string) error { return &AnswerError{a.op, a.host, problem} }

// decode takes JSON apart. A page is told apart by its looks: some servers
// call it JSON.
func (a *answer) decode(out any) error {
	if out == nil {
		return nil
	}
	if a.isPage() {
		return a.strange("answers with a web page and not with JSON")
	}
	if err := json.Unmarshal(a.body, out); err != nil {
		return a.strange("answers what is not the JSON of Logto")
	}
	return nil
}

func (a *answer) isPage() bool { return bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<")) }

// refusal is what Logto says against a call.
func (a *answer) refusal() *Error {
	var said struct {
		Code        string `json:"code"`
		Message     string `json:"message"`
		Details     any    `json:"details"`
		Description string `json:"error_description"`
	}
	e := &Error{Op: a.op, Status: a.status}
	if json.Unmarshal(a.body, &said) == nil {
		e.Code, e.Message = clean(said.Code), clean(said.Message)
		if details, ok := said.Details.(string); ok {
			e.Message = clean(e.Message + " " + details)
		}
		if said.Description != "" {
			e.Message = clean(said.Description)
		}
	} else if a.isPage() {
		e.Message = "a web page and not JSON: check the issuer"
	}
	switch a.status {
	case http.StatusUnauthorized:
		e.reason = ErrResource // the token is Logto's own, so it is for another API
	case http.StatusForbidden:
		// Logto has other reasons for 403, such as a plan that is used up.
		if e.Code == "auth.forbidden" || e.Code == "" {
			e.reason = ErrForbidden
		}
	case http.StatusTooManyRequests:
		e.reason = ErrRateLimited
	}
	return e
}

// retryAfter is how long to wait before the next try (RFC 9110 §10.2.3).
func (a *answer) retryAfter(try int) time.Duration {
	value := a.header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(at))
	}
	return time.Second << (try - 1)
}

// bare is a path without its query, for an error.
func bare(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path
}
