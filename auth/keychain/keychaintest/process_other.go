//go:build !linux

package keychaintest

import "syscall"

func endWithParent() *syscall.SysProcAttr { return nil }
