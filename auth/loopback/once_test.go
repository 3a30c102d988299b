package loopback

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// answers counts what the gate lets through to oauth2cli.
type answers int

func (a *answers) ServeHTTP(http.ResponseWriter, *http.Request) { *a++ }

// answer sends the gate the provider's right answer and returns the status.
func answer(g *gate) int {
	r := httptest.NewRequest(http.MethodGet, "/callback?"+url.Values{"code": {"c"}, "state": {g.state}}.Encode(), nil)
	r.Host = g.at.authority()
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w.Code
}

func TestTheGateLetsOneAnswerThrough(t *testing.T) {
	var through answers
	g := newGate(redirectURI{host: "127.0.0.1", port: 1, path: "/callback"}, "", false, "", nil)
	g.guard(&through)
	if status := answer(g); status != http.StatusOK || through != 1 {
		t.Fatalf("the first: %d, %d let through", status, through)
	}
	if status := answer(g); status != http.StatusConflict || through != 1 {
		t.Errorf("the second: %d, %d let through", status, through)
	}
	g.close() // waits for no one: the answer was dealt with
}

func TestAGateThatIsClosedLetsNothingThrough(t *testing.T) {
	var through answers
	g := newGate(redirectURI{host: "127.0.0.1", port: 1, path: "/callback"}, "", false, "", nil)
	g.guard(&through)
	g.close()
	if status := answer(g); status != http.StatusConflict || through != 0 {
		t.Errorf("%d, %d let through", status, through)
	}
}

// oauth2cli must not be told to stop while it takes the answer.
func TestClosingWaitsForAnAnswerOnItsWay(t *testing.T) {
	taking, taken := make(chan struct{}), make(chan struct{})
	g := newGate(redirectURI{host: "127.0.0.1", port: 1, path: "/callback"}, "", false, "", nil)
	g.guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(taking)
		<-taken
	}))
	answered, closed := make(chan struct{}), make(chan struct{})
	go func() { answer(g); close(answered) }()
	<-taking
	go func() { g.close(); close(closed) }()
	select {
	case <-closed:
		t.Error("closed while the answer was on its way")
	case <-time.After(50 * time.Millisecond):
	}
	close(taken)
	<-answered
	<-closed
}
