package keychain

import "testing"

// 3 KB is what a session of Logto takes: an ID token, a refresh token, an access token and the profile.
const benchSize = 3 << 10

func BenchmarkSave(b *testing.B) {
	_, k := open(b)
	data := text("session", benchSize)
	mustSave(b, k, alice, data)
	for b.Loop() {
		mustSave(b, k, alice, data)
	}
}

func BenchmarkLoad(b *testing.B) {
	_, k := open(b)
	mustSave(b, k, alice, text("session", benchSize))
	for b.Loop() {
		if _, err := k.Load(background, alice); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSubjects(b *testing.B) {
	_, k := open(b)
	mustSave(b, k, alice, text("session", benchSize))
	for b.Loop() {
		if _, err := k.Subjects(background, issuer, client); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCurrent(b *testing.B) {
	_, k := open(b)
	mustSave(b, k, alice, text("session", benchSize))
	mustSetCurrent(b, k, alice)
	for b.Loop() {
		if _, err := k.Current(background, issuer, client); err != nil {
			b.Fatal(err)
		}
	}
}

// What telling the others adds to a Save.
func BenchmarkAnnounce(b *testing.B) {
	k := New(Options{LockDir: b.TempDir()})
	for b.Loop() {
		k.announce(alice.pair())
	}
}
