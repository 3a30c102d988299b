package reconnect

import (
	"time"

	"golang.org/x/sys/windows"
)

// limitUnacknowledged has a connection fail once something that was sent has
// not been acknowledged for limit, in whole seconds.
func limitUnacknowledged(fd uintptr, limit time.Duration) {
	_ = windows.SetsockoptInt(windows.Handle(fd), windows.IPPROTO_TCP, windows.TCP_MAXRT, int(limit/time.Second))
}
