package keychain

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zalando/go-keyring"
)

// Each test damages, in the real keychain, what Write wrote in parts: in slot a, and in slot b.
func TestDamage(t *testing.T) {
	type damage struct {
		name   string
		damage func(t *testing.T, part func(n int) string)
		want   error // of Read; nil for no record
		begins int   // how many bytes can still be read
	}
	head := func(item string) func(*testing.T, func(int) string) {
		return func(t *testing.T, _ func(int) string) { set(t, accounts, item) }
	}
	tests := []damage{
		{"two parts are exchanged", func(t *testing.T, part func(int) string) {
			first, second := get(t, part(0)), get(t, part(1))
			set(t, part(0), second)
			set(t, part(1), first)
		}, ErrCorrupt, 0},
		{"all parts are missing", func(t *testing.T, part func(int) string) {
			for n := range 3 {
				unset(t, part(n))
			}
		}, ErrCorrupt, 0},
		{"the head is missing", func(t *testing.T, _ func(int) string) { unset(t, accounts) }, nil, 0},
		{"the head is a password", head("hunter2!"), ErrCorrupt, 0},
		{"the head is a number", head("20261201"), ErrCorrupt, 0},
		{"the head is JSON alone", head(`{"slot":"a","parts":3}`), ErrCorrupt, 0},
		{"the head is cut off", head("1 parts\n"), ErrCorrupt, 0},
		{"the head is cut off in its first line", head("1 parts"), ErrCorrupt, 0},
		{"the head is some other JSON", head("1 parts\n" + `{"a":1}`), ErrCorrupt, 0},
		{"the head is not JSON", head("1 parts\nhunter2!"), ErrCorrupt, 0},
		{"the head is of a version before the first", head("0 parts\n{}"), ErrCorrupt, 0},
		{"the head has an encoding there is not", head("1 gold\nabc"), ErrCorrupt, 0},
		{"a newer version wrote the head", head("2 parts\n" + `{"slot":7}`), ErrNewer, 0},
		{"a newer version wrote one item", head("2 raw\nabc"), ErrNewer, 0},
	}
	for _, numbers := range []string{
		`"slot":"a","parts":3,"size":99999999999`, `"slot":"a","parts":3,"size":-1`, `"slot":"a","parts":3,"size":0`,
		`"slot":"a","parts":-1,"size":7680`, `"slot":"a","parts":0,"size":7680`, `"slot":"a","parts":1025,"size":7680`,
		`"slot":"c","parts":3,"size":7680`, `"slot":"a","parts":3.5,"size":7680`,
	} {
		tests = append(tests, damage{"the head has " + numbers, head("1 parts\n{" + numbers + "}"), ErrCorrupt, 0})
	}
	for n := range 3 {
		of := func(name string, change func(item string) string) {
			tests = append(tests, damage{fmt.Sprintf("part %d is %s", n, name), func(t *testing.T, part func(int) string) {
				set(t, part(n), change(get(t, part(n))))
			}, ErrCorrupt, n * testLimit})
		}
		of("changed", func(item string) string { return item[:100] + "x" + item[101:] })
		of("cut off", func(item string) string { return item[:100] })
		of("not ours", func(string) string { return "påssword" })
		tests = append(tests, damage{fmt.Sprintf("part %d is missing", n), func(t *testing.T, part func(int) string) {
			unset(t, part(n))
		}, ErrCorrupt, n * testLimit})
	}

	record := inParts("record", 3)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ring, k := openLimited(t)
			for _, slot := range []string{"a", "b"} {
				part := func(n int) string { return fmt.Sprintf("%s:%s:%d", accounts, slot, n) }
				prepare := func() {
					for range strings.Index("ab", slot) + 1 {
						mustWrite(t, k, accounts, record)
					}
					test.damage(t, part)
				}
				prepare()
				damaged := ring.Items(t)

				data, err := k.Read(background, accounts)
				for _, sentinel := range []error{ErrCorrupt, ErrNewer} {
					if errors.Is(err, sentinel) != (test.want == sentinel) {
						t.Errorf("slot %s: Read: %v; want %v", slot, err, test.want)
					}
				}
				if (err == nil) != (test.want == nil) {
					t.Errorf("slot %s: Read: %v; want %v", slot, err, test.want)
				}
				if len(data) < test.begins || !bytes.Equal(data[:test.begins], record[:test.begins]) {
					t.Errorf("slot %s: Read has %d bytes; the first %d are whole", slot, len(data), test.begins)
				}
				if diff := cmp.Diff(damaged, ring.Items(t)); diff != "" {
					t.Errorf("slot %s: Read changed something (-before +after):\n%s", slot, diff)
				}
				if errors.Is(test.want, ErrNewer) {
					for _, data := range [][]byte{[]byte("new"), inParts("new", 2), nil} {
						if err := k.Write(background, accounts, data); !errors.Is(err, ErrNewer) {
							t.Errorf("Write: %v; want ErrNewer", err)
						}
					}
					if diff := cmp.Diff(damaged, ring.Items(t)); diff != "" {
						t.Errorf("what a newer version wrote was changed (-before +after):\n%s", diff)
					}
					unset(t, accounts)
					mustWrite(t, k, accounts, nil)
					wantEmpty(t, ring)
					continue
				}

				// Whatever is written replaces it, and nothing is left of it.
				for _, data := range [][]byte{[]byte("new"), inParts("new", 4), nil} {
					mustWrite(t, k, accounts, data)
					wantRecord(t, k, accounts, data)
					wantTidy(t, ring, k, fmt.Sprintf("slot %s, then %d bytes", slot, len(data)))
					mustWrite(t, k, accounts, nil)
					wantEmpty(t, ring)
					prepare()
				}
				mustWrite(t, k, accounts, nil)
				wantEmpty(t, ring)
			}
		})
	}
}

// Also of a record that is compressed what comes before the damage can be read.
func TestDamageToACompressedRecord(t *testing.T) {
	_, k := openLimited(t)
	record := []byte(base64.RawURLEncoding.EncodeToString(noise("record", 3*testLimit)))
	for _, test := range []struct {
		name   string
		damage func(part string)
	}{
		{"missing", func(part string) { unset(t, part) }},
		{"changed", func(part string) { item := get(t, part); set(t, part, item[:100]+"xyz"+item[103:]) }},
		{"not ours", func(part string) { set(t, part, "hunter2!") }},
	} {
		for n := range 3 {
			mustWrite(t, k, accounts, nil)
			mustWrite(t, k, accounts, record)
			if _, h, err := (value{k.items, accounts}).item(background); err != nil || h == nil || !h.Deflated {
				t.Fatalf("%+v, %v; want a compressed record in parts", h, err)
			}
			test.damage(fmt.Sprintf("%s:a:%d", accounts, n))
			data, err := k.Read(background, accounts)
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("part %d is %s: %v; want ErrCorrupt", n, test.name, err)
			}
			if begins := n * testLimit; !bytes.HasPrefix(data, record[:begins]) { // a part holds more than that
				t.Errorf("part %d is %s: %d bytes were read; the first %d are whole", n, test.name, len(data), begins)
			}
		}
	}
}

// Each item was damaged that holds a record alone.
func TestDamageToOneItem(t *testing.T) {
	whole := string(deflate([]byte(base64.RawURLEncoding.EncodeToString(noise("record", 900)))))
	for _, test := range []struct {
		item   string
		want   error
		begins string
	}{
		{"hunter2!", ErrCorrupt, ""},
		{"", ErrCorrupt, ""},
		{"\n", ErrCorrupt, ""},
		{"1234", ErrCorrupt, ""},
		{"1", ErrCorrupt, ""},
		{"1 raw", ErrCorrupt, ""},
		{"1 raw\n", ErrCorrupt, ""},
		{"1\nrecord", ErrCorrupt, ""},
		{"1 \nrecord", ErrCorrupt, ""},
		{"-1 raw\nrecord", ErrCorrupt, ""},
		{"99999999999999999999 raw\nrecord", ErrCorrupt, ""},
		{"1 base64\n" + base64.StdEncoding.EncodeToString([]byte("record"))[:7], ErrCorrupt, "rec"},
		{"1 base64\n" + base64.StdEncoding.EncodeToString([]byte("record")) + "!", ErrCorrupt, "record"},
		{"1 base64\nhunter2!", ErrCorrupt, ""},
		{"1 deflate\nhunter2!", ErrCorrupt, ""},
		{"1 deflate\n" + whole[:len(whole)-20], ErrCorrupt, base64.RawURLEncoding.EncodeToString(noise("record", 800))[:1000]},
		{"1 deflate\n" + string(deflate(make([]byte, MaxSize+1))), ErrCorrupt, ""},
		{"2 raw\nrecord", ErrNewer, ""},
		{"2 gold\nrecord", ErrNewer, ""},
		{"17 parts\n{}", ErrNewer, ""},
	} {
		for _, limit := range []int{0, testLimit} {
			r := mapRing{accounts: test.item}
			k := newKeychain(Options{LockDir: t.TempDir()}, r)
			k.items.limit = limit
			data, err := k.Read(background, accounts)
			if !errors.Is(err, test.want) || !bytes.HasPrefix(data, []byte(test.begins)) {
				t.Errorf("%.30q: read %.30q, %v; want %q and %v", test.item, data, err, test.begins, test.want)
			}
			if r[accounts] != test.item || len(r) != 1 {
				t.Errorf("%.30q: Read changed it", test.item)
			}
			if test.want == ErrNewer {
				continue
			}
			mustWrite(t, k, accounts, []byte("new"))
			wantRecord(t, k, accounts, []byte("new"))
		}
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	_, k := openLimited(t)
	mustWrite(t, k, accounts, inParts("record", 3))
	set(t, accounts+":a:1", "swordfish")
	_, err := k.Read(background, accounts)
	want := "keychain: read: what is stored is damaged: sign in again to replace it: the checksum is wrong"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	set(t, accounts, "swordfish")
	if _, err = k.Read(background, accounts); err == nil || strings.Contains(err.Error(), "swordfish") {
		t.Errorf("%v tells the secret", err)
	}
}

func FuzzItem(f *testing.F) {
	f.Add(`1 parts` + "\n" + `{"slot":"a","gen":"G","parts":2,"size":1600,"sha256":"00"}`)
	f.Add("1 raw\nrecord")
	f.Add("1 deflate\n" + string(deflate([]byte("record"))))
	f.Add("1 base64\ncmVjb3Jk")
	f.Add("2 raw\n")
	f.Add("hunter2!")
	f.Fuzz(func(t *testing.T, item string) {
		data, err := value{items{ring: mapRing{accounts: item}}, accounts}.read(background)
		if err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrNewer) {
			t.Errorf("%v is neither corrupt nor newer", err)
		}
		if len(data) > MaxSize+1 {
			t.Errorf("%d bytes", len(data))
		}
	})
}

// A mapRing is a keychain in memory.
type mapRing map[string]string

func (r mapRing) Get(_ context.Context, _, user string) (string, error) {
	item, ok := r[user]
	if !ok {
		return "", keyring.ErrNotFound
	}
	return item, nil
}

func (r mapRing) Set(_ context.Context, _, user, value string) error {
	r[user] = value
	return nil
}

func (r mapRing) Delete(_ context.Context, _, user string) error {
	if _, ok := r[user]; !ok {
		return keyring.ErrNotFound
	}
	delete(r, user)
	return nil
}
