//go:build linux

package main_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// The window starts while the provider is away: who is signed in is there as
// soon as ever, and that it is offline is said until it is not.
func TestOfflineEndToEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	config := demo.Config{Port: freePort(t), StateDir: t.TempDir()}
	logto := demotest.Start(t, config)

	first := d.signIn(t, at(logto)...)
	first.quit(t)
	if err := logto.Close(); err != nil {
		t.Fatal(err)
	}

	begun := time.Now()
	second := d.start(t, at(logto)...)
	took := d.filmed(t, "张三", isOf("张三")).Sub(begun)
	t.Logf("the name was there %v after the start, without a network", took.Round(time.Millisecond))
	if took > 10*time.Second {
		t.Errorf("the name was there after %v", took)
	}
	d.shows(t, "Offline. Last reached", "offline")
	d.shows(t, "张三", "offline-who")

	demotest.Start(t, config)
	begun = time.Now()
	d.showsNot(t, "Offline", "张三", "online")
	t.Logf("the banner was gone %v after the provider was back", time.Since(begun).Round(time.Millisecond))
	if d.browser.wasOpened() {
		t.Error("a browser was opened")
	}
	second.quit(t)
	first.wantClean(t)
	second.wantClean(t)
}

// Two programs share the session of one keychain: the window and this test,
// with the library.
func TestTwoProgramsEndToEnd(t *testing.T) {
	soon := 2 * time.Second * slowness(t) // as promised to the person
	d := newDesk(t)
	logto := demotest.Start(t, demo.Config{})
	window := d.signIn(t, at(logto)...)

	d.ring.Setenv(t)
	urls := make(chan string, 1)
	client, err := auth.New(auth.Config{
		Issuer: logto.Issuer(), ClientID: demo.ClientID,
		OpenBrowser: func(_ context.Context, url string) error { urls <- url; return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if s, err := client.Session(t.Context()); err != nil || s.Profile.Name != "张三" {
		t.Fatalf("the other program says %q, %v", s.Profile.Name, err)
	}
	if err := client.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	took := d.filmed(t, "More ways to sign in", func(title string) bool { return title == "Doorkey" }).Sub(begun)
	t.Logf("the window showed the sign-out %v after it had returned", took.Round(time.Millisecond))
	if took > soon {
		t.Errorf("the window showed the sign-out after %v", took)
	}

	signedIn := make(chan error, 1)
	go func() {
		_, err := client.SignIn(t.Context())
		signedIn <- err
	}()
	signInAs(t, <-urls, demotest.LiSi)
	if err := <-signedIn; err != nil {
		t.Fatal(err)
	}
	begun = time.Now()
	took = d.filmed(t, "lisi@example.test", isOf("李四")).Sub(begun)
	t.Logf("the window showed the sign-in %v after it had returned", took.Round(time.Millisecond))
	if took > soon {
		t.Errorf("the window showed the sign-in after %v", took)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	states := client.Watch(ctx)
	d.click(t, "Sign out")
	begun = time.Now()
	var last auth.State
	for last = range states {
		if last.Phase == auth.SignedOut {
			break
		}
	}
	if last.Phase != auth.SignedOut {
		t.Fatalf("the other program is still %v", last.Phase)
	}
	t.Logf("the other program knew of the sign-out %v after the button was pressed", time.Since(begun).Round(time.Millisecond))
	d.shows(t, "More ways to sign in", "signed-out")
	wantStored(t, d.ring, false)
	window.quit(t)
	window.wantClean(t)
	http.DefaultClient.CloseIdleConnections()
}

// isOf is the title of a window with somebody signed in.
func isOf(name string) func(title string) bool {
	return func(title string) bool { return strings.HasPrefix(title, name) }
}

// freePort is one that stays free, as far as one can tell: the system gives
// out others by itself.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 20000 + rand.IntN(10000)
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}
