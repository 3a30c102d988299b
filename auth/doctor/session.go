package doctor

import (
	"context"
	"time"
)

var (
	sessionOK         = outcome{"session.ok", OK, "somebody is signed in, and stays so until {{.Until}} even if nothing is used", ""}
	sessionKnown      = outcome{"session.known", OK, "somebody is signed in", ""}
	sessionNone       = outcome{"session.none", OK, "nobody is signed in", ""}
	sessionEnded      = outcome{"session.ended", Warning, "the session has ended ({{.Reason}})", "Sign in again."}
	sessionMemory     = outcome{"session.memory", Warning, "somebody is signed in only until the program ends, since the session is not in the keychain: {{.Error}}", "Do what the check of the keychain says, then sign in again."}
	sessionDenied     = outcome{"session.denied", Failed, "somebody is signed in, but the provider no longer lets them use this application", "Ask its administrator to give them access again."}
	sessionUnreadable = outcome{"session.unreadable", Failed, "could not tell whether anyone is signed in: {{.Error}}", "Do what the check of the keychain says; if that finds nothing wrong, sign in again."}
)

// session does not say who it is.
func (e *examination) session(ctx context.Context) Check {
	const looked = "the session"
	s, err := e.target.Local.Session(ctx)
	switch {
	case err != nil:
		return sessionUnreadable.check(looked, Params{"Error": quote(err.Error())}, err)
	case s.Ended != "":
		return sessionEnded.check(looked, Params{"Reason": quote(s.Ended)}, nil)
	case !s.SignedIn:
		return sessionNone.check(looked, nil, nil)
	case s.Denied != nil:
		return sessionDenied.check(looked, nil, s.Denied)
	case s.Memory != nil:
		return sessionMemory.check(looked, Params{"Error": quote(s.Memory.Error())}, s.Memory)
	case s.Until.IsZero():
		return sessionKnown.check(looked, nil, nil)
	}
	return sessionOK.check(looked, Params{"Until": s.Until.Format(time.DateTime)}, nil)
}
