package auth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// follow is a browser that goes where it is sent, and returns what it saw.
func follow(t *testing.T, browser *http.Client, address string) (via []*url.URL, page string) {
	t.Helper()
	client := *browser
	client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		via = append(via, r.URL)
		if !strings.HasPrefix(r.URL.Host, "127.0.0.1") {
			return http.ErrUseLastResponse
		}
		return nil
	}
	resp, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return via, string(body)
}

func TestEndBrowserSession(t *testing.T) {
	const goodbye = "https://app.example.test/goodbye"
	for _, test := range []struct {
		name   string
		change func(*auth.Config)
		lands  string
	}{
		{"ends on a page of the provider's", nil, "/oidc/session/end"},
		{"ends where it is configured", func(c *auth.Config) { c.PostLogoutRedirectURI = goodbye }, goodbye},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, demo.Config{PostLogoutRedirectURIs: []string{goodbye}})
			p := w.program(func(c *auth.Config) {
				c.RefreshAhead = -1
				if test.change != nil {
					test.change(c)
				}
			})
			session := p.signIn(demotest.ZhangSan)
			first := storedToken(t, w.store, session, "id_token")
			w.clock.advance(2 * time.Hour)
			p.mustToken()
			hint := storedToken(t, w.store, session, "id_token")
			if hint == first {
				t.Error("the ID token of the refresh was not kept")
			}
			done := make(chan error, 1)
			go func() { done <- p.SignOut(t.Context(), auth.EndBrowserSession()) }()
			opened := p.nextURL()
			if strings.Contains(opened, hint) || strings.Contains(opened, "id_token_hint") {
				t.Errorf("the command line shows the ID token: %s", opened)
			}
			via, _ := follow(t, p.browser, opened)
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			if q := via[0].Query(); via[0].Path != "/oidc/session/end" || q.Get("client_id") != demo.ClientID || q.Get("id_token_hint") != hint {
				t.Errorf("the end-session request: %v", via[0])
			}
			if last := via[len(via)-1].String(); !strings.Contains(last, test.lands) {
				t.Errorf("it ends at %s", last)
			}
			// Somebody has to be picked again: the browser has forgotten.
			if next := p.signIn(demotest.LiSi); next.Profile.Name != "李四" {
				t.Errorf("%s signed in", next.Profile.Name)
			}
		})
	}
	t.Run("where no browser comes up", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		broken := false
		p := w.program(func(c *auth.Config) {
			open := c.OpenBrowser
			c.OpenBrowser = func(ctx context.Context, url string) error {
				if broken {
					return errors.New("no browser")
				}
				return open(ctx, url)
			}
		})
		p.signIn(demotest.ZhangSan)
		broken = true
		err := p.SignOut(t.Context(), auth.EndBrowserSession())
		var incomplete *auth.RevocationError
		if !errors.As(err, &incomplete) || !strings.Contains(err.Error(), "no browser") {
			t.Errorf("error = %v", err)
		}
		if state := p.State(); state.Phase != auth.SignedOut {
			t.Errorf("state = %v", state.Phase)
		}
	})
}
