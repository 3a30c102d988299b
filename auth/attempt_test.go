package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

func TestASecondSignInCancelsTheFirst(t *testing.T) {
	free := func() int {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		return l.Addr().(*net.TCPAddr).Port
	}()
	// One port: the second can only listen once the first has let go.
	p := newProgram(t, demotest.Start(t, demo.Config{}), func(c *auth.Config) { c.Ports = []int{free} })
	first := p.begin(t.Context())
	p.nextURL()
	second := p.begin(t.Context())
	if _, err := await(t, first); !errors.Is(err, auth.ErrSuperseded) {
		t.Errorf("the first ended with %v, want ErrSuperseded", err)
	}
	p.pick(p.nextURL(), demotest.LiSi)
	session, err := await(t, second)
	if err != nil || session.Profile.Name != "李四" {
		t.Errorf("the second: %+v, %v", session.Profile, err)
	}
	if state := p.State(); state.Phase != auth.SignedIn || state.Err != nil {
		t.Errorf("state = %v, %v", state.Phase, state.Err)
	}
}

// The first holds a port and a browser opener until it has returned.
func TestTheSecondSignInWaitsForTheFirstToLetGo(t *testing.T) {
	var opened, ended atomic.Int32
	second := make(chan string, 1)
	p := newProgram(t, demotest.Start(t, demo.Config{}), func(c *auth.Config) {
		c.OpenBrowser = func(ctx context.Context, url string) error {
			if opened.Add(1) == 1 {
				<-ctx.Done()
				time.Sleep(200 * time.Millisecond) // a slow opener
				ended.Add(1)
				return nil
			}
			if ended.Load() != 1 {
				t.Error("the second began while the first was at work")
			}
			second <- url
			return nil
		}
	})
	first := p.begin(t.Context())
	for opened.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	done := p.begin(t.Context())
	p.pick(<-second, demotest.ZhangSan)
	if _, err := await(t, first); !errors.Is(err, auth.ErrSuperseded) {
		t.Errorf("the first ended with %v", err)
	}
	if _, err := await(t, done); err != nil {
		t.Errorf("the second ended with %v", err)
	}
}

func TestGivingUp(t *testing.T) {
	logto := demotest.Start(t, demo.Config{})
	t.Run("cancelled", func(t *testing.T) {
		p := newProgram(t, logto, nil)
		ctx, cancel := context.WithCancel(t.Context())
		done := p.begin(ctx)
		p.nextURL()
		cancel()
		if _, err := await(t, done); !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v, want context.Canceled", err)
		}
	})
	t.Run("too late", func(t *testing.T) {
		p := newProgram(t, logto, func(c *auth.Config) { c.SignInTimeout = 100 * time.Millisecond })
		if _, err := await(t, p.begin(t.Context())); !errors.Is(err, auth.ErrTimeout) {
			t.Errorf("error = %v, want ErrTimeout", err)
		}
		if state := p.State(); state.Phase != auth.SignedOut || !errors.Is(state.Err, auth.ErrTimeout) {
			t.Errorf("state = %v, %v", state.Phase, state.Err)
		}
	})
	t.Run("the program ends", func(t *testing.T) {
		p := newProgram(t, logto, nil)
		done := p.begin(t.Context())
		p.nextURL()
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := await(t, done); !errors.Is(err, auth.ErrClosed) {
			t.Errorf("error = %v, want ErrClosed", err)
		}
		if _, err := p.SignIn(t.Context()); !errors.Is(err, auth.ErrClosed) {
			t.Errorf("a sign-in after Close: %v", err)
		}
	})
	t.Run("nobody loses the session they had", func(t *testing.T) {
		p := newProgram(t, logto, nil)
		p.signIn(demotest.ZhangSan)
		ctx, cancel := context.WithCancel(t.Context())
		done := p.begin(ctx)
		p.nextURL()
		cancel()
		await(t, done)
		if state := p.State(); state.Phase != auth.SignedIn || state.Session.Profile.Name != "张三" {
			t.Errorf("state = %v of %q", state.Phase, state.Session.Profile.Name)
		}
	})
}

func TestWatchTellsEachStep(t *testing.T) {
	p := newProgram(t, demotest.Start(t, demo.Config{}), nil)
	watched := p.Watch(t.Context())
	next := func(want string) auth.State {
		t.Helper()
		deadline := time.After(10 * time.Second)
		for {
			select {
			case s := <-watched:
				// States in between may have been replaced before they were taken.
				if got := fmt.Sprint(s.Phase, "/", s.Attempt.Step); got == want {
					return s
				}
			case <-deadline:
				t.Fatalf("no state %s", want)
			}
		}
	}
	next("unknown/0")
	if _, err := p.Session(t.Context()); !errors.Is(err, auth.ErrSignedOut) {
		t.Fatal(err)
	}
	next("signed out/0")
	done := p.begin(t.Context())
	request := p.nextURL()
	waiting := next(fmt.Sprint("signing in/", auth.Waiting))
	if waiting.Attempt.URL != request {
		t.Errorf("URL = %q, want the one that was opened", waiting.Attempt.URL)
	}
	if left := time.Until(waiting.Attempt.Deadline); left < 4*time.Minute || left > 5*time.Minute {
		t.Errorf("%v left, want just under 5 minutes", left)
	}
	p.pick(request, demotest.ZhangSan)
	if _, err := await(t, done); err != nil {
		t.Fatal(err)
	}
	in := next("signed in/0")
	if in.Session.Profile.Name != "张三" || in.Attempt.URL != "" {
		t.Errorf("state = %+v", in)
	}
	if err := p.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out := next("signed out/0"); out.Session.Profile.ID != "" {
		t.Errorf("state = %+v", out)
	}
	p.Close()
	for range watched { // closed by Close, or the test hangs
	}
	if _, open := <-p.Watch(t.Context()); open {
		t.Error("Watch of a closed client is open")
	}
}

func TestWatchEndsWithItsContext(t *testing.T) {
	p := newProgram(t, demotest.Start(t, demo.Config{}), nil)
	ctx, cancel := context.WithCancel(t.Context())
	watched := p.Watch(ctx)
	cancel()
	for range watched { // closed, or the test hangs
	}
}

func TestAnOpenerThatFailsIsTold(t *testing.T) {
	broken := errors.New("no browser here")
	p := newProgram(t, demotest.Start(t, demo.Config{}), func(c *auth.Config) {
		c.OpenBrowser = func(context.Context, string) error { return broken }
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	watched := p.Watch(ctx)
	done := p.begin(t.Context())
	for state := range watched {
		if state.Attempt.OpenErr == nil {
			continue
		}
		if !errors.Is(state.Attempt.OpenErr, broken) || state.Attempt.URL == "" {
			t.Errorf("attempt = %+v", state.Attempt)
		}
		p.pick(state.Attempt.URL, demotest.ZhangSan) // by hand
		break
	}
	if _, err := await(t, done); err != nil {
		t.Error(err)
	}
}
