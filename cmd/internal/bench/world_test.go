//go:build linux

package bench_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain/keychaintest"
	"doorkey/cmd/internal/bench"
	"doorkey/cmd/internal/connect"

	"github.com/zalando/go-keyring"
)

// built is the folder of the programs, each built once as it is shipped:
// stripped, and without C.
var built string

func TestMain(m *testing.M) {
	var err error
	if built, err = os.MkdirTemp("", "doorkey-bench-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(built)
	os.Exit(status)
}

var programs = map[string]func() error{
	"doorkey": buildIn(".", "../../doorkey"),
	"library": buildIn(".", "./testdata/library"),
	"get":     buildIn("testdata/yardstick", "./get"),
	"refresh": buildIn("testdata/yardstick", "./refresh"),
	"signin":  buildIn("testdata/yardstick", "./signin"),
	"imports": buildIn("testdata/yardstick", "./imports"),
}

func buildIn(module, folder string) func() error {
	return sync.OnceValue(func() error {
		build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", built+"/", folder)
		build.Dir = module
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s: %w\n%s", folder, err, out)
		}
		return nil
	})
}

// program is where the program is.
func program(b *testing.B, name string) string {
	b.Helper()
	if err := programs[name](); err != nil {
		b.Fatal(err)
	}
	return filepath.Join(built, name)
}

// kubelogin is the program of that name to compare with, or "". It keeps its
// tokens in a plain file.
func kubelogin() string { return os.Getenv("KUBELOGIN") }

// pairs is how often both are measured: PAIRS, or n.
func pairs(b *testing.B, n int) int {
	b.Helper()
	if asked := os.Getenv("PAIRS"); asked != "" {
		var err error
		if n, err = strconv.Atoi(asked); err != nil || n < 1 {
			b.Fatalf("PAIRS is %q, which is not a number of pairs", asked)
		}
	}
	return n
}

// world is a provider, a keychain, and a browser with a person at it.
type world struct {
	*provider
	b       *testing.B
	ring    *keychaintest.Keyring
	env     []string
	browser *browser
}

// newWorld leads this process to the keychain, too. The programs it names are
// built before: that takes the person's own folders.
func newWorld(b *testing.B, names ...string) *world {
	b.Helper()
	for _, name := range names {
		program(b, name)
	}
	w := &world{provider: startProvider(b), b: b, ring: keychaintest.Start(b), browser: newBrowser(b)}
	w.ring.Setenv(b)
	w.env = append(w.ring.Env(),
		"AUTH_LOGTO_ISSUER="+w.Issuer(), "AUTH_LOGTO_ID="+clientID,
		"DOORKEY_BROWSER="+w.browser.command, "BROWSER="+w.browser.command,
		"SCOPES="+strings.Join(w.scopes(), " "),
		"HTTP_PROXY=", "HTTPS_PROXY=", "http_proxy=", "https_proxy=")
	return w
}

// scopes are what doorkey asks for.
func (w *world) scopes() []string { return append([]string{"openid"}, connect.ScopesAt(w.Issuer())...) }

func (w *world) program(name string, args ...string) bench.Program {
	w.b.Helper()
	return bench.Program{Path: program(w.b, name), Args: args, Env: w.env}
}

// bytesStored are those of doorkey's items in the keychain.
func (w *world) bytesStored() (bytes, items int) {
	w.b.Helper()
	for _, item := range w.ring.Items(w.b) {
		if item.Service == "doorkey" {
			bytes += item.Size
			items++
		}
	}
	return bytes, items
}

// set stores as many bytes in an item of the yardstick's.
func (w *world) set(bytes int) {
	w.b.Helper()
	if err := keyring.Set("yardstick", "bytes", strings.Repeat("x", bytes)); err != nil {
		w.b.Fatal(err)
	}
}

// signIn runs a program that signs somebody in by the browser, and returns how
// long it took from its start to its end.
func (w *world) signIn(p bench.Program, visit func(authorizeURL string)) time.Duration {
	w.b.Helper()
	type end struct {
		took bench.Took
		said string
		err  error
	}
	ended := make(chan end, 1)
	go func() {
		out, took, err := p.Try(w.b.Context())
		ended <- end{took, out, err}
	}()
	select {
	case url := <-w.browser.opened:
		visit(url)
	case <-time.After(patience):
		w.b.Fatalf("%s opened no browser", p.Path)
	case e := <-ended:
		w.b.Fatalf("%s ended before it opened a browser: %v\n%s", p.Path, e.err, e.said)
	}
	select {
	case e := <-ended:
		if e.err != nil {
			w.b.Fatalf("%s: %v\n%s", p.Path, e.err, e.said)
		}
		return e.took.Wall
	case <-time.After(patience):
		w.b.Fatalf("%s did not end", p.Path)
		return 0
	}
}

const patience = 20 * time.Second

// person picks somebody, and comes back to the program.
func (w *world) person(authorizeURL string) {
	w.b.Helper()
	w.comeBack(w.callback(authorizeURL))
}

// callback is where the browser is sent after somebody was picked.
func (w *world) callback(url string) string {
	w.b.Helper()
	url, err := atProvider(url, w.Issuer())
	if err == nil {
		url, err = demotest.Person(context.Background(), nil, url, demotest.ZhangSan)
	}
	if err != nil {
		w.b.Fatal(err)
	}
	return url
}

// atProvider follows the redirect of a program that has the browser come to
// itself first, as oauth2cli does.
func atProvider(url, issuer string) (string, error) {
	if strings.HasPrefix(url, issuer) {
		return url, nil
	}
	answer, err := http.DefaultTransport.RoundTrip(mustRequest(url))
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	return answer.Header.Get("Location"), nil
}

// comeBack goes to the callback as a browser does that closes its connection.
func (w *world) comeBack(callback string) {
	w.b.Helper()
	answer, err := demotest.NewBrowser().Do(mustRequest(callback))
	if err != nil {
		w.b.Fatal(err)
	}
	answer.Body.Close()
}

func mustRequest(url string) *http.Request {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		panic(err) // a program's own URL
	}
	for name, value := range map[string]string{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"} {
		r.Header.Set(name, value)
	}
	return r
}
