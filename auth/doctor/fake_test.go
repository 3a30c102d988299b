package doctor_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// recording is a request to a real Logto 1.42 and its answer, in testdata.
type recording struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

func recorded(t *testing.T, name string) recording {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var r recording
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// ServeHTTP answers as Logto did. A recorded text is JSON, and sent without.
func (r recording) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for name, value := range r.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(r.Status)
	var text string
	if json.Unmarshal(r.Body, &text) == nil {
		io.WriteString(w, text)
		return
	}
	w.Write(r.Body)
}

// fake is a Logto that answers what a test wants, at first as a real one does
// for a Native application with everything set up.
type fake struct {
	*httptest.Server
	document   map[string]any // of discovery
	discovery  http.Handler   // in place of document
	authorize  http.HandlerFunc
	token      http.Handler
	experience http.Handler
	jwks       http.Handler

	mu    sync.Mutex
	asked []string
}

// requests are the methods and paths that were asked for.
func (f *fake) requests() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asked)
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{token: recorded(t, "token-native"), jwks: recorded(t, "jwks-es384")}
	native, unregistered := recorded(t, "authorize-native"), recorded(t, "authorize-unregistered")
	f.authorize = func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.FormValue("redirect_uri"), "/callback") {
			native.ServeHTTP(w, r)
			return
		}
		unregistered.ServeHTTP(w, r)
	}
	f.experience = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"socialConnectors":[{"id":"1","target":"wecom","name":{"en":"WeCom"},"logo":"","platform":"Universal"}],"socialSignInConnectorTargets":["wecom"],"signInMode":"SignIn"}`)
	})
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	document := strings.ReplaceAll(string(recorded(t, "discovery").Body), "http://localhost:3001", f.URL)
	if err := json.Unmarshal([]byte(document), &f.document); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fake) issuer() string { return f.URL + "/oidc" }

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.asked = append(f.asked, r.Method+" "+r.URL.Path)
	f.mu.Unlock()
	switch {
	case strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration") && f.discovery != nil:
		f.discovery.ServeHTTP(w, r)
	case strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration"):
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(f.document)
	case r.URL.Path == "/oidc/auth":
		f.authorize(w, r)
	case r.URL.Path == "/oidc/token":
		f.token.ServeHTTP(w, r)
	case r.URL.Path == "/api/.well-known/sign-in-exp":
		f.experience.ServeHTTP(w, r)
	case r.URL.Path == "/oidc/jwks":
		f.jwks.ServeHTTP(w, r)
	default:
		http.NotFound(w, r)
	}
}

// status answers with a status and some words.
func status(code int, header ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		http.Error(w, http.StatusText(code), code)
	})
}

// body answers 200 with a type and a text.
func body(contentType, text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, text)
	})
}
