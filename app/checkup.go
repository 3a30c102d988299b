package app

import (
	"context"
	"errors"

	"doorkey/auth"
	"doorkey/auth/doctor"
)

// checkSetup has the doctor look at the set-up and at this computer, as far as
// the program and the window know them. Who was here is not in what it reports.
func (w *Window) checkSetup(ctx context.Context, report func(doctor.Check), done func()) {
	session, err := sessionOf(w.last)
	w.check(ctx, func() doctor.Target { return w.checkup(session, err) }, func(c doctor.Check) {
		people := w.errors.people
		c.Found, c.Remedy = people.redact(c.Found), people.redact(c.Remedy)
		for i, detail := range c.Details {
			c.Details[i] = people.redact(detail)
		}
		report(c)
	}, done)
}

// checkup is what there is to look at.
func (w *Window) checkup(session doctor.Session, err error) doctor.Target {
	var t doctor.Target
	if w.options.Checkup != nil {
		t = w.options.Checkup()
	}
	if w.options.Issuer != "" {
		t.Issuer, t.ClientID = w.options.Issuer, w.options.ClientID
	}
	local := doctor.Local{}
	if t.Local != nil {
		local = *t.Local
	}
	if local.Session == nil && w.client != nil {
		local.Session = func(context.Context) (doctor.Session, error) { return session, err }
	}
	t.Local = &local
	return t
}

// sessionOf is what the doctor is told of a session, or why it is not known.
func sessionOf(state auth.State) (doctor.Session, error) {
	if state.Phase == auth.Inaccessible {
		return doctor.Session{}, state.Err
	}
	s := doctor.Session{SignedIn: state.Phase == auth.SignedIn, Until: state.Session.LastsUntil, Memory: state.Session.StorageErr, Denied: state.Session.RefreshErr}
	if ended, is := errors.AsType[*auth.SessionEndedError](state.Err); is && state.Phase == auth.SignedOut {
		s.Ended = ended.Reason
	}
	return s, nil
}
