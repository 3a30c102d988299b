package reconnect

import (
	"time"

	"golang.org/x/sys/unix"
)

// limitUnacknowledged has a connection fail once something that was sent has
// not been acknowledged for limit (RFC 5482).
func limitUnacknowledged(fd uintptr, limit time.Duration) {
	_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(limit.Milliseconds()))
}
