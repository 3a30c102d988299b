package loopback_test

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"doorkey/auth/loopback"
)

// The whole way: Visit, OpenBrowser, $BROWSER, Chromium, the provider.
func TestChromiumBringsTheIDTokenAndNobodySeesIt(t *testing.T) {
	for name, size := range map[string]int{"6 KB": 6 << 10, "64 KB": 64 << 10} {
		t.Run(name, func(t *testing.T) {
			requests := make(chan *http.Request, 10)
			provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests <- r
			}))
			t.Cleanup(provider.Close)
			t.Setenv("BROWSER", chromium(t))
			mark := rand.Text()
			token := strings.Repeat(mark, size/len(mark))
			endSession := provider.URL + "/oidc/session/end?" + url.Values{"id_token_hint": {token}}.Encode()

			var opened string
			err := loopback.Visit(t.Context(), endSession, loopback.VisitOptions{Timeout: 30 * time.Second, Open: func(ctx context.Context, url string) error {
				opened = url
				return loopback.OpenBrowser(ctx, url)
			}})
			if err != nil {
				t.Fatal(err)
			}
			select {
			case r := <-requests:
				if got := r.URL.Query().Get("id_token_hint"); r.URL.Path != "/oidc/session/end" || got != token {
					t.Errorf("Chromium came to %s with %d bytes of %d", r.URL.Path, len(got), len(token))
				}
				if referer := r.Header.Get("Referer"); referer != "" {
					t.Errorf("Referer: %s", referer)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("Chromium did not come")
			}
			commands := commandLines(t)
			if !strings.Contains(commands, opened) {
				t.Errorf("Chromium is not among the command lines:\n%s", commands)
			}
			if strings.Contains(commands, mark) {
				t.Error("the ID token stands in a command line")
			}
		})
	}
}

// chromium writes a program that becomes a Chromium with a profile of its own,
// which ends with the test.
func chromium(t *testing.T) (program string) {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test needs Chromium: apt-get install chromium")
	}
	dir := t.TempDir()
	program, pid := filepath.Join(dir, "browser"), filepath.Join(dir, "pid")
	script := "#!/bin/sh\necho $$ >'" + pid + "'\nexec '" + path + "' --headless --no-sandbox --disable-gpu --disable-quic --no-first-run" +
		" --disable-background-networking --disable-component-update --disable-sync --user-data-dir='" + dir + "/profile' \"$@\"\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		data, err := os.ReadFile(pid)
		if err != nil {
			return // it was not started
		}
		leader, err := strconv.Atoi(strings.TrimSpace(string(data)))
		if err != nil {
			t.Fatal(err)
		}
		_ = syscall.Kill(leader, syscall.SIGTERM)
		for range 100 { // OpenBrowser gave it a session, so a group, of its own
			if syscall.Kill(-leader, 0) != nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		_ = syscall.Kill(-leader, syscall.SIGKILL)
	})
	return program
}

// commandLines are those of all processes, as every user can read them.
func commandLines(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		line, _ := os.ReadFile(file) // a process may have ended
		all.Write(append(line, '\n'))
	}
	return all.String()
}
