package keychain

import (
	"crypto/rand"
	"os"
	"path/filepath"
)

// changedFile is the file that is written, with the lock held, whenever the record of that name has changed. It is beside the lock
// file and says nothing: its content is random, so that it differs each time.
func changedFile(dir, name string) string { return filepath.Join(dir, name+".changed") }

// announce has every Watch of the name look again. Failing to is no error: what was to be stored is stored.
func (k *Keychain) announce(name string) {
	dir, err := k.directory()
	if err != nil {
		return
	}
	// Not truncated first: that would be a second event.
	file, err := os.OpenFile(changedFile(dir, name), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return
	}
	_, _ = file.WriteString(rand.Text()) // 26 bytes, whatever it says
	_ = file.Close()
}
