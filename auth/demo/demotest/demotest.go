// Package demotest signs people in to a stand-in Logto without a browser, for
// tests of whatever signs in.
//
//	logto := demotest.Start(t, demo.Config{})
//	callback, err := demotest.Person(ctx, nil, authorizeURL, demotest.LiSi)
package demotest

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"doorkey/auth/demo"
)

// People to pick at the stand-in WeCom.
const (
	ZhangSan     = "zhangsan"     // has an e-mail address, and no picture or phone
	LiSi         = "lisi"         // has all three
	WangXiaoming = "wangxiaoming" // has none of them
)

// Start starts a stand-in for one test and closes it when the test ends. It
// takes any free port unless the Config names one.
func Start(t testing.TB, cfg demo.Config) *demo.Server {
	t.Helper()
	if cfg.Port == 0 {
		cfg.Port = -1
	}
	s, err := demo.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// NewBrowser returns a client with a cookie jar of its own, for Person: two
// calls with the same one share a browser session.
func NewBrowser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // it has no way to fail
	}
	return &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true, DialContext: dial}}
}

// dial knows localhost as browsers do: not from the computer's list of names,
// where it may be missing (RFC 6761 §6.3).
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(address); err == nil && host == "localhost" {
		address = net.JoinHostPort("127.0.0.1", port)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}

// Person does what a person at a browser does with authorizeURL: picks
// somebody at WeCom, by way of the sign-in page where direct_sign_in does not
// lead there, and returns the URL of the application's callback, without
// requesting it. Where the browser is signed in already, nobody is picked.
//
// browser keeps the cookies; nil means a new browser. An authorization request
// that is refused in the browser is an error that quotes the refusal; one that
// is refused at the callback is a callback URL like any other.
func Person(ctx context.Context, browser *http.Client, authorizeURL, person string) (callbackURL string, err error) {
	picked := false
	return visit(ctx, browser, authorizeURL, func(p page) (form, bool) {
		if picked {
			return form{}, false // back on the sign-in page
		}
		var f form
		if f, picked = p.formWith(`data-person="` + regexp.QuoteMeta(person) + `"`); picked {
			return f, true
		}
		return p.formWith(`id="wecom"`)
	})
}

// Password is Person for somebody who has a username and no WeCom: zhangsan
// with the password demo.
func Password(ctx context.Context, browser *http.Client, authorizeURL, username, password string) (callbackURL string, err error) {
	tried := false
	return visit(ctx, browser, authorizeURL, func(p page) (form, bool) {
		f, ok := p.formWith(`id="sign-in"`)
		if tried || !ok {
			return form{}, false
		}
		tried = true
		f.fields.Set("username", username)
		f.fields.Set("password", password)
		return f, true
	})
}

// Scan does what a person does who scans the QR code of a sign-in on another
// device: opens verificationURI, with the code in it, confirms the code and
// picks somebody at WeCom. browser is as for Person.
func Scan(ctx context.Context, browser *http.Client, verificationURI, person string) error {
	return atDevice(ctx, browser, verificationURI, person, `id="continue"`)
}

// Decline is Scan for somebody who does not confirm the code.
func Decline(ctx context.Context, browser *http.Client, verificationURI string) error {
	return atDevice(ctx, browser, verificationURI, "", `id="abort"`)
}

func atDevice(ctx context.Context, browser *http.Client, verificationURI, person, button string) error {
	done, answered, picked := false, false, false
	_, err := visit(ctx, browser, verificationURI, func(p page) (form, bool) {
		if f, is := p.formWith(button); is && !answered {
			answered = true
			return f, true
		}
		// Whoever declines stays on the page, which shows no code any more.
		done = p.at.Path == "/device/success" || answered && person == "" && p.status == http.StatusOK
		if done || !answered || picked {
			return form{}, false
		}
		var f form
		if f, picked = p.formWith(`data-person="` + regexp.QuoteMeta(person) + `"`); picked {
			return f, true
		}
		return p.formWith(`id="wecom"`)
	})
	if done {
		return nil
	}
	if err == nil {
		err = errors.New("demotest: the device flow has led to another site")
	}
	return err
}

// maxSteps is more than any honest way to the callback takes.
const maxSteps = 16

func visit(ctx context.Context, browser *http.Client, start string, fill func(page) (form, bool)) (string, error) {
	if browser == nil {
		browser = NewBrowser()
	}
	client := *browser
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

	next, err := http.NewRequestWithContext(ctx, http.MethodGet, start, nil)
	if err != nil {
		return "", err
	}
	home := next.URL.Host
	for range maxSteps {
		p, err := get(&client, next)
		if err != nil {
			return "", err
		}
		if p.location != nil {
			if p.location.Host != home {
				return p.location.String(), nil
			}
			if next, err = http.NewRequestWithContext(ctx, http.MethodGet, p.location.String(), nil); err != nil {
				return "", err
			}
			continue
		}
		f, ok := fill(p)
		if !ok {
			return "", fmt.Errorf("demotest: %s: no way on from a page with status %d: %s", p.at.Path, p.status, p.words())
		}
		if next, err = f.submit(ctx, p.at); err != nil {
			return "", err
		}
	}
	return "", errors.New("demotest: going in circles")
}

// page is one answer of the stand-in.
type page struct {
	at       *url.URL
	status   int
	location *url.URL // of a redirect, else nil
	body     string
}

func get(client *http.Client, r *http.Request) (page, error) {
	resp, err := client.Do(r)
	if err != nil {
		return page{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return page{}, err
	}
	p := page{at: r.URL, status: resp.StatusCode, body: string(body)}
	if resp.StatusCode/100 == 3 {
		p.location, err = resp.Location()
	}
	return p, err
}

var (
	forms   = regexp.MustCompile(`(?s)<form [^>]*action="([^"]*)"[^>]*>.*?</form>`)
	hidden  = regexp.MustCompile(`<input (?:type="hidden"|class="code" id="[^"]*") name="([^"]*)" value="([^"]*)"`)
	button  = regexp.MustCompile(`name="([^"]*)" value="([^"]*)"`)
	tags    = regexp.MustCompile(`(?s)<style.*?</style>|<[^>]*>`)
	buttons = `<button [^>]*%s[^>]*>`
)

// form is one to be submitted. Regular expressions read it: they only ever
// meet the stand-in's own pages.
type form struct {
	action string
	fields url.Values
}

// formWith returns the form that has a button with the attribute given, as if
// that button was pressed.
func (p page) formWith(attribute string) (form, bool) {
	pressed := regexp.MustCompile(fmt.Sprintf(buttons, attribute))
	for _, match := range forms.FindAllStringSubmatch(p.body, -1) {
		found := pressed.FindString(match[0])
		if found == "" {
			continue
		}
		f := form{action: html.UnescapeString(match[1]), fields: make(url.Values)}
		for _, field := range hidden.FindAllStringSubmatch(match[0], -1) {
			f.fields.Set(html.UnescapeString(field[1]), html.UnescapeString(field[2]))
		}
		if named := button.FindStringSubmatch(found); named != nil {
			f.fields.Set(html.UnescapeString(named[1]), html.UnescapeString(named[2]))
		}
		return f, true
	}
	return form{}, false
}

func (f form) submit(ctx context.Context, at *url.URL) (*http.Request, error) {
	to, err := at.Parse(f.action)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), strings.NewReader(f.fields.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", at.Scheme+"://"+at.Host)
	return r, nil
}

// words is what a person would read on the page, or an error body as it is.
func (p page) words() string {
	text := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(p.body, " "))), " ")
	if len(text) > 400 {
		text = text[:400] + "…"
	}
	return text
}
