package demo_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
)

// screenshots is a folder for pictures of every page, for a person to look at:
//
//	DOORKEY_SCREENSHOTS=/tmp/pages go test -run Chromium ./auth/demo
var screenshots = os.Getenv("DOORKEY_SCREENSHOTS")

// tab is a page in a Chromium of its own.
type tab struct {
	t        *testing.T
	ctx      context.Context
	language string

	mu       sync.Mutex
	problems []string // what Chromium reported, such as violations of the CSP
}

func newTab(t *testing.T, language string) *tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test needs Chromium: apt-get install chromium")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("headless", "new"),
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("accept-lang", language),
		chromedp.WindowSize(1024, 860),
	}
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)

	tb := &tab{t: t, ctx: ctx, language: language}
	if err := chromedp.Listen(ctx, tb.listen); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, cdplog.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { chromedp.Cancel(ctx) })
	return tb
}

func (tb *tab) listen(event any) {
	if e, ok := event.(*cdplog.EventEntryAdded); ok {
		tb.mu.Lock()
		defer tb.mu.Unlock()
		tb.problems = append(tb.problems, e.Entry.Text+" "+e.Entry.URL)
	}
}

func (tb *tab) reported() []string {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return tb.problems
}

// run runs an action in a tab and returns what comes of it. An element can go
// with its page between being found and being looked at: then it is looked for
// again, on the page that came.
func run[T any](tb *tab, action chromedp.Action[T]) T {
	tb.t.Helper()
	for {
		result, err := chromedp.Run(tb.ctx, action)
		if err == nil {
			return result
		}
		gone := strings.Contains(err.Error(), "No node with given id") || strings.Contains(err.Error(), "Cannot find context with specified id")
		if !gone {
			tb.t.Fatalf("%v; Chromium reported %q", err, tb.reported())
		}
	}
}

func (tb *tab) open(address string) {
	tb.t.Helper()
	run(tb, chromedp.Navigate(address))
}

func (tb *tab) click(selector chromedp.CSS) {
	tb.t.Helper()
	run(tb, chromedp.Click(selector, chromedp.NodeVisible))
}

func (tb *tab) enter(selector chromedp.CSS, keys string) {
	tb.t.Helper()
	run(tb, chromedp.SendKeys(selector, keys, chromedp.NodeVisible))
}

// wantText waits for an element to say something.
func (tb *tab) wantText(selector chromedp.CSS, want string) {
	tb.t.Helper()
	var got string
	for limit := time.Now().Add(10 * time.Second); time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
		if got = strings.TrimSpace(run(tb, chromedp.Text(selector, chromedp.NodeVisible))); got == want {
			return
		}
	}
	tb.t.Errorf("%s says %q, not %q", selector, got, want)
}

// picture checks that a page fits a phone and a desktop, and keeps a picture
// of it in both, light and dark, where a person wants to look.
func (tb *tab) picture(name string) {
	tb.t.Helper()
	phone := []chromedp.EmulateViewportOption{chromedp.EmulateMobile, chromedp.EmulateTouch}
	for _, size := range [][2]int64{{360, 740}, {1024, 860}} {
		run(tb, chromedp.EmulateViewport(size[0], size[1], phone...))
		phone = nil
		if low := run(tb, chromedp.Evaluate[[]string](tooLow)); len(low) > 0 {
			tb.t.Errorf("%s at %d px: lower than 44 px: %q", name, size[0], low)
		}
		if run(tb, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`)) {
			tb.t.Errorf("%s does not fit %d px", name, size[0])
		}
		if screenshots == "" {
			continue
		}
		for _, scheme := range []string{"light", "dark"} {
			media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
			if _, err := chromedp.Call(tb.ctx, emulation.SetEmulatedMedia, media); err != nil {
				tb.t.Fatal(err)
			}
			file := fmt.Sprintf("%s-%s-%s-%d.png", name, tb.language, scheme, size[0])
			if err := os.WriteFile(filepath.Join(screenshots, file), run(tb, chromedp.FullScreenshot(100)), 0o600); err != nil {
				tb.t.Fatal(err)
			}
		}
	}
}

// tooLow names what is too low to be touched.
const tooLow = `[...document.querySelectorAll("button, input:not([type=hidden])")]
	.filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)`

// application is the loopback listener of one.
type application struct {
	redirectURI string
	heard       chan url.Values
}

func newApplication(t *testing.T, address string) *application {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Skipf("no loopback at %s here: %v", address, err)
	}
	app := &application{redirectURI: "http://" + listener.Addr().String() + "/callback", heard: make(chan url.Values, 1)}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><link rel="icon" href="data:,"><p id="back">back in the app</p>`)
		if r.URL.Path == "/callback" {
			select {
			case app.heard <- r.URL.Query():
			default:
			}
		}
	})}
	served := make(chan struct{})
	go func() {
		defer close(served)
		server.Serve(listener)
	}()
	t.Cleanup(func() {
		server.Close()
		<-served
	})
	return app
}

// wait returns what came to the callback.
func (a *application) wait(tb *tab) url.Values {
	tb.t.Helper()
	select {
	case got := <-a.heard:
		return got
	case <-time.After(10 * time.Second):
		tb.t.Fatalf("nothing came to the callback; the browser is at %s and reported %q", run(tb, chromedp.Location()), tb.reported())
		return nil
	}
}
