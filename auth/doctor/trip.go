package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"doorkey/auth/loopback"

	"golang.org/x/oauth2"
)

// tripTimeout is how long this computer may take to answer itself.
const tripTimeout = 5 * time.Second

// roundTrip makes a sign-in's way back, and all of it: it listens as a sign-in
// does, and in place of a browser goes to the redirect URI itself, with the
// answer of a provider that has refused. So there is no code to exchange.
func roundTrip(ctx context.Context, redirectURI string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	_, err := loopback.Authorize(ctx, loopback.Request{
		OAuth2:      oauth2.Config{ClientID: "doctor", Endpoint: oauth2.Endpoint{AuthURL: "http://127.0.0.1/", TokenURL: "http://127.0.0.1/"}},
		RedirectURI: redirectURI,
		Timeout:     tripTimeout,
		Open: func(ctx context.Context, address string) error {
			err := comeBack(ctx, address)
			if err != nil {
				cancel(err)
			}
			return err
		},
	})
	var refused *loopback.AuthorizationError
	switch {
	case errors.As(err, &refused) && refused.Code == tripAnswer:
		return nil
	case err == nil:
		return errors.New("something else answered")
	}
	return err
}

// tripAnswer is what the provider that is none has to say.
const tripAnswer = "access_denied"

// comeBack goes to the redirect URI of an authorization request.
func comeBack(ctx context.Context, address string) error {
	asked, err := url.Parse(address)
	if err != nil {
		return err
	}
	q := asked.Query()
	answer := url.Values{"error": {tripAnswer}, "state": {q.Get("state")}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, q.Get("redirect_uri")+"?"+answer.Encode(), nil)
	if err != nil {
		return errors.New("the redirect URI is not an address")
	}
	// Neither a proxy nor a connection that stays.
	way := &http.Transport{DialContext: loopback.DialLocalhost(new(net.Dialer).DialContext), DisableKeepAlives: true}
	response, err := way.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, maxBody)); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("something else answered, with status %d", response.StatusCode)
	}
	return nil
}
