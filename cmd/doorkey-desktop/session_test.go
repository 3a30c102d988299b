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
	"doorkey/auth/keychain/keychaintest"
)

// The window starts while the provider is away: who is signed in is there as
// soon as ever, and that it is offline is said until it is not.
func TestOfflineEndToEnd(t *testing.T) {
	program := buildProgram(t)
	screen := startScreen(t)
	ring := keychaintest.Start(t)
	opener := newOpener(t)
	config := demo.Config{Port: freePort(t), StateDir: t.TempDir()}
	logto := demotest.Start(t, config)
	env := windowEnv(ring, screen, opener, logto.Issuer())

	first := start(t, env, program, "--sign-in=wecom")
	opener.signInAs(t, demotest.ZhangSan)
	screen.shows(t, "张三", "signed-in")
	wantStored(t, ring, true)
	first.quit(t)
	if err := logto.Close(); err != nil {
		t.Fatal(err)
	}

	begun := time.Now()
	second := start(t, env, program)
	took := screen.filmed(t, "张三", isOf("张三")).Sub(begun)
	t.Logf("the name was there %v after the start, without a network", took.Round(time.Millisecond))
	if took > 10*time.Second {
		t.Errorf("the name was there after %v", took)
	}
	screen.shows(t, "Offline since", "offline")
	screen.shows(t, "张三", "offline-who")

	demotest.Start(t, config)
	begun = time.Now()
	screen.showsNot(t, "Offline", "张三", "online")
	t.Logf("the banner was gone %v after the provider was back", time.Since(begun).Round(time.Millisecond))
	if opener.wasOpened() {
		t.Error("a browser was opened")
	}
	second.quit(t)
	first.wantClean(t)
	second.wantClean(t)
}

// Two programs share the session of one keychain: the window and this test,
// with the library.
func TestTwoProgramsEndToEnd(t *testing.T) {
	const soon = 2 * time.Second // as promised to the person
	program := buildProgram(t)
	screen := startScreen(t)
	ring := keychaintest.Start(t)
	opener := newOpener(t)
	logto := demotest.Start(t, demo.Config{})
	window := start(t, windowEnv(ring, screen, opener, logto.Issuer()), program, "--sign-in=wecom")
	opener.signInAs(t, demotest.ZhangSan)
	screen.shows(t, "张三", "signed-in")
	wantStored(t, ring, true)

	ring.Setenv(t)
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
	took := screen.filmed(t, "More ways to sign in", func(title string) bool { return title == "Doorkey" }).Sub(begun)
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
	took = screen.filmed(t, "李四", isOf("李四")).Sub(begun)
	t.Logf("the window showed the sign-in %v after it had returned", took.Round(time.Millisecond))
	if took > soon {
		t.Errorf("the window showed the sign-in after %v", took)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	states := client.Watch(ctx)
	begun = time.Now()
	screen.press(t, "Tab", "space") // Sign out is the one button there
	var last auth.State
	for last = range states {
		if last.Phase == auth.SignedOut {
			break
		}
	}
	if last.Phase != auth.SignedOut {
		t.Fatalf("the other program is still %v", last.Phase)
	}
	t.Logf("the other program knew of the sign-out %v after the key was pressed", time.Since(begun).Round(time.Millisecond))
	screen.shows(t, "More ways to sign in", "signed-out")
	wantStored(t, ring, false)
	window.quit(t)
	window.wantClean(t)
	http.DefaultClient.CloseIdleConnections()
}

// windowEnv is the environment of a window that signs in at issuer.
func windowEnv(ring *keychaintest.Keyring, screen *screen, opener *opener, issuer string) []string {
	return append(ring.Env(), "DISPLAY="+screen.display, "BROWSER="+opener.command, "LANG=en_US.UTF-8", "LC_ALL=", "LANGUAGE=", "FYNE_THEME=light", "WAYLAND_DISPLAY=",
		"AUTH_LOGTO_ISSUER="+issuer, "AUTH_LOGTO_ID="+demo.ClientID)
}

// isOf is the title of a window with somebody signed in.
func isOf(name string) func(title string) bool {
	return func(title string) bool { return strings.HasPrefix(title, name) }
}

// freePort is one that stays free, as far as one can tell: the system gives
// out others by itself.
func freePort(t *testing.T) int {
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
