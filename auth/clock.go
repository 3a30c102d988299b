package auth

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// maxSkew is how far this computer's clock may be off the provider's before it
// is named as the reason why a token does not seem right.
const maxSkew = time.Minute

// clock is this computer's two clocks, and how far it is off the provider's.
type clock struct {
	read func() moment
	skew atomic.Int64 // nanoseconds ahead, as of the last answer
}

func newClock() *clock {
	begun := time.Now()
	return &clock{read: func() moment {
		now := time.Now() // reads both
		return moment{now, now.Sub(begun)}
	}}
}

func (c *clock) now() moment { return c.read() }

// moment is what both clocks say. The wall clock jumps when it is set, the
// monotonic one stands still while the computer sleeps: something is over once
// either says so.
type moment struct {
	time.Time
	mono time.Duration
}

// wall is the time of day, to be stored or shown.
func (m moment) wall() time.Time { return m.Round(0) }

func (m moment) in(d time.Duration) deadline { return deadline{m.UnixNano() + int64(d), m.mono + d} }

// deadline is some time after a moment.
type deadline struct {
	wall int64 // nanoseconds since 1970
	mono time.Duration
}

// left is how long it is until then; zero or less means it is over.
func (d deadline) left(now moment) time.Duration {
	return min(time.Duration(d.wall-now.UnixNano()), d.mono-now.mono)
}

// compare takes the time from an answer of the provider (RFC 9110 §6.6.1).
func (c *clock) compare(h http.Header) {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		c.skew.Store(int64(c.now().wall().Sub(date)))
	}
}

// blame names the clock where it is the reason why an ID token was refused.
func (c *clock) blame(issuer string, err error) error {
	var expired *oidc.TokenExpiredError
	if !errors.As(err, &expired) && !strings.Contains(err.Error(), "before the nbf") {
		return err
	}
	if skew := time.Duration(c.skew.Load()); skew.Abs() > maxSkew {
		return &ClockError{Host: host(issuer), Skew: skew}
	}
	return err
}
