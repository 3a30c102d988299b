package loopback_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/auth/loopback"
)

const (
	hint       = "eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiJsczN2OWM1dDByOGIifQ.c2lnbmF0dXJl"
	endSession = "https://id.example.test/oidc/session/end?client_id=app&id_token_hint=" + hint
)

// visiting is one call of Visit on its way, with the test as its browser.
type visiting struct {
	*trip          // to send requests with
	address string // that the opener got
	done    chan error
}

// visit begins a visit and waits until it wants a browser.
func visit(t *testing.T, ctx context.Context, timeout time.Duration) *visiting {
	t.Helper()
	addresses := make(chan string, 1)
	v := &visiting{trip: &trip{t: t}, done: make(chan error, 1)}
	go func() {
		v.done <- loopback.Visit(ctx, endSession, loopback.VisitOptions{
			Open:    func(_ context.Context, url string) error { addresses <- url; return nil },
			AppName: "Acme <Notes>",
			Timeout: timeout,
		})
	}()
	select {
	case v.address = <-addresses:
	case err := <-v.done:
		t.Fatalf("ended before the browser was opened: %v", err)
	case <-time.After(10 * time.Second):
		t.Fatal("the browser was not opened")
	}
	return v
}

func (v *visiting) host() string {
	v.t.Helper()
	u, err := url.Parse(v.address)
	if err != nil {
		v.t.Fatal(err)
	}
	return u.Host
}

func (v *visiting) wait() error {
	v.t.Helper()
	select {
	case err := <-v.done:
		return err
	case <-time.After(5 * time.Second):
		v.t.Fatal("the visit did not end")
		return nil
	}
}

// wantGone fails where anything still listens.
func (v *visiting) wantGone() {
	v.t.Helper()
	l, err := net.Listen("tcp", v.host())
	if err != nil {
		v.t.Fatalf("the port is still in use: %v", err)
	}
	l.Close()
}

func TestAVisitSendsTheBrowserOn(t *testing.T) {
	v := visit(t, t.Context(), 0)
	u, err := url.Parse(v.address)
	if err != nil || u.Scheme != "http" || u.Hostname() != "127.0.0.1" || len(u.Path) < 1+26 || u.RawQuery != "" {
		t.Errorf("the browser is to open %q, want 127.0.0.1 and a path of 128 random bits", v.address)
	}
	if conn, err := net.DialTimeout("tcp", "127.0.0.2:"+u.Port(), time.Second); err == nil {
		conn.Close()
		t.Error("it listens on more than 127.0.0.1")
	}
	if other := visit(t, t.Context(), time.Millisecond); strings.HasSuffix(other.address, u.Path) {
		t.Errorf("two visits have the path %s", u.Path)
	} else if err := other.wait(); !errors.Is(err, loopback.ErrTimeout) {
		t.Error(err)
	}
	status, body, h := v.get(v.address, nil)
	if status != http.StatusFound || h.Get("Location") != endSession {
		t.Errorf("answered %d with Location %q", status, h.Get("Location"))
	}
	for name, want := range map[string]string{
		"Cache-Control":           "no-store",
		"Referrer-Policy":         "no-referrer",
		"X-Content-Type-Options":  "nosniff",
		"X-Frame-Options":         "DENY",
		"Content-Security-Policy": "default-src 'none'",
	} {
		if got := h.Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if strings.Contains(body, hint) {
		t.Errorf("the URL stands in the page too:\n%s", body)
	}
	if err := v.wait(); err != nil {
		t.Error(err)
	}
	v.wantGone()
}

// Everything here comes from somewhere else than the browser that was opened.
// None of it may use the visit up or learn where it goes.
func TestForgedVisitsChangeNothing(t *testing.T) {
	v := visit(t, t.Context(), 0)
	base := "http://" + v.host()
	header := func(name, value string) http.Header { return http.Header{name: {value}} }
	for _, forged := range []struct {
		name   string
		method string
		url    string
		header http.Header
		host   string
		want   int
	}{
		{name: "the index", url: base + "/", want: 404},
		{name: "a favicon", url: base + "/favicon.ico", want: 404},
		{name: "a guessed path", url: base + "/ABCDEFGHIJKLMNOPQRSTUVWXYZ", want: 404},
		{name: "the path in other case", url: strings.ToLower(v.address), want: 404},
		{name: "the path without its end", url: v.address[:len(v.address)-1], want: 404},
		{name: "the path and more", url: v.address + "/", want: 404},
		{name: "the path behind another", url: base + "/." + strings.TrimPrefix(v.address, base), want: 404},
		{name: "a POST", method: http.MethodPost, url: v.address, want: 405},
		{name: "a HEAD", method: http.MethodHead, url: v.address, want: 405},
		{name: "an OPTIONS", method: http.MethodOptions, url: v.address, want: 405},
		{name: "a foreign Host (DNS rebinding)", url: v.address, host: "evil.example.test", want: 421},
		{name: "the Host localhost", url: v.address, host: strings.Replace(v.host(), "127.0.0.1", "localhost", 1), want: 421},
		{name: "a script's fetch", url: v.address, header: header("Sec-Fetch-Mode", "cors"), want: 403},
		{name: "an image", url: v.address, header: header("Sec-Fetch-Dest", "image"), want: 403},
		{name: "a frame", url: v.address, header: http.Header{"Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"iframe"}}, want: 403},
		{name: "a prefetch", url: v.address, header: header("Sec-Purpose", "prefetch;prerender"), want: 503},
		{name: "a prefetch of an older browser", url: v.address, header: header("Purpose", "prefetch"), want: 503},
		{name: "cookies without end", url: v.address, header: header("Cookie", strings.Repeat("a=b; ", 20_000)), want: 431},
	} {
		t.Run(forged.name, func(t *testing.T) {
			v.t = t
			method := forged.method
			if method == "" {
				method = http.MethodGet
			}
			status, body, h := v.do(method, forged.url, forged.header, forged.host)
			if status != forged.want {
				t.Errorf("answered %d, want %d", status, forged.want)
			}
			if all := body + fmt.Sprint(h); strings.Contains(all, "id.example.test") || strings.Contains(all, hint) {
				t.Errorf("the answer tells where the visit goes: %s", all)
			}
			if status != 431 && method != http.MethodHead && !strings.Contains(body, "Acme &lt;Notes&gt;") {
				t.Errorf("the page does not send the person back to the app:\n%s", body)
			}
			v.stillVisiting()
		})
	}
	v.t = t
	if answer := v.raw("OPTIONS * HTTP/1.1\r\nHost: " + v.host() + "\r\n\r\n"); answer == nil || answer.StatusCode != 404 {
		t.Errorf("OPTIONS * was answered %v", answer)
	}
	v.stillVisiting()
	navigation := http.Header{"Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}, "Sec-Fetch-Site": {"none"}}
	if status, _, h := v.get(v.address, navigation); status != 302 || h.Get("Location") != endSession {
		t.Errorf("the browser got %d and Location %q", status, h.Get("Location"))
	}
	if err := v.wait(); err != nil {
		t.Errorf("the visit did not survive: %v", err)
	}
}

// stillVisiting fails where the visit has ended.
func (v *visiting) stillVisiting() {
	v.t.Helper()
	select {
	case err := <-v.done:
		v.t.Fatalf("the visit ended: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
}

// raw sends a request as it stands and returns nil where it got no answer.
func (v *visiting) raw(request string) *http.Response {
	conn, err := net.Dial("tcp", v.host())
	if err != nil {
		return nil
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := fmt.Fprint(conn, request); err != nil {
		return nil
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return nil
	}
	answer.Body.Close()
	return answer
}

func TestAHundredBrowsersAtOnceAndOneIsSentOn(t *testing.T) {
	v := visit(t, t.Context(), 0)
	request := strings.Replace(v.address, "http://"+v.host(), "GET ", 1) + " HTTP/1.1\r\nHost: " + v.host() + "\r\n\r\n"
	var sentOn atomic.Int32
	var browsers sync.WaitGroup
	ready := make(chan struct{})
	for range 100 {
		browsers.Go(func() {
			<-ready
			switch answer := v.raw(request); {
			case answer == nil: // the listener is gone
			case answer.StatusCode == http.StatusFound:
				sentOn.Add(1)
			case answer.StatusCode != http.StatusConflict:
				t.Errorf("answered %s", answer.Status)
			}
		})
	}
	close(ready)
	browsers.Wait()
	if sentOn.Load() != 1 {
		t.Errorf("%d were sent on", sentOn.Load())
	}
	if err := v.wait(); err != nil {
		t.Error(err)
	}
}

func TestAVisitEnds(t *testing.T) {
	t.Run("when the time is up", func(t *testing.T) {
		v := visit(t, t.Context(), 50*time.Millisecond)
		if err := v.wait(); !errors.Is(err, loopback.ErrTimeout) || strings.Contains(err.Error(), "hint") {
			t.Errorf("error = %v, want ErrTimeout", err)
		}
		v.wantGone()
	})
	t.Run("when it is cancelled, with the cause", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		v := visit(t, ctx, 0)
		quit := errors.New("the window was closed")
		cancel(quit)
		if err := v.wait(); !errors.Is(err, quit) {
			t.Errorf("error = %v, want the cause", err)
		}
		v.wantGone()
	})
	t.Run("before it begins, where it is cancelled already", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := loopback.Visit(ctx, endSession, loopback.VisitOptions{Timeout: time.Second, Open: mustNotOpen(t)})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v, want context.Canceled", err)
		}
	})
	t.Run("after a minute, unless told otherwise", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var left time.Duration
		err := loopback.Visit(ctx, endSession, loopback.VisitOptions{Open: func(ctx context.Context, _ string) error {
			deadline, _ := ctx.Deadline()
			left = time.Until(deadline)
			cancel()
			return nil
		}})
		if !errors.Is(err, context.Canceled) || left < 55*time.Second || left > time.Minute {
			t.Errorf("%v left: %v", left, err)
		}
	})
	t.Run("when the opener fails", func(t *testing.T) {
		none := errors.New("no browser here")
		var v visiting
		err := loopback.Visit(t.Context(), endSession, loopback.VisitOptions{Timeout: 5 * time.Second, Open: func(_ context.Context, url string) error {
			v = visiting{trip: &trip{t: t}, address: url}
			return none
		}})
		if !errors.Is(err, none) || err.Error() != "open the browser: no browser here" {
			t.Errorf("error = %v", err)
		}
		v.wantGone()
	})
	t.Run("when the opener that nobody chose fails", func(t *testing.T) {
		t.Setenv("BROWSER", "/nowhere/browser")
		err := loopback.Visit(t.Context(), endSession, loopback.VisitOptions{Timeout: 5 * time.Second})
		if err == nil || !strings.Contains(err.Error(), "$BROWSER") {
			t.Errorf("error = %v, want OpenBrowser's", err)
		}
	})
	t.Run("well, when the opener fails behind a browser that came", func(t *testing.T) {
		err := loopback.Visit(t.Context(), endSession, loopback.VisitOptions{Timeout: 5 * time.Second, Open: func(_ context.Context, url string) error {
			if status, _, _ := (&trip{t: t}).get(url, nil); status != 302 {
				t.Errorf("answered %d", status)
			}
			return errors.New("exit status 4")
		}})
		if err != nil {
			t.Error(err)
		}
	})
	t.Run("not before an opener that is the browser itself was told", func(t *testing.T) {
		var told atomic.Bool
		err := loopback.Visit(t.Context(), endSession, loopback.VisitOptions{Timeout: 5 * time.Second, Open: func(ctx context.Context, url string) error {
			(&trip{t: t}).get(url, nil)
			<-ctx.Done()
			time.Sleep(30 * time.Millisecond)
			told.Store(true)
			return ctx.Err()
		}})
		if err != nil || !told.Load() {
			t.Errorf("error = %v, opener told: %t", err, told.Load())
		}
	})
}

// A visit must not take an opener where OpenBrowser would not go, nor repeat
// what it was to open.
func TestOnlyWebPagesAreVisited(t *testing.T) {
	for _, url := range []string{
		"http://id.example.test/end?id_token_hint=" + hint,
		"http://id.example.test/" + hint,
		"https://id.example.test/%zz?id_token_hint=" + hint,
		"https://id.example.test/\r\nSet-Cookie:" + hint,
		"https:?" + hint,
		"file:///etc/passwd?" + hint,
		"javascript:" + hint,
		"ftp://me:" + hint + "@id.example.test/",
		"",
	} {
		err := loopback.Visit(t.Context(), url, loopback.VisitOptions{Timeout: time.Second, Open: mustNotOpen(t)})
		if err == nil || errors.Is(err, loopback.ErrTimeout) {
			t.Errorf("%q: %v", url, err)
		} else if all := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(all, hint) {
			t.Errorf("the error shows the URL: %s", all)
		}
	}
}

// A browser opens connections ahead of need. They must neither hold up the
// visit nor outlive it.
func TestAnIdleConnectionDoesNotHoldUpTheVisit(t *testing.T) {
	var took []time.Duration
	for range 5 { // a busy computer may hold up one, but not all
		v := visit(t, t.Context(), 0)
		var idle []net.Conn
		for range 3 {
			conn, err := net.Dial("tcp", v.host())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			idle = append(idle, conn)
		}
		before := time.Now()
		v.get(v.address, nil)
		if err := v.wait(); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(before))
		for _, conn := range idle {
			_ = conn.SetReadDeadline(time.Now().Add(2 * time.Second))
			var timeout net.Error
			if _, err := conn.Read(make([]byte, 1)); errors.As(err, &timeout) && timeout.Timeout() {
				t.Error("a connection outlives the visit")
			}
		}
	}
	if fastest := slices.Min(took); fastest > 400*time.Millisecond {
		t.Errorf("took %v at best", fastest)
	}
}
