package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain"
)

// withDevice is a change for a program that may sign in on another device.
func withDevice(c *auth.Config) {
	c.DeviceClientID = demo.DeviceClientID
	c.OpenBrowser = func(context.Context, string) error { panic("a browser was opened") }
}

// deviceProgram is one that polls often.
func (w *world) deviceProgram(change func(*auth.Config)) *program {
	w.t.Helper()
	p := w.program(func(c *auth.Config) {
		withDevice(c)
		if change != nil {
			change(c)
		}
	})
	auth.PollEvery(p.Client, 20*time.Millisecond)
	return p
}

// nextDevice is what a sign-in on another device shows.
func (p *program) nextDevice() auth.Attempt {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
	defer cancel()
	for state := range p.Watch(ctx) {
		if state.Attempt.Device != nil {
			return state.Attempt
		}
	}
	p.t.Fatal("no code was shown")
	return auth.Attempt{}
}

// onPhone signs a person in on another device and expects it to work.
func (p *program) onPhone(person string, options ...auth.SignInOption) auth.Session {
	p.t.Helper()
	done := p.begin(p.t.Context(), append(options, auth.Device())...)
	p.scan(p.nextDevice(), person)
	session, err := await(p.t, done)
	if err != nil {
		p.t.Fatal(err)
	}
	return session
}

func (p *program) scan(shown auth.Attempt, person string) {
	p.t.Helper()
	if err := demotest.Scan(p.t.Context(), p.browser, shown.Device.VerificationURIComplete, person); err != nil {
		p.t.Fatal(err)
	}
}

func TestSignInOnAnotherDevice(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.deviceProgram(nil)
	if !p.CanUseDevice() {
		t.Error("it cannot")
	}
	begun := w.clock.now()
	done := p.begin(t.Context(), auth.Device(), auth.Connector("wecom"), auth.UILocales("ja"), auth.Resource(ordersAPI))
	shown := p.nextDevice()
	if shown.Step != auth.Waiting || shown.URL != "" || len(shown.Device.UserCode) != 9 ||
		shown.Device.VerificationURI != w.Endpoint()+"/device" ||
		shown.Device.VerificationURIComplete != shown.Device.VerificationURI+"?user_code="+shown.Device.UserCode {
		t.Errorf("shown: %+v, %+v", shown, *shown.Device)
	}
	if left := shown.Deadline.Sub(begun); left < 9*time.Minute+50*time.Second || left > 10*time.Minute+10*time.Second {
		t.Errorf("it waits for %v", left)
	}
	p.scan(shown, demotest.LiSi)
	session, err := await(t, done)
	if err != nil {
		t.Fatal(err)
	}
	if session.Profile.Name != "李四" || session.ClientID != demo.ClientID || p.State().Phase != auth.SignedIn || p.State().Attempt != (auth.Attempt{}) {
		t.Errorf("session %+v, state %+v", session, p.State())
	}
	p.mustToken()
	if token := p.mustToken(auth.Resource(ordersAPI)); token.Value.IsZero() {
		t.Error("no token for the resource")
	}
	if w.Revoked() != 0 {
		t.Error("a grant was revoked")
	}
}

// All that is done with the tokens later is the device client's to do.
func TestASessionOfAnotherDevice(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.deviceProgram(nil)
	session := p.onPhone(demotest.LiSi)
	token := p.mustToken().Value.Reveal()
	if err := p.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p.mustToken().Value.Reveal() == token {
		t.Error("no new token")
	}

	// A program that cannot sign anybody in on another device shares it.
	q := w.program(nil)
	if s, err := q.Session(t.Context()); err != nil || s.Profile.ID != session.Profile.ID {
		t.Fatalf("%v, %v", s, err)
	}
	if err := q.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.Refresh(t.Context()); err != nil { // which finds what the other has stored
		t.Fatal(err)
	}
	last := p.mustToken().Value.Reveal()
	if status := userInfo(t, w.Server, last); status != http.StatusOK {
		t.Errorf("userinfo: %d", status)
	}
	if err := q.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status := userInfo(t, w.Server, last); status != http.StatusUnauthorized {
		t.Errorf("not revoked: %d", status)
	}
}

func TestOneListOfAccountsWhicheverWayTheyCame(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.deviceProgram(func(c *auth.Config) { c.OpenBrowser = nil })
	opened := make(chan string, 1)
	q := w.program(func(c *auth.Config) {
		c.DeviceClientID = demo.DeviceClientID
		c.OpenBrowser = func(_ context.Context, url string) error { opened <- url; return nil }
	})
	auth.PollEvery(q.Client, 20*time.Millisecond)
	done := q.begin(t.Context())
	q.pick(<-opened, demotest.ZhangSan)
	if _, err := await(t, done); err != nil {
		t.Fatal(err)
	}
	li := p.onPhone(demotest.LiSi, auth.AnotherAccount())
	if got := names(p.mustAccounts()); !slices.Equal(got, []string{"李四", "张三"}) {
		t.Errorf("accounts = %q", got)
	}
	// Whoever comes back in the browser is of the main client again.
	done = q.begin(t.Context(), auth.AnotherAccount())
	q.pick(<-opened, demotest.LiSi)
	if s, err := await(t, done); err != nil || s.Profile.ID != li.Profile.ID {
		t.Fatalf("%v, %v", s, err)
	}
	if data := readRecord(t, w.store, li); strings.Contains(data, demo.DeviceClientID) {
		t.Error("still a session of the device client")
	}
	if err := q.Refresh(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTheBrowserIsSignedOutAsTheDeviceClient(t *testing.T) {
	w := newWorld(t, demo.Config{PostLogoutRedirectURIs: []string{"https://app.example.test/bye"}})
	opened := make(chan string, 1)
	p := w.deviceProgram(func(c *auth.Config) {
		c.PostLogoutRedirectURI = "https://app.example.test/bye"
		c.OpenBrowser = func(_ context.Context, url string) error { opened <- url; return nil }
	})
	p.onPhone(demotest.LiSi)
	done := make(chan error, 1)
	go func() { done <- p.SignOut(t.Context(), auth.EndBrowserSession()) }()
	resp, err := p.browser.Get(<-opened)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if query := resp.Request.URL.Query(); resp.StatusCode != http.StatusOK || query.Get("client_id") != demo.DeviceClientID || query.Has("post_logout_redirect_uri") {
		t.Errorf("%d at %s", resp.StatusCode, resp.Request.URL.Path)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// The secret of a Traditional Web application is nothing to the device client.
func TestTheDeviceClientHasNoSecret(t *testing.T) {
	w := newWorld(t, demo.Config{Web: &demo.WebApplication{ID: "web", Secret: "s3cret", RedirectURI: "http://127.0.0.1:9/callback"}})
	p := w.deviceProgram(func(c *auth.Config) {
		c.ClientID, c.ClientSecret = "web", auth.NewSecret("s3cret")
	})
	p.onPhone(demotest.LiSi)
	if err := p.Refresh(t.Context()); err != nil {
		t.Error(err)
	}
	if err := p.SignOut(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWhatADeviceSignInCannotDo(t *testing.T) {
	w := newWorld(t, demo.Config{})
	_, err := w.program(nil).SignIn(t.Context(), auth.Device())
	if wrong, is := errors.AsType[*auth.ConfigError](err); !is || wrong.Field != "DeviceClientID" {
		t.Errorf("without a client: %v", err)
	}
	p := w.deviceProgram(nil)
	for _, options := range [][]auth.SignInOption{{auth.Device(), auth.Fresh(0)}, {auth.Fresh(time.Hour), auth.Device()}} {
		if _, err := p.SignIn(t.Context(), options...); err == nil || !strings.Contains(err.Error(), "auth.Fresh") {
			t.Errorf("with Fresh: %v", err)
		}
	}
	if _, err := auth.New(auth.Config{Issuer: w.Issuer(), ClientID: "x", DeviceClientID: "a b"}); err == nil {
		t.Error("a client ID with a blank was accepted")
	}
	wrong := w.deviceProgram(func(c *auth.Config) { c.DeviceClientID = "web" })
	if _, err := wrong.SignIn(t.Context(), auth.Device()); !isRefusal(err, "invalid_client") {
		t.Errorf("an unknown client: %v", err)
	}
	browser := w.deviceProgram(func(c *auth.Config) { c.DeviceClientID = demo.ClientID })
	if _, err := browser.SignIn(t.Context(), auth.Device()); !isRefusal(err, "invalid_request") {
		t.Errorf("the client of the browser: %v", err)
	}
	if w.faults.Requests("/oidc/device/auth") != 2 {
		t.Error("the provider was asked in vain")
	}
}

func isRefusal(err error, code string) bool {
	refused, is := errors.AsType[*auth.AuthorizationError](err)
	return is && refused.Code == code
}

func TestWhoDeclinesOnTheOtherDevice(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.deviceProgram(nil)
	done := p.begin(t.Context(), auth.Device())
	if err := demotest.Decline(t.Context(), p.browser, p.nextDevice().Device.VerificationURIComplete); err != nil {
		t.Fatal(err)
	}
	if _, err := await(t, done); !isRefusal(err, "access_denied") {
		t.Errorf("%v", err)
	}
}

func TestTheCodeExpires(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.deviceProgram(nil)
	done := p.begin(t.Context(), auth.Device())
	shown := p.nextDevice()
	w.clock.advance(10*time.Minute + time.Second)
	_, err := await(t, done)
	if !errors.Is(err, auth.ErrTimeout) || strings.Contains(err.Error(), shown.Device.UserCode) {
		t.Errorf("%v", err)
	}
	// Or sooner, where the program says so.
	q := w.deviceProgram(func(c *auth.Config) { c.SignInTimeout = 50 * time.Millisecond })
	if _, err := q.SignIn(t.Context(), auth.Device()); !errors.Is(err, auth.ErrTimeout) {
		t.Errorf("%v", err)
	}
}

func TestADeviceSignInIsGivenUp(t *testing.T) {
	for name, giveUp := range map[string]func(p *program, cancel func()){
		"by CancelSignIn": func(p *program, _ func()) { p.CancelSignIn() },
		"by ctx":          func(_ *program, cancel func()) { cancel() },
		"by Close":        func(p *program, _ func()) { p.Close() },
		"by another":      func(p *program, _ func()) { p.begin(p.t.Context(), auth.Device()) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, demo.Config{})
			p := w.deviceProgram(nil)
			auth.PollEvery(p.Client, time.Hour/10) // it does not wait for the next poll
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := p.begin(ctx, auth.Device())
			p.nextDevice()
			giveUp(p, cancel)
			if _, err := await(t, done); err == nil || !errors.Is(err, context.Canceled) && !errors.Is(err, auth.ErrClosed) && !errors.Is(err, auth.ErrSuperseded) {
				t.Errorf("%v", err)
			}
		})
	}
}

// However it ends, the state is the one that SignIn has returned.
func TestGivingUpWhileThePersonConfirms(t *testing.T) {
	w := newWorld(t, demo.Config{})
	for i := range 12 {
		p := w.deviceProgram(func(c *auth.Config) { c.Store = keychain.NewMemory() })
		auth.PollEvery(p.Client, 2*time.Millisecond)
		done := p.begin(t.Context(), auth.Device())
		shown := p.nextDevice()
		var both sync.WaitGroup
		both.Go(func() { p.scan(shown, demotest.LiSi) })
		both.Go(func() {
			time.Sleep(time.Duration(i) * 2 * time.Millisecond)
			p.CancelSignIn()
		})
		both.Wait()
		_, err := await(t, done)
		if signedIn := p.State().Phase == auth.SignedIn; signedIn != (err == nil) {
			t.Errorf("error %v, state %v", err, p.State().Phase)
		}
	}
}

func TestNetworkTroubleDoesNotEndADeviceSignIn(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.deviceProgram(nil)
	w.faults.Next("/oidc/token", demotest.Status(503), demotest.DropAnswer(), demotest.CutAnswer())
	done := p.begin(t.Context(), auth.Device())
	shown := p.nextDevice()
	until(t, "polls meanwhile", func() bool { return w.faults.Requests("/oidc/token") > 3 })
	p.scan(shown, demotest.LiSi)
	if _, err := await(t, done); err != nil {
		t.Error(err)
	}
}

// The answer with the tokens in it is lost: there is no second one.
func TestTheTokensAreLostOnTheWay(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.deviceProgram(nil)
	auth.PollEvery(p.Client, 300*time.Millisecond)
	done := p.begin(t.Context(), auth.Device())
	shown := p.nextDevice()
	w.faults.Always("/oidc/token", func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		if answer.Code == http.StatusOK {
			panic(http.ErrAbortHandler)
		}
		rw.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
		rw.WriteHeader(answer.Code)
		_, _ = rw.Write(answer.Body.Bytes())
	})
	p.scan(shown, demotest.LiSi)
	_, err := await(t, done)
	refused, is := errors.AsType[*auth.ExchangeError](err)
	if !is || refused.Code != "invalid_grant" || !strings.Contains(err.Error(), "lost") {
		t.Errorf("%v", err)
	}
}

func TestNothingOfADeviceSignInIsPrinted(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.deviceProgram(nil)
	done := p.begin(t.Context(), auth.Device())
	shown := p.nextDevice()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, *shown.Device) + fmt.Sprintf(verb, p.State()); strings.Contains(text, shown.Device.UserCode) {
			t.Errorf("%s shows the code: %s", verb, text)
		}
	}
	p.CancelSignIn()
	_, _ = await(t, done)
}
