package doctor

import "context"

// RunWithin is [Run] with another time limit for each request.
var RunWithin = run

// On is Local for a computer on which the way back from the browser is another.
func (l Local) On(trip func(ctx context.Context, redirectURI string) error) *Local {
	l.trip = trip
	return &l
}
