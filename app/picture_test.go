package app

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo/demotest"

	"fyne.io/fyne/v2/test"
)

func TestNoPictureIsLoadedFrom(t *testing.T) {
	good := asPNG(t, drawn(8, 8))
	for name, answer := range map[string]http.HandlerFunc{
		"a file that is too large": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write(append(bytes.Clone(good), make([]byte, maxPictureBytes)...))
		},
		"a body without end": func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write(good)
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		},
		"a body that breaks off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10000")
			_, _ = w.Write(good)
		},
		"an answer 404": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write(good)
		},
		"a web page": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("<!doctype html><title>Sign in</title>"))
		},
		"an SVG, which is a program": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/svg+xml")
			_, _ = w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>`))
		},
		"a PNG of 20000 by 20000": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(claiming(good, 20000, 20000)) },
		"a PNG too wide by one":   func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(asPNG(t, drawn(maxPicturePixels+1, 1))) },
		"nothing":                 func(http.ResponseWriter, *http.Request) {},
		"a redirect to http elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://pictures.example.com/p.png", http.StatusFound)
		},
		"a redirect to a file": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		},
		"a redirect in circles": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			picture, err := fetchPicture(ctx, nil, serve(t, answer), true)
			if err == nil || picture != nil {
				t.Error("there is a picture")
			}
			if ctx.Err() != nil {
				t.Error("it took until the time was up")
			}
		})
	}
}

// The refusal of a redirect is ours, and not that of a name that is not there.
func TestARedirectElsewhereIsNotEvenTried(t *testing.T) {
	_, err := fetchPicture(t.Context(), nil, serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://pictures.example.com/p.png", http.StatusFound)
	}), true)
	if err == nil || !strings.Contains(err.Error(), "over https only") {
		t.Error(err)
	}
}

func TestOneRedirectIsFollowed(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/picture" {
			http.Redirect(w, r, "/there", http.StatusFound)
			return
		}
		_, _ = w.Write(asPNG(t, drawn(8, 8)))
	})
	if _, err := fetchPicture(t.Context(), nil, address, true); err != nil {
		t.Error(err)
	}
}

func TestPicturesComeOverHTTPSOnly(t *testing.T) {
	for address, allowed := range map[string]bool{
		"https://pictures.example.com/p.png": true,
		"http://127.0.0.1:9443/p.png":        true,
		"http://[::1]:9443/p.png":            true,
		"http://pictures.example.com/p.png":  false,
		"http://127.0.0.1.example.com/p.png": false,
		"http://192.168.1.1/p.png":           false,
		"file:///etc/passwd":                 false,
		"data:image/png;base64,AAAA":         false,
		"//pictures.example.com/p.png":       false,
		"p.png":                              false,
		"http://%zz":                         false,
	} {
		if err := checkPictureURL(address, true); (err == nil) != allowed {
			t.Errorf("%s: %v", address, err)
		}
		elsewhere := allowed && strings.HasPrefix(address, "https:")
		if err := checkPictureURL(address, false); (err == nil) != elsewhere {
			t.Errorf("%s of a provider elsewhere: %v", address, err)
		}
	}
}

func TestAProviderOnThisMachine(t *testing.T) {
	for host, local := range map[string]bool{
		"127.0.0.1:34080": true, "[::1]:3001": true, "localhost:3001": true,
		"id.example.com": false, "127.0.0.1.example.com": false, "": false,
	} {
		if (place{Host: host}).local() != local {
			t.Errorf("%q: local is %v", host, !local)
		}
	}
}

// A company's proxy and certificate authority count for pictures, too.
func TestPicturesComeByTheClientThatIsSet(t *testing.T) {
	inside := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(asPNG(t, drawn(8, 8)))
	}))
	t.Cleanup(inside.Close)
	if _, err := fetchPicture(t.Context(), nil, inside.URL, false); err == nil {
		t.Fatal("a certificate that nobody knows was accepted")
	}
	if _, err := fetchPicture(t.Context(), inside.Client(), inside.URL, false); err != nil {
		t.Error(err)
	}
}

func TestTheWindowLoadsPicturesByTheClientThatIsSet(t *testing.T) {
	asked := make(chan string, 10)
	p := start(t, func(_ *auth.Config, o *Options) {
		o.HTTPClient = &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			if strings.Contains(r.URL.Path, "lisi") {
				asked <- r.URL.Path
			}
			return http.DefaultTransport.RoundTrip(r)
		})}
	})
	p.shows(kindSignedOut)
	test.Tap(p.button("Continue with WeCom"))
	p.signInAs(demotest.LiSi)
	p.shows(kindSignedIn)
	p.until("the picture", func() bool { return p.view.photo.image != nil })
	if len(asked) == 0 {
		t.Error("it came by another one")
	}
}
