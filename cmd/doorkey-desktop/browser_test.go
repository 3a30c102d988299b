//go:build linux

package main_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"doorkey/auth/demo/demotest"

	"github.com/chromedp/chromedp"
)

// opener is a $BROWSER: a script that hands over the URL.
type opener struct {
	command string // $BROWSER
	handed  string // the file with the URL
}

func newOpener(t testing.TB) *opener {
	t.Helper()
	dir := t.TempDir()
	o := &opener{command: filepath.Join(dir, "browser"), handed: filepath.Join(dir, "url")}
	script := fmt.Sprintf("#!/bin/sh\nprintf '%%s' \"$1\" >'%[1]s.new' && mv '%[1]s.new' '%[1]s'\n", o.handed)
	if err := os.WriteFile(o.command, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return o
}

// opened waits for the program to open the browser.
func (o *opener) opened(t testing.TB) {
	t.Helper()
	for limit := time.Now().Add(30 * time.Second); !o.wasOpened(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("no browser was opened")
		}
	}
}

// signInAs waits for the program to open the browser, and is the person there.
func (o *opener) signInAs(t testing.TB, person string) {
	t.Helper()
	o.opened(t)
	signInAs(t, o.url(t).String(), person)
	o.forget(t)
}

// signInAs does what a person at a browser does, without one.
func signInAs(t testing.TB, authorizeURL, person string) {
	t.Helper()
	callback, err := demotest.Person(t.Context(), nil, authorizeURL, person)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(callback)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}

// browser is a real Chromium with one tab. (One that the script itself starts
// would have to be driven from the middle of its first page, where chromedp has
// a data race.)
type browser struct {
	*opener
	tab *tab
}

func newBrowser(t testing.TB) *browser {
	t.Helper()
	chromium := need(t, "chromium", "chromium", "chromium-browser", "google-chrome")
	b := &browser{opener: newOpener(t)}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx,
		chromedp.ExecPath(chromium), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("headless", "new"), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("accept-lang", "en"))
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) })
	b.tab = &tab{ctx}
	do(t, b.tab, chromedp.Navigate("about:blank")) // starts it
	return b
}

// goes waits for the program to open the browser, goes where it was sent and
// returns the tab.
func (b *browser) goes(t testing.TB) *tab {
	t.Helper()
	b.opened(t)
	do(t, b.tab, chromedp.Navigate(b.url(t).String()))
	return b.tab
}

func (o *opener) wasOpened() bool {
	_, err := os.Stat(o.handed)
	return err == nil
}

// url is the authorization request that the program wants opened.
func (o *opener) url(t testing.TB) *url.URL {
	t.Helper()
	data, err := os.ReadFile(o.handed)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(string(data))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// forget makes wasOpened tell of the next time.
func (o *opener) forget(t testing.TB) {
	t.Helper()
	if err := os.Remove(o.handed); err != nil {
		t.Fatal(err)
	}
}

type tab struct{ ctx context.Context }

// do runs an action in a tab. An element can go with its page between being
// found and being looked at: then it is looked for again.
func do[T any](t testing.TB, tb *tab, action chromedp.Action[T]) T {
	t.Helper()
	for {
		result, err := chromedp.Run(tb.ctx, action)
		if err == nil {
			return result
		}
		gone := strings.Contains(err.Error(), "No node with given id") || strings.Contains(err.Error(), "Cannot find context with specified id")
		if !gone {
			t.Fatal(err)
		}
	}
}

// pick presses the button of a person and waits until the browser has come to
// the program's callback page.
func (tb *tab) pick(t testing.TB, person string) {
	t.Helper()
	do(t, tb, chromedp.Click(chromedp.CSS(`[data-person="`+person+`"]`), chromedp.NodeVisible))
	for limit := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if strings.HasSuffix(tb.address(t), "/callback") {
			return // the page's own script has cut off the query
		}
		if time.Now().After(limit) {
			t.Fatalf("the browser is at %s", tb.address(t))
		}
	}
}

func (tb *tab) text(t testing.TB, selector string) string {
	t.Helper()
	return strings.TrimSpace(do(t, tb, chromedp.Text(chromedp.CSS(selector), chromedp.NodeVisible)))
}

func (tb *tab) address(t testing.TB) string {
	t.Helper()
	return do(t, tb, chromedp.Location())
}
