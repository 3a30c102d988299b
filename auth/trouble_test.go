package auth

import (
	"testing"
	"time"
)

func TestPausesDoubleUpToALimitAndDiffer(t *testing.T) {
	for failures, longest := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, time.Minute, time.Minute} {
		seen := make(map[time.Duration]bool)
		for range 50 {
			wait := backOff(failures, firstRetry, lastRetry)
			if wait < longest/2 || wait > longest {
				t.Errorf("after %d failures: %v, want %v to %v", failures+1, wait, longest/2, longest)
			}
			seen[wait] = true
		}
		if len(seen) < 10 {
			t.Errorf("after %d failures all programs come back at the same time", failures+1)
		}
	}
	if wait := backOff(1000, firstRetry, lastRetry); wait < lastRetry/2 || wait > lastRetry {
		t.Errorf("after 1,000 failures: %v", wait)
	}
}

func TestRefreshesAheadAreSpread(t *testing.T) {
	for _, test := range []struct {
		lifetime, ahead, earliest, latest time.Duration // the last two: before the expiry
	}{
		{time.Hour, 0, 6 * time.Minute, 5 * time.Minute},
		{time.Minute, 0, 14400 * time.Millisecond, 12 * time.Second},
		{time.Hour, time.Minute, 72 * time.Second, time.Minute},
		{time.Hour, time.Hour, 14*time.Minute + 24*time.Second, 12 * time.Minute},
	} {
		seen := make(map[time.Time]bool)
		for range 50 {
			var token accessToken
			token.lastsFrom(newClock().now(), test.lifetime)
			token.plan(test.ahead)
			before := token.Expiry.Sub(token.due)
			if before < test.latest || before > test.earliest {
				t.Errorf("of a token that lasts %v: %v before, want %v to %v", test.lifetime, before, test.latest, test.earliest)
			}
			seen[token.due] = true
		}
		if len(seen) < 10 {
			t.Error("all programs refresh at the same time")
		}
	}
	broken := accessToken{lifetime: -time.Hour, Token: Token{Expiry: time.Now()}} // of a record that was tampered with
	broken.plan(0)
}
