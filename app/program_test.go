package app

import (
	"context"
	"net/http"
	"testing"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
)

// program is somebody at a whole program: a window, a client and a stand-in
// Logto. The test is the browser.
type program struct {
	*person
	app    *Window
	client *auth.Client
	logto  *demo.Server
	urls   chan string // that the browser was opened with
	seen   []string    // the people OnSignedIn was told of
}

// start starts a program; change may alter its settings.
func start(t *testing.T, change func(*auth.Config, *Options)) *program {
	t.Helper()
	d := newDesk(t)
	p := &program{logto: demotest.Start(t, demo.Config{}), urls: make(chan string, 10)}
	config := auth.Config{
		Issuer: p.logto.Issuer(), ClientID: demo.ClientID, Store: keychain.NewMemory(),
		OpenBrowser: func(_ context.Context, url string) error { p.urls <- url; return nil },
	}
	options := Options{Issuer: config.Issuer, OnSignedIn: func(s auth.Session) { p.seen = append(p.seen, s.Profile.Name) }}
	if change != nil {
		change(&config, &options)
	}
	var err error
	if p.client, err = auth.New(config); err != nil {
		t.Fatal(err)
	}
	if p.app, err = New(d, p.client, options); err != nil {
		t.Fatal(err)
	}
	p.person = &person{desk: d, view: p.app.view, window: p.app.Window}
	t.Cleanup(func() {
		p.app.Close()
		if err := p.client.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// shows runs the UI until a screen is up.
func (p *program) shows(k kind) {
	p.t.Helper()
	p.until(p.t.Name(), func() bool { return p.view.kind == k })
}

// signInAs is the person at the browser, up to the application's callback.
func (p *program) signInAs(who string) {
	p.t.Helper()
	callback, err := demotest.Person(p.t.Context(), nil, <-p.urls, who)
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := http.Get(callback)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
}
