package auth

import (
	"context"
	"time"
)

// State is all a window needs to draw.
type State struct {
	Phase   Phase
	Attempt Attempt // of SigningIn

	// Session is of SignedIn; of SigningIn where somebody was signed in
	// before; and of SignedOut where a session has ended and they have to sign
	// in again: Err is then a [*SessionEndedError].
	Session Session

	// LastReached is when the provider answered last, where it cannot be reached
	// now; it is zero while it can. When it became unreachable is not known. The
	// person stays signed in, and Err tells what is wrong.
	LastReached time.Time

	// Err is why the last sign-in, sign-out, refresh or look into the keychain
	// failed. It is nil again once the next one begins or, of a refresh,
	// works. After a sign-in that was given up it is [context.Canceled], unless
	// there is something that lasts: an outage, or a session that has ended.
	Err error
}

// Phase is where a Client stands.
type Phase int

const (
	Unknown   Phase = iota // the keychain has not been read yet
	SignedOut              // nobody is signed in; State.Err may tell why
	SigningIn              // a sign-in is on its way
	SignedIn               // also without a network: see State.LastReached

	// Inaccessible means that the store cannot be read, so that it is not known
	// whether somebody is signed in; State.Err tells why. The store is read
	// again until it answers, unless it is locked: [Client.Session] tries that
	// again.
	Inaccessible
)

func (p Phase) String() string {
	return [...]string{"unknown", "signed out", "signing in", "signed in", "inaccessible"}[p]
}

// Attempt is one sign-in on its way.
type Attempt struct {
	Step Step
	// URL of the authorization request, once it is there: to show, copy or
	// open again. Whoever opens it signs in here.
	URL      string
	Deadline time.Time // when the wait ends
	OpenErr  error     // why no browser was opened; the wait goes on

	// Device is what to show the person in place of URL, in a sign-in with
	// [Device] that waits for them; nil in any other.
	Device *DeviceAuthorization
}

// Step is how far an attempt has come.
type Step int

const (
	Contacting Step = iota // asking the provider for its endpoints
	Waiting                // for the person in the browser, or at the other device
	Finishing              // they are done: tokens are fetched, verified and stored
	Queued                 // for another program's sign-in, see [Shared]
)

// Watch returns a channel that has the current state at once and each later
// one as it comes. It does not read the store: the state is [Unknown] until
// [Client.Session] or another method has. A slow receiver misses states in between, never the last.
// The channel is closed when ctx is done or the Client is closed.
func (c *Client) Watch(ctx context.Context) <-chan State {
	ch := make(chan State, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		close(ch)
		return ch
	}
	ch <- c.stateLocked()
	c.watchers[ch] = context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if _, there := c.watchers[ch]; there {
			delete(c.watchers, ch)
			close(ch)
		}
	})
	return ch
}

// State returns the current state. It does not read the keychain.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stateLocked()
}

// stateLocked derives the state from what the Client has; nothing is kept twice.
func (c *Client) stateLocked() State {
	s := State{Err: c.lastErr}
	var ended error
	if c.session != nil {
		s.Session, ended = c.shown(c.session), c.session.endedError()
	}
	switch {
	case c.attempt != nil:
		s.Phase, s.Attempt = SigningIn, c.attempt.shown
	case ended != nil:
		s.Phase, s.Err = SignedOut, graver(s.Err, ended)
	case c.session != nil:
		s.Phase = SignedIn
		if t := c.trouble; t != nil {
			s.Err = graver(s.Err, t.err)
			if t.offline {
				s.LastReached = later(c.contact, later(c.session.RenewedAt, c.session.SignedInAt))
			}
		}
	case c.lookErr != nil:
		s.Phase, s.Err = Inaccessible, graver(s.Err, c.lookErr)
	case c.restored || c.lastErr != nil:
		s.Phase = SignedOut
	}
	return s
}

// graver is the last error, unless that is only that somebody gave up.
func graver(last, lasting error) error {
	if last == nil || isGivenUp(last) {
		return lasting
	}
	return last
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// publishLocked gives every watcher the current state in place of one that it
// has not taken yet.
func (c *Client) publishLocked() {
	state := c.stateLocked()
	for ch := range c.watchers {
		select {
		case <-ch:
		default:
		}
		ch <- state // room for one, and only this method, under mu, sends
	}
}
