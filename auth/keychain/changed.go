package keychain

import (
	"crypto/rand"
	"os"
	"path/filepath"
)

// changedFile is the file that is written, with the lock held, whenever something of a pair has changed. It is beside the lock
// file and says nothing: its content is random, so that it differs each time.
func changedFile(dir, pair string) string { return filepath.Join(dir, pair+".changed") }

// announce has every Watch of the pair look again. Failing to is no error: what was to be stored is stored.
func (k *Keychain) announce(pair string) {
	dir, err := k.directory()
	if err != nil {
		return
	}
	// Not truncated first: that would be a second event.
	file, err := os.OpenFile(changedFile(dir, pair), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return
	}
	_, _ = file.WriteString(rand.Text()) // 26 bytes, whatever it says
	_ = file.Close()
}
