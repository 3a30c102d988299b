package auth_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"doorkey/auth"
	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
)

// died leaves the store as a program does that is killed after the provider has
// taken its refresh token: that it was about to be used is stored, and not what
// came of it.
func (w *world) died(p *program) (session auth.Session) {
	w.t.Helper()
	session, err := p.Session(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	var noted string
	w.store.writing = func(context.Context) {
		if noted == "" && w.faults.Refreshes() > 0 {
			noted = readRecord(w.t, w.store, session)
		}
	}
	w.faults.Reset()
	if err := p.Refresh(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.store.writing = nil
	if account(w.t, w.store, session)["redeeming_since"] != nil {
		w.t.Error("after the refresh it is still said to be on its way")
	}
	writeRecord(w.t, w.store, session, noted)
	if account(w.t, w.store, session)["redeeming_since"] == nil {
		w.t.Fatal("nothing says that the refresh token was about to be used")
	}
	w.faults.Reset()
	return session
}

func TestARefreshOfAProgramThatDiedIsDoneByTheNextOne(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	old := p.mustToken().Value.Reveal()
	w.died(p)

	q := w.program(nil)
	if token := q.mustToken().Value.Reveal(); token == old { // which would do for an hour
		t.Error("the refresh token was left to lapse")
	}
	w.clock.advance(2 * time.Hour)
	q.mustToken()
	if n := w.Revoked(); n != 0 {
		t.Errorf("%d grants were revoked", n)
	}
}

func TestARefreshOfAProgramThatDiedIsDoneByOneThatRuns(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	q := w.program(inBackground)
	q.mustToken()
	before := q.State().Session.RenewedAt
	session := w.died(p)
	until(t, "the rescue", func() bool { return account(t, w.store, session)["redeeming_since"] == nil })
	until(t, "the new session", func() bool { return q.State().Session.RenewedAt.After(before) })
	w.clock.advance(2 * time.Hour)
	q.mustToken()
	if n := w.Revoked(); n != 0 {
		t.Errorf("%d grants were revoked", n)
	}
}

// Later the provider would take it for theft, and revoke what is still good.
func TestARefreshOfAProgramThatDiedLongAgoIsLeft(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	p.signIn(demotest.ZhangSan)
	w.died(p)
	w.clock.advance(4 * time.Second)
	q := w.program(nil)
	q.mustToken()
	if n := w.faults.Refreshes(); n != 0 {
		t.Errorf("%d refreshes", n)
	}
}

// A program that is at it is not disturbed, and not waited for.
func TestARefreshOnItsWayIsNotDoneTwice(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p, q := w.program(nil), w.program(nil)
	p.signIn(demotest.ZhangSan)
	old := q.mustToken().Value.Reveal()
	w.faults.Reset()
	w.faults.Next("/oidc/token", demotest.DelayAnswer(time.Second))
	done := make(chan error, 1)
	go func() { done <- p.Refresh(context.WithoutCancel(t.Context())) }()
	until(t, "the refresh", func() bool { return w.faults.Refreshes() == 1 })
	begun := time.Now()
	if token := w.program(nil).mustToken().Value.Reveal(); token != old {
		t.Error("another token than the one at hand")
	}
	if took := time.Since(begun); took > 700*time.Millisecond {
		t.Errorf("it took %v", took)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := w.faults.Refreshes(); n != 1 {
		t.Errorf("%d refreshes", n)
	}
}

// A provider that refuses has not used the token: nobody needs to hurry.
func TestARefusedRefreshIsOver(t *testing.T) {
	w := newWorld(t, demo.Config{})
	p := w.program(nil)
	session := p.signIn(demotest.ZhangSan)
	w.DenyAccess(demotest.ZhangSan, true)
	var denied *auth.AccessDeniedError
	if err := p.Refresh(t.Context()); !errors.As(err, &denied) {
		t.Fatal(err)
	}
	if stored := account(t, w.store, session); stored["redeeming_since"] != nil || stored["denied"] == nil {
		t.Errorf("redeeming since %v, denied %v", stored["redeeming_since"], stored["denied"])
	}
	q := w.program(nil)
	if again, err := q.Session(t.Context()); err != nil || !errors.As(again.RefreshErr, &denied) {
		t.Errorf("another program: %v, %v", again.RefreshErr, err)
	}
	w.DenyAccess(demotest.ZhangSan, false)
	w.clock.advance(time.Minute)
	if err := q.Refresh(t.Context()); err != nil || q.State().Session.RefreshErr != nil {
		t.Errorf("after access was given back: %v, %v", err, q.State().Session.RefreshErr)
	}
}

// Programs that sign in at the same time open one page.
func TestASharedSignIn(t *testing.T) {
	w := newWorld(t, demo.Config{})
	first, second := w.program(nil), w.program(nil)
	done := first.begin(t.Context(), auth.Shared())
	url := first.nextURL()
	waiting := second.begin(t.Context(), auth.Shared())
	until(t, "the second to wait", func() bool { return second.State().Attempt.Step == auth.Queued })
	first.pick(url, demotest.ZhangSan)
	one, err := await(t, done)
	if err != nil {
		t.Fatal(err)
	}
	two, err := await(t, waiting)
	if err != nil || !two.SignedInAt.Equal(one.SignedInAt) {
		t.Errorf("the second: %v, %v", two.SignedInAt, err)
	}
	if n := w.faults.Requests("/oidc/auth"); n > 2 { // the request, and the way back to it
		t.Errorf("%d authorization requests", n)
	}
	// Somebody who is signed in already is asked all the same.
	third := second.begin(t.Context(), auth.Shared())
	second.nextURL()
	second.CancelSignIn()
	if _, err := await(t, third); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
