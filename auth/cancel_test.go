package auth_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

func TestCancelSignIn(t *testing.T) {
	// canceled expects that a sign-in was given up and the window has nothing to
	// say about it.
	canceled := func(t *testing.T, p *program, done <-chan outcome) {
		t.Helper()
		if _, err := await(t, done); !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v, want context.Canceled", err)
		}
		if state := p.State(); state.Phase != auth.SignedOut || !errors.Is(state.Err, context.Canceled) {
			t.Errorf("state = %v, %v", state.Phase, state.Err)
		}
	}
	t.Run("while the person is in the browser", func(t *testing.T) {
		p := newProgram(t, demotest.Start(t, demo.Config{}), nil)
		done := p.begin(t.Context())
		callback := p.callback(p.nextURL(), demotest.ZhangSan)
		p.CancelSignIn()
		p.CancelSignIn() // once more does no harm
		canceled(t, p, done)
		if err := p.DeliverCallback(t.Context(), callback); !errors.Is(err, auth.ErrNotWaiting) {
			t.Errorf("the answer after that: %v", err)
		}
		p.signIn(demotest.ZhangSan) // and it can be tried again
	})
	t.Run("while the provider is asked for its endpoints", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		asked := w.signals("/oidc/.well-known/openid-configuration", demotest.Delay(time.Minute))
		done := p.begin(t.Context())
		<-asked
		p.CancelSignIn()
		canceled(t, p, done)
	})
	t.Run("while the code is exchanged", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		asked := w.signals("/oidc/token", demotest.Delay(time.Minute))
		done := p.begin(t.Context())
		p.pick(p.nextURL(), demotest.ZhangSan)
		<-asked
		p.CancelSignIn()
		canceled(t, p, done)
	})
	// What breaks by it, or besides, is of no interest to who has given up.
	t.Run("while the program refuses who it is", func(t *testing.T) {
		mapping, cancelled := make(chan struct{}), make(chan struct{})
		p := newProgram(t, demotest.Start(t, demo.Config{}), func(c *auth.Config) {
			c.ProfileMapper = func(auth.Profile) (any, error) {
				close(mapping)
				<-cancelled
				return nil, errors.New("not you")
			}
		})
		done := p.begin(t.Context())
		p.pick(p.nextURL(), demotest.ZhangSan)
		<-mapping
		p.CancelSignIn()
		close(cancelled)
		canceled(t, p, done)
	})
	t.Run("while it waits for an earlier one to let go", func(t *testing.T) {
		release := make(chan struct{})
		opening := make(chan struct{}, 2)
		p := newProgram(t, demotest.Start(t, demo.Config{}), func(c *auth.Config) {
			c.OpenBrowser = func(context.Context, string) error {
				opening <- struct{}{}
				<-release // an opener that does not listen
				return nil
			}
		})
		first := p.begin(t.Context())
		<-opening
		second := p.begin(t.Context())
		until(t, "the second takes over", func() bool { return p.State().Attempt.Step == auth.Contacting })
		p.CancelSignIn() // returns at once, though neither can end yet
		close(release)
		if _, err := await(t, first); !errors.Is(err, auth.ErrSuperseded) {
			t.Errorf("the first ended with %v", err)
		}
		canceled(t, p, second)
		if len(opening) != 0 {
			t.Error("a browser was opened for the second")
		}
	})
}

func TestCancelSignInWhereThereIsNone(t *testing.T) {
	p := newProgram(t, demotest.Start(t, demo.Config{}), nil)
	p.CancelSignIn()
	if state := p.State(); state.Phase != auth.Unknown || state.Err != nil {
		t.Errorf("state = %v, %v", state.Phase, state.Err)
	}
	p.signIn(demotest.ZhangSan) // what comes later is not cancelled
	p.CancelSignIn()
	if state := p.State(); state.Phase != auth.SignedIn || state.Err != nil {
		t.Errorf("state = %v, %v", state.Phase, state.Err)
	}
	p.Close()
	p.CancelSignIn()
}

// What was wrong before a sign-in that was given up is wrong after it, and the
// window has that to say.
func TestGivingUpHidesNothing(t *testing.T) {
	giveUp := func(t *testing.T, p *program) {
		t.Helper()
		done := p.begin(t.Context())
		until(t, "the sign-in has begun", func() bool { return p.State().Phase == auth.SigningIn })
		p.CancelSignIn()
		if _, err := await(t, done); !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v, want context.Canceled", err)
		}
	}
	t.Run("that the session has ended", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		p.signIn(demotest.LiSi)
		w.Suspend(demotest.LiSi, true)
		if err := p.Refresh(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
			t.Fatal(err)
		}
		giveUp(t, p)
		state := p.State()
		var ended *auth.SessionEndedError
		if state.Phase != auth.SignedOut || state.Session.Profile.Name != "李四" || !errors.As(state.Err, &ended) {
			t.Errorf("state = %v of %q, %v", state.Phase, state.Session.Profile.Name, state.Err)
		}
	})
	t.Run("an outage", func(t *testing.T) {
		w := newWorld(t, demo.Config{})
		p := w.program(nil)
		p.signIn(demotest.LiSi)
		w.faults.Always("/oidc/token", demotest.Status(503))
		_ = p.Refresh(t.Context())
		giveUp(t, p)
		state := p.State()
		var away *auth.UnreachableError
		if state.Phase != auth.SignedIn || state.LastReached.IsZero() || !errors.As(state.Err, &away) {
			t.Errorf("state = %v, last reached %v, %v", state.Phase, state.LastReached, state.Err)
		}
	})
}

// Whoever is first, all sign-ins end, with a reason that says who it was, and
// the window has nothing to say.
func TestCancelSignInRacesWithCloseAndAnotherSignIn(t *testing.T) {
	logto := demotest.Start(t, demo.Config{})
	for i := range 100 {
		p := newProgram(t, logto, func(c *auth.Config) {
			c.OpenBrowser = func(context.Context, string) error { return nil }
		})
		first := p.begin(t.Context())
		if i%2 == 0 {
			until(t, "it waits", func() bool { return p.State().Attempt.Step == auth.Waiting })
		}
		var race sync.WaitGroup
		var second <-chan outcome
		race.Go(func() { p.CancelSignIn() })
		race.Go(func() { second = p.begin(t.Context()) })
		race.Go(func() { time.Sleep(time.Duration(i%5) * time.Millisecond); p.CancelSignIn() })
		if i%3 == 0 {
			race.Go(func() { p.Close() })
		}
		race.Wait()
		p.CancelSignIn() // the first may have been cancelled twice
		for name, done := range map[string]<-chan outcome{"first": first, "second": second} {
			var err error
			for ended := false; !ended; {
				select {
				case o := <-done:
					err, ended = o.err, true
				case <-time.After(20 * time.Millisecond):
					p.CancelSignIn() // it had not begun
				}
			}
			if !errors.Is(err, context.Canceled) && !errors.Is(err, auth.ErrSuperseded) && !errors.Is(err, auth.ErrClosed) {
				t.Errorf("round %d: the %s ended with %v", i, name, err)
			}
		}
		if err := p.State().Err; err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, auth.ErrSuperseded) && !errors.Is(err, auth.ErrClosed) {
			t.Errorf("round %d: state says %v", i, err)
		}
		p.Close()
	}
}

// signals gives the next request for a path a fault, and tells when it is there.
func (w *world) signals(path string, fault demotest.Fault) <-chan struct{} {
	there := make(chan struct{})
	w.faults.Next(path, func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		close(there)
		fault(rw, r, next)
	})
	return there
}
