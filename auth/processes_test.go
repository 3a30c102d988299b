package auth_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// childVariable makes the test binary one of the programs of runChild, so that
// tests have other processes.
const childVariable = "AUTH_TEST_CHILD"

// obedient is a program that does what it is told on its standard input. It
// uses the keychain of its environment, takes the issuer from issuerVariable,
// and does nothing in the background unless backgroundVariable is set.
const (
	obedient           = "obedient"
	issuerVariable     = "AUTH_TEST_ISSUER"
	backgroundVariable = "AUTH_TEST_BACKGROUND"
)

// runChild is the program of that name; it returns the exit status.
func runChild(name string) int {
	err := fmt.Errorf("there is no program %q", name)
	if name == obedient {
		err = obey(os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// What an obedient program says besides its answers: that it is there to be
// told, and that it has been.
const (
	ready = "ready"
	begun = "begun"
)

// answer is what came of a command.
type answer struct {
	Person    string // who is signed in
	SignedOut bool   // nobody is
	Accounts  int    // how many are, if asked
	Token     string // over the pipe only
	Expiry    time.Time
	Err       string
	Took      time.Duration
}

// obey has a program of its own do what each line says: "session", "accounts",
// "token" or "token" with a resource, "refresh", "sign-in" or "sign-in-phone"
// with a person, "sign-out", "sign-out-all".
func obey(commands io.Reader, answers io.Writer) error {
	person := ""
	config := auth.Config{
		Issuer:       os.Getenv(issuerVariable),
		ClientID:     demo.ClientID,
		Resources:    []string{ordersAPI, stockAPI},
		RefreshAhead: -1,
		OpenBrowser:  func(ctx context.Context, url string) error { return playBrowser(ctx, url, person) },
	}
	if os.Getenv(backgroundVariable) != "" {
		config.RefreshAhead = 0
	}
	client, err := auth.New(config)
	if err != nil {
		return err
	}
	fmt.Fprintln(answers, ready)
	lines := bufio.NewScanner(commands)
	for lines.Scan() {
		fmt.Fprintln(answers, begun)
		command, what, _ := strings.Cut(lines.Text(), " ")
		var (
			at    = time.Now()
			ctx   = context.Background()
			token auth.Token
			all   []auth.Session
			err   error
		)
		switch command {
		case "session":
		case "accounts":
			all, err = client.Accounts(ctx)
			for _, account := range all {
				err = errors.Join(err, account.StorageErr)
			}
		case "token":
			token, err = client.AccessToken(ctx, auth.Resource(what))
		case "refresh":
			if err = client.Refresh(ctx); err == nil {
				token, err = client.AccessToken(ctx)
			}
		case "sign-in":
			person = what
			if s, signInErr := client.SignIn(ctx); signInErr != nil || s.StorageErr != nil {
				err = errors.Join(signInErr, s.StorageErr)
			}
		case "sign-in-phone":
			err = signInOnPhone(ctx, config, what)
		case "sign-out":
			err = client.SignOut(ctx)
		case "sign-out-all":
			err = client.SignOut(ctx, auth.EveryAccount())
		default:
			err = fmt.Errorf("told %q", lines.Text())
		}
		a := answer{Took: time.Since(at), Accounts: len(all), Token: token.Value.Reveal(), Expiry: token.Expiry}
		session, sessionErr := client.Session(ctx)
		if a.SignedOut = errors.Is(sessionErr, auth.ErrSignedOut); !a.SignedOut {
			err = errors.Join(err, sessionErr, session.StorageErr)
		}
		a.Person = session.Profile.Name
		if err != nil {
			a.Err = err.Error()
		}
		if err := json.NewEncoder(answers).Encode(a); err != nil {
			return err
		}
	}
	return errors.Join(lines.Err(), client.Close())
}

// signInOnPhone signs a person in with a client of its own, since only that one
// can do it.
func signInOnPhone(ctx context.Context, config auth.Config, person string) error {
	config.DeviceClientID = demo.DeviceClientID
	client, err := auth.New(config)
	if err != nil {
		return err
	}
	auth.PollEvery(client, 50*time.Millisecond)
	watching, stop := context.WithCancel(ctx)
	scanned := make(chan error, 1)
	go func() {
		for state := range client.Watch(watching) {
			if d := state.Attempt.Device; d != nil {
				scanned <- demotest.Scan(ctx, nil, d.VerificationURIComplete, person)
				return
			}
		}
		scanned <- nil
	}()
	s, err := client.SignIn(ctx, auth.Device())
	stop()
	return errors.Join(err, s.StorageErr, <-scanned, client.Close())
}

// playBrowser is a browser in which a person signs in at WeCom, and comes back.
func playBrowser(ctx context.Context, url, person string) error {
	callback, err := demotest.Person(ctx, nil, url, person)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, callback, nil)
	if err != nil {
		return err
	}
	resp, err := demotest.NewBrowser().Do(r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
