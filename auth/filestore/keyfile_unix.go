//go:build unix

package filestore

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

func checkKeyFile(info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok || int(stat.Uid) != os.Geteuid() && stat.Uid != 0:
		return errors.New("belongs to another user")
	case info.Mode().Perm()&0o077 != 0:
		return errors.New("can be read by other users: change its mode to 600")
	}
	return nil
}
