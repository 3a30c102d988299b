package main

import (
	"runtime/debug"
	"time"
)

// settled is how long after its start a window has drawn all that it has to
// draw, its name and picture too.
const settled = 3 * time.Second

// freeMemory gives back to the system what only the start took: fonts and
// pictures are read and decoded then, and leave 25 MB that would be kept for
// more of the like, which does not come. It returns once that is done, or the
// window is closed.
func (d *desktop) freeMemory() {
	started := time.NewTimer(settled)
	defer started.Stop()
	select {
	case <-started.C:
		debug.FreeOSMemory()
	case <-d.over:
	}
}
