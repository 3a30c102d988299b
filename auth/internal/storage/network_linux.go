package storage

import "golang.org/x/sys/unix"

// onNetwork reports whether the directory is on another computer. File systems
// that are no more than often so are not among these: 9P is also what sandboxes
// have for their own disk.
func onNetwork(fd int) bool {
	var stat unix.Statfs_t
	if unix.Fstatfs(fd, &stat) != nil {
		return false
	}
	return networkType(int64(stat.Type))
}

func networkType(kind int64) bool {
	switch uint32(kind) {
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC,
		unix.AFS_SUPER_MAGIC, unix.AFS_FS_MAGIC, unix.CODA_SUPER_MAGIC, unix.CEPH_SUPER_MAGIC:
		return true
	}
	return false
}
