//go:build linux

package main_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
)

// browser is a $BROWSER: a script that hands the URL to a real Chromium.
type browser struct {
	command string
	profile string
	ctx     context.Context
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	chromium := need(t, "chromium", "chromium", "chromium-browser", "google-chrome")
	dir := t.TempDir()
	b := &browser{command: filepath.Join(dir, "browser"), profile: filepath.Join(dir, "profile")}
	script := fmt.Sprintf(`#!/bin/sh
printf '%%s' "$1" >'%s'
exec '%s' --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
  --disable-component-update --disable-sync --lang=en --user-data-dir='%s' --remote-debugging-port=0 "$@" >/dev/null 2>&1
`, filepath.Join(dir, "url"), chromium, b.profile)
	if err := os.WriteFile(b.command, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return b
}

// port is where a started Chromium can be driven; "" while there is none.
func (b *browser) port() string {
	data, err := os.ReadFile(filepath.Join(b.profile, "DevToolsActivePort"))
	if err != nil {
		return ""
	}
	port, _, _ := strings.Cut(string(data), "\n")
	return port
}

// redirectURI is where the program listens, as the authorization request says.
func (b *browser) redirectURI(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(filepath.Dir(b.command), "url"))
	if err != nil {
		t.Fatal(err)
	}
	request, err := url.Parse(string(data))
	if err != nil {
		t.Fatal(err)
	}
	return request.Query().Get("redirect_uri")
}

func (b *browser) wasOpened() bool { return b.port() != "" }

// opened waits for the program to open the browser and returns its tab.
func (b *browser) opened(t *testing.T) *tab {
	t.Helper()
	limit := time.Now().Add(30 * time.Second)
	for b.port() == "" {
		if time.Now().After(limit) {
			t.Fatal("no browser was opened")
		}
		time.Sleep(50 * time.Millisecond)
	}
	allocator, cancel := remote.NewAllocator(context.Background(), "http://127.0.0.1:"+b.port())
	t.Cleanup(cancel)
	whole, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	b.ctx = whole
	for time.Now().Before(limit) {
		targets, err := chromedp.Targets(whole)
		if err != nil {
			t.Fatal(err)
		}
		for _, info := range targets {
			if info.Type == "page" && strings.HasPrefix(info.URL, "http://127.0.0.1") {
				return newTab(t, whole, info.TargetID)
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the browser shows no page of the demo")
	return nil
}

// quit closes the browser as its person would.
func (b *browser) quit(t *testing.T) {
	t.Helper()
	_, _ = chromedp.CallBrowser(b.ctx, cdpbrowser.Close, cdp.Empty{}) // it may end before it answers
	if err := os.RemoveAll(filepath.Join(b.profile, "DevToolsActivePort")); err != nil {
		t.Fatal(err)
	}
}

type tab struct{ ctx context.Context }

func newTab(t *testing.T, whole context.Context, id target.ID) *tab {
	ctx, cancel := chromedp.NewContext(whole, chromedp.WithTargetID(id))
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 60*time.Second)
	t.Cleanup(cancel)
	return &tab{ctx}
}

// do runs an action in a tab. An element can go with its page between being
// found and being looked at: then it is looked for again.
func do[T any](t *testing.T, tb *tab, action chromedp.Action[T]) T {
	t.Helper()
	for {
		result, err := chromedp.Run(tb.ctx, action)
		if err == nil {
			return result
		}
		if !strings.Contains(err.Error(), "No node with given id") {
			t.Fatal(err)
		}
	}
}

// pick presses the button of a person and waits until the browser has come to
// the program's callback page.
func (tb *tab) pick(t *testing.T, person string) {
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

func (tb *tab) text(t *testing.T, selector string) string {
	t.Helper()
	return strings.TrimSpace(do(t, tb, chromedp.Text(chromedp.CSS(selector), chromedp.NodeVisible)))
}

func (tb *tab) address(t *testing.T) string {
	t.Helper()
	return do(t, tb, chromedp.Location())
}
