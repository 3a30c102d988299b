package storage

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestWhatIsOnAnotherComputer(t *testing.T) {
	for kind, want := range map[int64]bool{
		unix.NFS_SUPER_MAGIC: true, unix.CIFS_SUPER_MAGIC: true, unix.SMB2_SUPER_MAGIC: true,
		-0xacb2be:             true, // CIFS_SUPER_MAGIC as an int32, which the type is on some computers
		unix.EXT4_SUPER_MAGIC: false, unix.TMPFS_MAGIC: false, unix.OVERLAYFS_SUPER_MAGIC: false, unix.V9FS_MAGIC: false,
	} {
		if networkType(kind) != want {
			t.Errorf("%#x: %v", kind, !want)
		}
	}
}
