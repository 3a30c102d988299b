//go:build !linux && !darwin && !windows

package reconnect

import "time"

// limitUnacknowledged does nothing where the system has no such limit for one
// connection. A request on a dead one then waits for its own limit.
func limitUnacknowledged(uintptr, time.Duration) {}
