package keychain

import "testing"

// 3 KB is what a record with one account of Logto takes: an ID token, a refresh token, an access token and the profile.
const benchSize = 3 << 10

func BenchmarkWrite(b *testing.B) {
	_, k := open(b)
	data := text("session", benchSize)
	for b.Loop() {
		mustWrite(b, k, accounts, data)
	}
}

func BenchmarkRead(b *testing.B) {
	_, k := open(b)
	mustWrite(b, k, accounts, text("session", benchSize))
	for b.Loop() {
		if _, err := k.Read(background, accounts); err != nil {
			b.Fatal(err)
		}
	}
}

// What telling the others adds to a Write.
func BenchmarkAnnounce(b *testing.B) {
	k := New(Options{LockDir: b.TempDir()})
	watch(b, k, accounts)
	for b.Loop() {
		k.announce(accounts)
	}
}
