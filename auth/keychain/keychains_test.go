//go:build linux && keychains

package keychain

import (
	"bytes"
	"testing"

	"doorkey/auth/keychain/keychaintest"
)

// What a record needs of a keychain, on each that Linux has.
func TestKeychains(t *testing.T) {
	for name, start := range map[string]func(testing.TB, ...keychaintest.Option) *keychaintest.Keyring{
		"GNOME Keyring": keychaintest.Start, "KWallet": keychaintest.StartKWallet, "KeePassXC": keychaintest.StartKeePassXC,
	} {
		t.Run(name, func(t *testing.T) {
			ring := start(t)
			ring.Setenv(t)
			k := New(Options{})
			t.Cleanup(func() { k.Close() })
			for what, want := range map[string][]byte{
				"text":                      text("session", 3<<10),
				"text that is not ASCII":    []byte("企业微信 – é\n"),
				"every byte":                everyByte(256),
				"64 KiB":                    text("long", 64<<10),
				"64 KiB of bytes, not text": noise("bytes", 64<<10),
			} {
				mustWrite(t, k, accounts, want)
				if got, err := k.Read(background, accounts); err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s: read %d bytes, %v; want the %d that were written", what, len(got), err, len(want))
				}
				if items := ring.Items(t); len(items) != 1 {
					t.Errorf("%s: %d items", what, len(items))
				}
			}
			want := text("session", 3<<10)
			mustWrite(t, k, accounts, want)
			if got, err := child(ring, k, "read").Output(); err != nil || !bytes.Equal(got, want) {
				t.Errorf("another program has read %d bytes, %v", len(got), err)
			}
			if _, err := k.Probe(background); err != nil {
				t.Error(err)
			}
			mustWrite(t, k, accounts, nil)
			if got, err := k.Read(background, accounts); err != nil || got != nil {
				t.Errorf("after it was removed: %d bytes, %v", len(got), err)
			}
			wantEmpty(t, ring)
		})
	}
}
