package reconnect

import (
	"time"

	"golang.org/x/sys/unix"
)

// limitUnacknowledged has a connection fail once something that was sent has
// not been acknowledged for limit, in whole seconds.
func limitUnacknowledged(fd uintptr, limit time.Duration) {
	_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_RXT_CONNDROPTIME, int(limit/time.Second))
}
