//go:build linux

package bench_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

const clientID = demo.ClientID

// provider is a stand-in that notes when it was asked for tokens, and can say
// that they last for a second only.
type provider struct {
	*demo.Server
	faults *demotest.Faults // which counts the requests
	web    demo.WebApplication

	mu              sync.Mutex
	short           bool
	asked, answered time.Time
}

func startProvider(b *testing.B) *provider {
	b.Helper()
	p := &provider{faults: demotest.NewFaults()}
	config := demo.Sample()
	p.web = demo.WebApplication{ID: "kubelogin", Secret: "not-a-secret", RedirectURI: "http://" + freeAddress(b) + "/"}
	config.Web = &p.web
	config.Wrap = func(next http.Handler) http.Handler { return p.faults.Wrap(p.wrap(next)) }
	p.Server = demotest.Start(b, config)
	return p
}

func (p *provider) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/oidc/token" {
			next.ServeHTTP(w, r)
			return
		}
		p.mu.Lock()
		p.asked = time.Now()
		short := p.short
		p.mu.Unlock()
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		body := answer.Body.Bytes()
		if short {
			body = bytes.Replace(body, []byte(`"expires_in":3600`), []byte(`"expires_in":1`), 1)
		}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
		_ = http.NewResponseController(w).Flush()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.answered = time.Now()
	})
}

// freeAddress is one that a redirect URI can name.
func freeAddress(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// shortLived has all tokens from now on last for a second, or for an hour.
func (p *provider) shortLived(yes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.short = yes
}

// A token of a second that has to last for this long is good for the first tenth
// of it only, which expire waits out: so each refresh can be wanted, and is of a
// token that has not run out, or there would be a second to wait for each.
const validity = 900 * time.Millisecond

func expire() { time.Sleep(110 * time.Millisecond) }

var minValidity = fmt.Sprintf("--min-validity=%v", validity)

func (p *provider) lastAsked() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

func (p *provider) lastAnswered() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.answered
}
