//go:build darwin || dragonfly || freebsd

package storage

import "golang.org/x/sys/unix"

// onNetwork reports whether the directory is on another computer.
func onNetwork(fd int) bool {
	var stat unix.Statfs_t
	return unix.Fstatfs(fd, &stat) == nil && stat.Flags&unix.MNT_LOCAL == 0
}
