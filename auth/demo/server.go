package demo

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

// maxBody bounds what a request may send. The largest honest one is a token
// request of a few hundred bytes.
const maxBody = 64 << 10

func (s *Server) newHTTPServer() *http.Server {
	var h http.Handler = s.routes()
	h = http.MaxBytesHandler(h, maxBody)
	h = withSecurityHeaders(h)
	h = s.checkHost(h)
	h = s.dated(h)
	if s.cfg.Wrap != nil {
		// What is answered in place of the stand-in has its time, too.
		h = s.dated(s.cfg.Wrap(h))
	}
	h = s.requests.counted(h)
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

func (s *Server) routes() *http.ServeMux {
	library := http.StripPrefix("/oidc", s.op.Handler())
	mux := http.NewServeMux()

	mux.Handle("GET /oidc/.well-known/openid-configuration", s.discovery(library))
	mux.HandleFunc("GET /oidc/jwks", s.serveKeys)
	mux.Handle("GET /oidc/auth", s.checkIDTokenHint(library))
	mux.Handle("POST /oidc/auth", s.checkIDTokenHint(library))
	mux.Handle("GET /oidc/auth/{interaction}", library)
	mux.Handle("POST /oidc/device/auth", s.deviceAuthorization(library))
	mux.Handle("GET /oidc/device/{interaction}", library)
	mux.Handle("POST /oidc/token", s.tokenEndpoint(library))
	mux.Handle("POST /oidc/token/revocation", s.revocationEndpoint(library))
	mux.Handle("GET /oidc/me", withLogtoErrors(library))
	mux.Handle("POST /oidc/me", withLogtoErrors(library))
	mux.Handle("GET /oidc/session/end", s.nameHintedClient(s.checkIDTokenHint(library)))
	mux.Handle("POST /oidc/session/end", s.nameHintedClient(s.checkIDTokenHint(library)))
	mux.HandleFunc("GET /api/.well-known/sign-in-exp", s.serveExperience)

	// Forms are bound to their interaction; that they come from a page of
	// this very origin is checked besides.
	ownForms := http.NewCrossOriginProtection()
	form := func(pattern string, take http.HandlerFunc) { mux.Handle(pattern, ownForms.Handler(take)) }

	mux.HandleFunc("GET /sign-in", s.showSignIn)
	form("POST /sign-in", s.signInWithPassword)
	form("POST /sign-in/social/wecom", s.signInWithWeCom)
	mux.HandleFunc("GET "+weComPath, s.showWeCom)
	form("POST "+weComPath, s.leaveWeCom)
	mux.HandleFunc("GET "+connectorPath, s.returnFromWeCom)

	mux.HandleFunc("GET "+devicePath, s.showDevice)
	form("POST "+devicePath, s.takeUserCode)
	mux.HandleFunc("GET "+devicePath+"/success", s.showDeviceSuccess)

	mux.HandleFunc("GET "+accountPath, s.showAccount)
	mux.HandleFunc("GET /{$}", s.showHome)
	mux.Handle("GET /assets/", s.serveAssets())
	mux.HandleFunc("GET "+lisiPicture, servePicture)
	return mux
}

// checkHost serves requests for this computer only. A page elsewhere whose
// name was made to resolve to 127.0.0.1 (DNS rebinding) names its own host.
func (s *Server) checkHost(next http.Handler) http.Handler {
	var hosts []string
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]"} {
		hosts = append(hosts, fmt.Sprintf("%s:%d", host, s.port))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(hosts, r.Host) {
			http.Error(w, "this demo serves this computer only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// withSecurityHeaders sets what is right for anything served; pages and assets
// loosen it for themselves.
func withSecurityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		// Within the stand-in the referrer makes browsers send a true Origin
		// with forms; the application's callback is another origin.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		next.ServeHTTP(w, r)
	})
}

// dated gives every answer the time of the stand-in's clock.
func (s *Server) dated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
		next.ServeHTTP(w, r)
	})
}

// inFlight counts the requests being answered, until no more are taken.
type inFlight struct {
	mu     sync.Mutex
	closed bool
	count  sync.WaitGroup
}

// counted answers requests while f is open.
func (f *inFlight) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !f.begin() {
			http.Error(w, "the demo is closing", http.StatusServiceUnavailable)
			return
		}
		defer f.count.Done()
		next.ServeHTTP(w, r)
	})
}

func (f *inFlight) begin() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.count.Add(1)
	return true
}

// wait takes no more requests and waits for those that were taken.
func (f *inFlight) wait() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.count.Wait()
}
