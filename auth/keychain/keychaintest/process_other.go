//go:build !linux && !(windows && wine)

package keychaintest

import "syscall"

func endWithParent() *syscall.SysProcAttr { return nil }
