package keychaintest

import (
	"syscall"
	"testing"
)

// Freeze stops the program that keeps the secrets, and if bus is true the bus too: they do not answer until thaw is
// called or the test ends.
func (k *Keyring) Freeze(t testing.TB, bus bool) (thaw func()) {
	t.Helper()
	frozen := []*process{k.secrets}
	if bus {
		frozen = append(frozen, k.daemons[0])
	}
	for _, p := range frozen {
		if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatalf("keychaintest: %v", err)
		}
	}
	thaw = func() {
		for _, p := range frozen {
			_ = p.cmd.Process.Signal(syscall.SIGCONT) // an error means that it has ended
		}
	}
	t.Cleanup(thaw)
	return thaw
}
