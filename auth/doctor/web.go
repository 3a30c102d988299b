package doctor

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"doorkey/auth/systemproxy"
)

// maxBody bounds an answer, in bytes. Logto's discovery document has 2,200.
const maxBody = 1 << 20

// web sends requests one by one: no redirect is followed and no cookie kept,
// since nothing but a transport is used.
type web struct {
	transport http.RoundTripper
	std       *http.Transport // the same, where it is Go's own, else nil
	timeout   time.Duration
}

func newWeb(base *http.Client, timeout time.Duration) *web {
	w := &web{timeout: timeout}
	switch {
	case base == nil || base.Transport == nil:
		w.std = systemproxy.Transport()
	default:
		theirs, ok := base.Transport.(*http.Transport)
		if !ok {
			w.transport = base.Transport
			return w
		}
		w.std = theirs.Clone()
	}
	if w.std.MaxResponseHeaderBytes == 0 {
		w.std.MaxResponseHeaderBytes = maxBody
	}
	w.std.OnProxyConnectResponse = noteRefusal(w.std.OnProxyConnectResponse)
	w.transport = w.std
	return w
}

// close ends the connections that w has opened.
func (w *web) close() {
	if w.std != nil {
		w.std.CloseIdleConnections()
	}
}

// client is w for others to ask with.
func (w *web) client() *http.Client {
	return &http.Client{
		Transport:     w.transport,
		Timeout:       w.timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is what a server said to one request.
type answer struct {
	url     *url.URL // that was asked
	status  int
	header  http.Header
	body    []byte
	bodyErr error // the body is not whole
}

var errTooLong = errors.New("the answer is longer than 1 MB")

// get asks for an address.
func (w *web) get(ctx context.Context, address string) (answer, error) {
	return w.ask(ctx, http.MethodGet, address, nil)
}

// post sends a form.
func (w *web) post(ctx context.Context, address string, form url.Values) (answer, error) {
	return w.ask(ctx, http.MethodPost, address, form)
}

// ask sends one request. It fails where there was no answer at all.
func (w *web) ask(ctx context.Context, method, address string, form url.Values) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return answer{}, errors.New("this is not an address")
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	request.Header.Set("Accept", "application/json, text/html;q=0.9")
	if _, err := w.proxy(request); err != nil {
		return answer{}, err
	}
	response, err := w.transport.RoundTrip(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	a := answer{url: request.URL, status: response.StatusCode, header: response.Header}
	a.body, a.bodyErr = io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if len(a.body) > maxBody {
		a.body, a.bodyErr = nil, errTooLong
	}
	return a, nil
}

// location is where a redirect leads, nil where the answer is none.
func (a answer) location() *url.URL {
	if a.status < 300 || a.status > 399 || a.header.Get("Location") == "" {
		return nil
	}
	to, err := a.url.Parse(a.header.Get("Location"))
	if err != nil {
		return nil
	}
	return to
}

// isHTML tells a page from data, by its own looks where the type lies.
func (a answer) isHTML() bool {
	text := strings.TrimSpace(string(a.body[:min(len(a.body), 512)]))
	return strings.HasPrefix(text, "<")
}
