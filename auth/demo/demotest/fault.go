package demotest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// Fault answers one request. next is the stand-in, which a fault may ask for
// its answer or leave alone.
type Fault func(w http.ResponseWriter, r *http.Request, next http.Handler)

// Delay serves a request later. Where the client gives up before, the stand-in
// never hears of the request.
func Delay(d time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		pause(w, r, d)
		next.ServeHTTP(w, r)
	}
}

// DelayAnswer serves a request at once and holds the answer back: a refresh
// token is rotated before the client may give up waiting.
func DelayAnswer(d time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		answer := answerOf(next, r)
		pause(w, r, d)
		send(w, answer)
	}
}

// DropAnswer serves a request and cuts the connection in place of an answer:
// the refresh token is rotated, and nobody is told the new one.
//
// Go's own client repeats a GET whose connection, used before, is cut. It
// never repeats a POST.
func DropAnswer() Fault {
	return func(_ http.ResponseWriter, r *http.Request, next http.Handler) {
		answerOf(next, r)
		cut()
	}
}

// CutAnswer serves a request and cuts the connection in the middle of the
// body, whose full length has been announced.
func CutAnswer() Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		answer := answerOf(next, r)
		body := answer.Body.Bytes()
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		answer.Body.Truncate(len(body) / 2)
		send(w, answer)
		http.NewResponseController(w).Flush()
		cut()
	}
}

// Status answers with a status and a line of text, as a gateway before the
// stand-in would. header is names and values in turn:
//
//	demotest.Status(http.StatusTooManyRequests, "Retry-After", "7")
func Status(code int, header ...string) Fault {
	if len(header)%2 != 0 {
		panic("demotest: Status: a header name without a value")
	}
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		http.Error(w, http.StatusText(code), code)
	}
}

// StatusAfter serves a request and answers as Status does: a gateway that lost
// the answer.
func StatusAfter(code int) Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		answerOf(next, r)
		http.Error(w, http.StatusText(code), code)
	}
}

// HTML answers with the sign-in page of a hotel's network and status 200.
func HTML() Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!doctype html><title>Welcome</title><h1>Welcome to our network</h1><p>Sign in to go on.</p>")
	}
}

// Redirect sends the client elsewhere. The status is 307, so that a client
// that follows sends its form there, with the tokens in it.
func Redirect(url string) Fault {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		http.Redirect(w, r, url, http.StatusTemporaryRedirect)
	}
}

// Refuse answers with an OAuth error in the form Logto gives it, such as
// ("access_denied", 400) or ("invalid_client", 401).
func Refuse(code string, status int) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(map[string]string{
			"code":              "oidc." + code,
			"message":           fmt.Sprintf("An OIDC error occurred: oidc.%s.", code),
			"error":             code,
			"error_description": "refused for a test",
		})
	}
}

// Edit serves a request and changes the members of the JSON object it is
// answered with. An answer that is none goes through as it is.
func Edit(change func(members map[string]any)) Fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		answer := answerOf(next, r)
		var members map[string]any
		if json.Unmarshal(answer.Body.Bytes(), &members) == nil && members != nil {
			change(members)
			answer.Body.Reset()
			if err := json.NewEncoder(answer.Body).Encode(members); err != nil {
				panic(fmt.Sprintf("demotest: Edit: %v", err))
			}
		}
		send(w, answer)
	}
}

// answerOf has a request served and keeps the answer.
func answerOf(next http.Handler, r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	return answer
}

func send(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes())
}

// cut closes the connection. What has not been flushed is not sent.
func cut() { panic(http.ErrAbortHandler) }

// pause waits for d, or until the client has gone or the stand-in closes.
func pause(w http.ResponseWriter, r *http.Request, d time.Duration) {
	// The stand-in's own time limit is shorter than some pauses.
	http.NewResponseController(w).SetWriteDeadline(time.Time{})

	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		cut()
	}
}
