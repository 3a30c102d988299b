package keychaintest

import "syscall"

// endWithParent has the kernel end the daemon when the test binary dies without a word, as it does when go test runs out of time.
func endWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }
