package keychain

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zalando/go-keyring"
)

// Each test damages, in the real keychain, what Save wrote.
func TestDamage(t *testing.T) {
	session := "session:" + id(issuer, client, "alice")
	for _, test := range []struct {
		name   string
		damage func(t *testing.T)
		want   error // of Load, and of Save and Delete where it is ErrNewer
	}{
		{"a part is missing", func(t *testing.T) { unset(t, session+":a:1") }, ErrCorrupt},
		{"the first part is missing", func(t *testing.T) { unset(t, session+":a:0") }, ErrCorrupt},
		{"a part is changed", func(t *testing.T) { set(t, session+":a:1", encode("other")) }, ErrCorrupt},
		{"a part is not ours", func(t *testing.T) { set(t, session+":a:1", "påssword") }, ErrCorrupt},
		{"two parts are exchanged", func(t *testing.T) { set(t, session+":a:0", get(t, session+":a:1")) }, ErrCorrupt},
		{"the head is a password", func(t *testing.T) { set(t, session, "hunter2!") }, ErrCorrupt},
		{"the head is base64 of something else", func(t *testing.T) { set(t, session, encode("hello")) }, ErrCorrupt},
		{"the head is some other JSON", func(t *testing.T) { set(t, session, encode(`{"a":1}`)) }, ErrCorrupt},
		{"the head has an impossible size", func(t *testing.T) {
			set(t, session, encode(`{"v":1,"slot":"a","parts":1,"size":99999999999}`))
		}, ErrCorrupt},
		{"the head has a negative number of parts", func(t *testing.T) {
			set(t, session, encode(`{"v":1,"slot":"a","parts":-1,"size":1}`))
		}, ErrCorrupt},
		{"the head has a slot there is not", func(t *testing.T) {
			set(t, session, encode(`{"v":1,"slot":"c","parts":1,"size":1}`))
		}, ErrCorrupt},
		{"the head is missing", func(t *testing.T) { unset(t, session) }, ErrNotFound},
		{"a newer version wrote the head", func(t *testing.T) { set(t, session, encode(`{"v":2,"slot":7}`)) }, ErrNewer},
	} {
		t.Run(test.name, func(t *testing.T) {
			ring, k := open(t)
			mustSave(t, k, alice, text("session", 3*maxPart))
			test.damage(t)
			damaged := ring.Items(t)

			_, err := k.Load(background, alice)
			if !errors.Is(err, test.want) {
				t.Errorf("Load: %v; want %v", err, test.want)
			}
			for _, sentinel := range []error{ErrCorrupt, ErrNewer, ErrNotFound} {
				if sentinel != test.want && errors.Is(err, sentinel) {
					t.Errorf("Load: %v is %v too", err, sentinel)
				}
			}
			if diff := cmp.Diff(damaged, ring.Items(t)); diff != "" {
				t.Errorf("Load changed something (-before +after):\n%s", diff)
			}
			if errors.Is(test.want, ErrNewer) {
				if err := k.Save(background, alice, []byte("new")); !errors.Is(err, ErrNewer) {
					t.Errorf("Save: %v; want ErrNewer", err)
				}
				if err := k.Delete(background, alice); !errors.Is(err, ErrNewer) {
					t.Errorf("Delete: %v; want ErrNewer", err)
				}
				if diff := cmp.Diff(damaged, ring.Items(t)); diff != "" {
					t.Errorf("what a newer version wrote was changed (-before +after):\n%s", diff)
				}
				return
			}

			// The person signs in again, and out.
			mustSave(t, k, alice, []byte("new"))
			wantSession(t, k, alice, []byte("new"))
			mustDelete(t, k, alice)
			wantEmpty(t, ring)

			// Signing out straight away has to work as well.
			mustSave(t, k, alice, text("session", 3*maxPart))
			test.damage(t)
			mustDelete(t, k, alice)
			wantEmpty(t, ring)
		})
	}
}

func TestDamageToTheListOfPeople(t *testing.T) {
	list := "index:" + id(issuer, client)
	for _, test := range []struct {
		name  string
		value string
		want  error // of Subjects
	}{
		{"it is a password", "hunter2!", ErrCorrupt},
		{"a newer version wrote it", encode(`{"v":2}`), ErrNewer},
	} {
		t.Run(test.name, func(t *testing.T) {
			ring, k := open(t)
			mustSave(t, k, alice, []byte("old"))
			set(t, list, test.value)
			if people, err := k.Subjects(background, issuer, client); !errors.Is(err, test.want) {
				t.Errorf("Subjects = %v, %v; want %v", people, err, test.want)
			}
			wantSession(t, k, alice, []byte("old")) // the session itself is whole

			err := k.Save(background, alice, []byte("new"))
			if errors.Is(test.want, ErrNewer) {
				if !errors.Is(err, ErrNewer) {
					t.Errorf("Save: %v; want ErrNewer", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if people, err := k.Subjects(background, issuer, client); err != nil || len(people) != 1 {
				t.Errorf("after the next Save: Subjects = %v, %v; want alice", people, err)
			}
			set(t, list, test.value)
			mustDelete(t, k, alice)
			wantEmpty(t, ring)
		})
	}
	t.Run("it is whole, but no list", func(t *testing.T) {
		_, k := open(t)
		mustSave(t, k, alice, []byte("old"))
		if err := k.index(alice).save(background, []byte(`"alice"`)); err != nil {
			t.Fatal(err)
		}
		if people, err := k.Subjects(background, issuer, client); !errors.Is(err, ErrCorrupt) {
			t.Errorf("Subjects = %v, %v; want ErrCorrupt", people, err)
		}
	})
}

func TestADamagedSessionIsListed(t *testing.T) {
	_, k := open(t)
	mustSave(t, k, alice, []byte("old"))
	set(t, "session:"+id(issuer, client, "alice"), "hunter2!")
	people, err := k.Subjects(background, issuer, client)
	if diff := cmp.Diff([]string{"alice"}, people); err != nil || diff != "" {
		t.Errorf("Subjects: %v (-want +got):\n%s", err, diff)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	_, k := open(t)
	secret := text("swordfish", 3*maxPart)
	mustSave(t, k, alice, secret)
	set(t, "session:"+id(issuer, client, "alice")+":a:1", encode("swordfish"))
	_, err := k.Load(background, alice)
	want := "keychain: load: session at https://id.example.com/oidc: what is stored is damaged: sign in again to replace it: the checksum is wrong"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if strings.Contains(err.Error(), "swordfish") {
		t.Errorf("%v tells the secret", err)
	}
}

func FuzzDecodeHead(f *testing.F) {
	f.Add(encode(`{"v":1,"slot":"a","gen":"G","parts":2,"size":1600,"sha256":"00"}`))
	f.Add(encode(`{"v":2}`))
	f.Add("hunter2!")
	f.Fuzz(func(t *testing.T, value string) {
		h, err := decodeHead(value)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrNewer) {
				t.Errorf("%v is neither corrupt nor newer", err)
			}
			return
		}
		if again, err := decodeHead(h.encode()); err != nil || again != h {
			t.Errorf("%+v comes back as %+v, %v", h, again, err)
		}
	})
}

func encode(text string) string { return base64.RawStdEncoding.EncodeToString([]byte(text)) }

func set(t *testing.T, name, value string) {
	t.Helper()
	if err := keyring.Set("doorkey", name, value); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, name string) string {
	t.Helper()
	value, err := keyring.Get("doorkey", name)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func unset(t *testing.T, name string) {
	t.Helper()
	if err := keyring.Delete("doorkey", name); err != nil {
		t.Fatal(err)
	}
}
