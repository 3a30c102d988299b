//go:build !windows

package settings

import (
	"os"
	"syscall"
)

// ofAnAdministrator lets pass what is root's, or the person's own, as in a
// folder that they have added to $XDG_CONFIG_DIRS.
func ofAnAdministrator(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	const byOthers = 0o002
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || stat.Uid != 0 && int(stat.Uid) != os.Geteuid() || info.Mode().Perm()&byOthers != 0 {
		return errForeign
	}
	return nil
}
