package loopback

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

const visited = "https://id.example.test/oidc/session/end?id_token_hint=secret"

func newVisit(t *testing.T) (*visit, context.Context) {
	wait, end := context.WithCancelCause(t.Context())
	return &visit{at: redirectURI{host: "127.0.0.1", port: 1, path: "/ticket"}, url: visited, end: end}, wait
}

func navigation(v *visit) *http.Request {
	r := httptest.NewRequest(http.MethodGet, v.at.path, nil)
	r.Host = v.at.authority()
	return r
}

// As the listener is closed behind the first answer, only here is it sure that
// a second request finds it.
func TestAVisitIsAnsweredOnce(t *testing.T) {
	v, wait := newVisit(t)
	var sentOn atomic.Int32
	var requests sync.WaitGroup
	for range 100 {
		requests.Go(func() {
			w := httptest.NewRecorder()
			v.ServeHTTP(w, navigation(v))
			switch location := w.Header().Get("Location"); {
			case w.Code == http.StatusFound && location == visited:
				sentOn.Add(1)
			case w.Code != http.StatusConflict || location != "":
				t.Errorf("answered %d with Location %q", w.Code, location)
			}
		})
	}
	requests.Wait()
	if sentOn.Load() != 1 {
		t.Errorf("%d were sent on", sentOn.Load())
	}
	if wait.Err() == nil || !v.sentOn.Load() {
		t.Error("the visit goes on")
	}
}

// hungUp is the connection of a browser that has gone.
type hungUp struct{ *httptest.ResponseRecorder }

func (hungUp) FlushError() error { return errors.New("broken pipe") }

func TestABrowserThatHangsUpWasNotSentOn(t *testing.T) {
	v, wait := newVisit(t)
	v.ServeHTTP(hungUp{httptest.NewRecorder()}, navigation(v))
	err := context.Cause(wait)
	if err == nil || v.sentOn.Load() || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "broken pipe") {
		t.Errorf("the visit ends with %v, sent on: %t", err, v.sentOn.Load())
	}
}
