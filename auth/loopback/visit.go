package loopback

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// visitTimeout is how long [Visit] waits where VisitOptions.Timeout is zero.
const visitTimeout = time.Minute

// Visit has the browser open a URL that must not stand in a command line,
// where every user of the machine can read it and where some openers break
// when it is long: an end-session request with its id_token_hint
// (OpenID Connect RP-Initiated Logout 1.0 §2). The opener gets an address of a
// listener on this machine instead, with 128 random bits in it, and the browser
// that comes there is sent on to the URL, once. Whoever reads that address and
// is faster than the browser would be sent on in its place; later it is worth
// nothing.
//
// Visit blocks until the browser has been sent on, until ctx is done (its cause
// is the error) or until the time limit ([ErrTimeout]). Nobody is there to copy
// a link, so an opener that fails ends the visit at once, unlike in
// [Authorize]. Only URLs that [OpenBrowser] would open are visited. No error
// shows the URL's path or query. Visit may be called concurrently.
func Visit(ctx context.Context, url string, opts VisitOptions) error {
	if err := checkOpenable(url); err != nil {
		return err
	}
	timeout := opts.Timeout
	if timeout <= 0 {
		timeout = visitTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, ErrTimeout)
	defer cancel()
	if ctx.Err() != nil {
		return context.Cause(ctx) // before a browser shows a dead address
	}
	at := redirectURI{host: loopbackIP(net.Listen), path: "/" + rand.Text()}
	l, err := net.Listen("tcp", at.address())
	if err != nil {
		return fmt.Errorf("wait for the browser: %w", err)
	}
	at.port = l.Addr().(*net.TCPAddr).Port

	wait, end := context.WithCancelCause(ctx)
	v := &visit{at: at, url: url, page: newPage(opts.AppName), end: end}
	var running sync.WaitGroup
	srv := v.server(&running)
	running.Go(func() { end(srv.Serve(l)) })
	running.Go(func() {
		open := opts.Open
		if open == nil {
			open = OpenBrowser
		}
		if err := open(wait, at.String()); err != nil {
			end(fmt.Errorf("open the browser: %w", err))
		}
	})
	<-wait.Done()
	// Not Shutdown, which would wait for the connections that a browser opens
	// ahead of need.
	_ = srv.Close()
	running.Wait()
	if v.sentOn.Load() { // even where the opener failed after that
		return nil
	}
	return context.Cause(wait)
}

// VisitOptions are settings of a [Visit]. The zero value will do.
type VisitOptions struct {
	// Open opens an address of this machine in a browser. Nil means
	// [OpenBrowser]. It is called from another goroutine and may run as long
	// as the browser does, but must return when its ctx is done: Visit waits
	// for it.
	Open func(ctx context.Context, url string) error

	// AppName is the program's name on the page that a stray request gets.
	AppName string

	// Timeout for the browser to come. Zero means one minute.
	Timeout time.Duration
}

// visit sends the first browser that navigates to its address on to a URL. All
// other requests get a 4xx and change nothing.
type visit struct {
	at   redirectURI
	url  string
	page page
	end  context.CancelCauseFunc // ends the wait

	taken  atomic.Bool // the one good request has come
	sentOn atomic.Bool // and its answer is out
}

func (v *visit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := v.at.checkNavigation(r)
	if status == http.StatusOK && !v.taken.CompareAndSwap(false, true) {
		status = http.StatusConflict
	}
	if status != http.StatusOK {
		v.page.write(w, r, status, textOnlyOnce)
		return
	}
	w.Header().Set("Location", v.url)
	v.page.write(w, r, http.StatusFound, textOnlyOnce) // for its headers: nobody sees the page
	// The server is closed right behind the answer, so it has to be out.
	if err := http.NewResponseController(w).Flush(); err != nil {
		v.end(fmt.Errorf("answer the browser: %w", err))
		return
	}
	v.sentOn.Store(true)
	v.end(nil)
}

// server counts its connections in running.
func (v *visit) server(running *sync.WaitGroup) *http.Server {
	return &http.Server{
		Handler:                      v,
		DisableGeneralOptionsHandler: true, // it answers "OPTIONS *" with 200
		ReadHeaderTimeout:            10 * time.Second,
		ReadTimeout:                  10 * time.Second,
		WriteTimeout:                 10 * time.Second,
		MaxHeaderBytes:               64 << 10, // cookies know no ports: those of all servers on this machine come along
		ErrorLog:                     log.New(io.Discard, "", 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew: // called by Serve, which is counted itself
				running.Add(1)
			case http.StateClosed:
				running.Done()
			}
		},
	}
}
