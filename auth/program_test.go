package auth_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if name := os.Getenv(childVariable); name != "" {
		os.Exit(runChild(name))
	}
	goleak.VerifyTestMain(m)
}

// program is a client of the stand-in, with the test as its browser.
type program struct {
	*auth.Client
	config  auth.Config
	t       testing.TB
	urls    chan string // authorization requests
	browser *http.Client
}

// newProgram makes a client of logto; change may alter its settings.
func newProgram(t testing.TB, logto *demo.Server, change func(*auth.Config)) *program {
	t.Helper()
	p := &program{t: t, urls: make(chan string, 10), browser: demotest.NewBrowser()}
	config := auth.Config{
		Issuer:      logto.Issuer(),
		ClientID:    demo.ClientID,
		Store:       keychain.NewMemory(),
		OpenBrowser: func(_ context.Context, url string) error { p.urls <- url; return nil },
	}
	if change != nil {
		change(&config)
	}
	client, err := auth.New(config)
	if err != nil {
		t.Fatal(err)
	}
	p.Client, p.config = client, config
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// nextURL is the authorization request that the program wants opened.
func (p *program) nextURL() string {
	p.t.Helper()
	select {
	case u := <-p.urls:
		return u
	case <-time.After(10 * time.Second):
		p.t.Fatal("no browser was opened")
		return ""
	}
}

// pick is somebody at the browser who picks a WeCom person and comes back.
func (p *program) pick(authorizeURL, person string) {
	p.t.Helper()
	callback, err := demotest.Person(p.t.Context(), p.browser, authorizeURL, person)
	if err != nil {
		p.t.Fatal(err)
	}
	p.get(callback)
}

func (p *program) get(address string) int {
	p.t.Helper()
	resp, err := demotest.NewBrowser().Get(address)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

type outcome struct {
	session auth.Session
	err     error
}

// begin starts a sign-in.
func (p *program) begin(ctx context.Context, options ...auth.SignInOption) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		s, err := p.SignIn(ctx, options...)
		done <- outcome{s, err}
	}()
	return done
}

func await(t testing.TB, done <-chan outcome) (auth.Session, error) {
	t.Helper()
	select {
	case o := <-done:
		return o.session, o.err
	case <-time.After(15 * time.Second):
		t.Fatal("the sign-in did not end")
		return auth.Session{}, nil
	}
}

// signIn signs a person in and expects it to work.
func (p *program) signIn(person string, options ...auth.SignInOption) auth.Session {
	p.t.Helper()
	done := p.begin(p.t.Context(), options...)
	p.pick(p.nextURL(), person)
	session, err := await(p.t, done)
	if err != nil {
		p.t.Fatal(err)
	}
	return session
}
