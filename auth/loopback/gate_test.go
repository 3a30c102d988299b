package loopback_test

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"doorkey/auth/loopback"
)

// Everything here reaches the listener from somewhere else than the provider.
// None of it may end the sign-in or tell anything about it.
func TestForgedRequestsChangeNothing(t *testing.T) {
	e := newTokenEndpoint(t)
	tr := start(t, e, nil)
	base := strings.TrimSuffix(tr.param("redirect_uri"), "/callback")
	with := func(change func(url.Values)) string {
		q := tr.good()
		change(q)
		return tr.callback(q)
	}
	set := func(name string, values ...string) string {
		return with(func(q url.Values) { q[name] = values })
	}
	header := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	for _, forged := range []struct {
		name   string
		method string
		url    string
		header http.Header
		host   string
		want   int
	}{
		{name: "the index, which oauth2cli answers with the authorization request", url: base + "/", want: 404},
		{name: "an error without a state, which ends oauth2cli", url: base + "/?error=access_denied", want: 404},
		{name: "an error without a state on the callback", url: base + "/callback?error=access_denied", want: 400},
		{name: "an error with a guessed state", url: base + "/callback?error=access_denied&state=guess&iss=" + url.QueryEscape(issuer), want: 400},
		{name: "no query at all", url: base + "/callback", want: 400},
		{name: "a code with a wrong state", url: set("state", "guess"), want: 400},
		{name: "a code with an empty state", url: set("state", ""), want: 400},
		{name: "a code with two states", url: set("state", tr.param("state"), "other"), want: 400},
		{name: "the right state in other case", url: set("state", strings.ToLower(tr.param("state"))), want: 400},
		{name: "a code without iss", url: with(func(q url.Values) { q.Del("iss") }), want: 400},
		{name: "a code of another issuer", url: set("iss", "https://evil.example.test/oidc"), want: 400},
		{name: "a code with two issuers", url: set("iss", issuer, issuer), want: 400},
		{name: "an error of another issuer", url: with(func(q url.Values) { q.Del("code"); q.Set("error", "x"); q.Set("iss", "https://evil.example.test") }), want: 400},
		{name: "an empty code", url: set("code", ""), want: 400},
		{name: "two codes", url: set("code", "good", "good"), want: 400},
		{name: "a code and an error", url: set("error", "access_denied"), want: 400},
		{name: "a POST", method: http.MethodPost, url: set("code", "good"), want: 405},
		{name: "a HEAD", method: http.MethodHead, url: set("code", "good"), want: 405},
		{name: "an OPTIONS", method: http.MethodOptions, url: set("code", "good"), want: 405},
		{name: "another path", url: strings.Replace(set("code", "good"), "/callback", "/callback/", 1), want: 404},
		{name: "a favicon", url: base + "/favicon.ico", want: 404},
		{name: "a foreign Host (DNS rebinding)", url: set("code", "good"), host: "evil.example.test", want: 421},
		{name: "the Host localhost", url: set("code", "good"), host: strings.Replace(strings.TrimPrefix(base, "http://"), "127.0.0.1", "localhost", 1), want: 421},
		{name: "a script's fetch", url: set("code", "good"), header: header("Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "empty"), want: 403},
		{name: "a fetch that hides where it goes", url: set("code", "good"), header: header("Sec-Fetch-Mode", "cors"), want: 403},
		{name: "an image", url: set("code", "good"), header: header("Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"), want: 403},
		{name: "a frame", url: set("code", "good"), header: header("Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"), want: 403},
		{name: "a prefetch", url: set("code", "good"), header: header("Sec-Purpose", "prefetch;prerender"), want: 503},
	} {
		t.Run(forged.name, func(t *testing.T) {
			tr.t = t
			method := forged.method
			if method == "" {
				method = http.MethodGet
			}
			status, body, h := tr.do(method, forged.url, forged.header, forged.host)
			if status != forged.want {
				t.Errorf("answered %d, want %d", status, forged.want)
			}
			if strings.Contains(body+fmt.Sprint(h), tr.param("state")) {
				t.Error("the answer tells the state")
			}
			tr.stillWaiting()
		})
	}
	tr.t = t
	navigation := header("Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "cross-site")
	if status, _, _ := tr.get(tr.callback(tr.good()), navigation); status != 200 {
		t.Errorf("the good answer got %d", status)
	}
	if _, err := tr.wait(); err != nil {
		t.Errorf("the sign-in did not survive: %v", err)
	}
}

func TestAThousandForgedRequestsAtOnce(t *testing.T) {
	e := newTokenEndpoint(t)
	tr := start(t, e, nil)
	const workers, each = 8, 125
	finished := make(chan error, workers)
	for range workers {
		go func() {
			client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
			for i := range each {
				resp, err := client.Get(tr.callback(url.Values{"error": {"access_denied"}, "state": {strconv.Itoa(i)}}))
				if err != nil {
					finished <- err
					return
				}
				resp.Body.Close()
			}
			finished <- nil
		}()
	}
	for range workers {
		if err := <-finished; err != nil {
			t.Fatal(err)
		}
	}
	tr.get(tr.callback(tr.good()), nil)
	if _, err := tr.wait(); err != nil {
		t.Fatal(err)
	}
}

func TestAProviderThatPromisesNoIss(t *testing.T) {
	e := newTokenEndpoint(t)
	tr := start(t, e, func(r *loopback.Request) { r.IssRequired = false })
	q := tr.good()
	q.Set("iss", "https://evil.example.test")
	if status, _, _ := tr.get(tr.callback(q), nil); status != 400 {
		t.Errorf("a wrong iss was answered %d", status)
	}
	q.Del("iss")
	tr.get(tr.callback(q), nil)
	if _, err := tr.wait(); err != nil {
		t.Error(err)
	}
}

// A browser opens connections ahead of need. One that stays silent must not
// hold up the exchange: oauth2cli alone waits 500 ms for it.
func TestAnIdleConnectionDoesNotHoldUpTheExchange(t *testing.T) {
	var took []time.Duration
	for range 5 { // a busy computer may hold up one, but not all
		e := newTokenEndpoint(t)
		tr := start(t, e, nil)
		for range 3 {
			idle, err := net.Dial("tcp", tr.redirectHost())
			if err != nil {
				t.Fatal(err)
			}
			defer idle.Close()
		}
		before := time.Now()
		tr.get(tr.callback(tr.good()), nil)
		if _, err := tr.wait(); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(before))
	}
	if fastest := slices.Min(took); fastest > 400*time.Millisecond {
		t.Errorf("took %v at best", fastest)
	}
}
