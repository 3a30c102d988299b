package keychain

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"doorkey/auth/keychain/keychaintest"

	"github.com/google/go-cmp/cmp"
	"github.com/zalando/go-keyring"
)

func TestWithoutALimitARecordIsOneItem(t *testing.T) {
	if itemLimit > 0 {
		t.Skip("items have a limit here")
	}
	ring, k := open(t)
	for _, data := range [][]byte{[]byte("s"), text("session", 4<<10), text("session", 64<<10), noise("session", 64<<10), text("session", MaxSize)} {
		r := &recordingRing{ring: k.items.ring}
		mustWrite(t, on(r, k), accounts, data)
		wantRecord(t, on(r, k), accounts, data)
		if diff := cmp.Diff([]string{"set " + accounts, "get " + accounts}, r.calls); diff != "" {
			t.Errorf("%d bytes: calls (-want +got):\n%s", len(data), diff)
		}
		items := ring.Items(t)
		if len(items) != 1 || items[0].Name != accounts || items[0].Service != "doorkey" || items[0].Size < len(data) {
			t.Errorf("%d bytes: %d items: %v", len(data), len(items), names(items))
		}
		// KeePassXC keeps nothing but text.
		if item := get(t, accounts); !utf8.ValidString(item) || strings.Contains(item, "\x00") {
			t.Errorf("%d bytes: the item is not text: %.20q", len(data), item)
		}
	}
	r := &recordingRing{ring: k.items.ring}
	mustWrite(t, on(r, k), accounts, nil)
	if diff := cmp.Diff([]string{"delete " + accounts}, r.calls); diff != "" {
		t.Errorf("removing: calls (-want +got):\n%s", diff)
	}
	wantEmpty(t, ring)
}

func TestHowARecordIsStored(t *testing.T) {
	ring, k := openLimited(t)
	for _, test := range []struct {
		name   string
		data   []byte
		format string
		parts  int
	}{
		{"a short one", []byte("s"), "1 raw\n", 0},
		{"bytes that just fit", noise("s", testLimit-6), "1 raw\n", 0},
		{"text that fits if it is compressed", text("s", 10*testLimit), "1 deflate\n", 0},
		{"bytes that do not fit", noise("s", testLimit-5), "1 parts\n", 1},
		{"bytes of just two parts", noise("s", 2*testLimit), "1 parts\n", 2},
		{"bytes of more than two parts", noise("s", 2*testLimit+1), "1 parts\n", 3},
		{"what takes fewer parts if it is compressed", append(noise("s", 2*testLimit), text("s", 2*testLimit)...), "1 parts\n", 3},
	} {
		mustWrite(t, k, accounts, test.data)
		wantRecord(t, k, accounts, test.data)
		if item := get(t, accounts); !strings.HasPrefix(item, test.format) {
			t.Errorf("%s: %.20q; want %q", test.name, item, test.format)
		}
		items := ring.Items(t)
		if len(items) != 1+test.parts {
			t.Errorf("%s: %d items: %v", test.name, len(items), names(items))
		}
		for n, item := range items {
			if item.Size > testLimit || item.Service != "doorkey" {
				t.Errorf("%s: %s of %s has %d bytes", test.name, item.Name, item.Service, item.Size)
			}
			if name := item.Name; n == 0 && name != accounts || n > 0 && name != fmt.Sprintf("%s:a:%d", accounts, n-1) && name != fmt.Sprintf("%s:b:%d", accounts, n-1) {
				t.Errorf("%s: item %d is %s", test.name, n, name)
			}
		}
	}
	mustWrite(t, k, accounts, nil)
	wantEmpty(t, ring)
}

func TestAReplacedRecordLeavesNothing(t *testing.T) {
	forEachKeychain(t, func(t *testing.T, ring *keychaintest.Keyring, k *Keychain) {
		for _, data := range [][]byte{
			inParts("a", 4), []byte("s"), text("text", 64<<10), inParts("b", 10), inParts("c", 2), inParts("d", 3), nil,
			inParts("e", 3), nil, []byte("t"), nil,
		} {
			mustWrite(t, k, accounts, data)
			wantTidy(t, ring, k, fmt.Sprintf("after a record of %d bytes", len(data)))
		}
		wantEmpty(t, ring)
	})
}

func TestAnotherProgramReadsTheRecord(t *testing.T) {
	forEachKeychain(t, func(t *testing.T, ring *keychaintest.Keyring, k *Keychain) {
		for _, want := range [][]byte{[]byte("shared"), text("shared", 4*testLimit), inParts("shared", 2)} {
			mustWrite(t, k, accounts, want)
			got, err := child(ring, k, "read").Output()
			if err != nil || string(got) != string(want) {
				t.Errorf("the other program has read %.20q (%d bytes), %v; want %.20q (%d bytes)", got, len(got), err, want, len(want))
			}
		}
	})
}

func TestServicesAreApart(t *testing.T) {
	_, k := open(t)
	mustWrite(t, k, accounts, []byte("doorkey's"))
	other := New(Options{Service: "another program"})
	wantRecord(t, other, accounts, nil)
	mustWrite(t, other, accounts, []byte("the other's"))
	wantRecord(t, k, accounts, []byte("doorkey's"))
}

// A service may be called what a person would call it, at some length.
func TestTheLongestNames(t *testing.T) {
	open(t)
	for _, service := range []string{`"it's" 门 $x;`, "the service"} {
		k := New(Options{Service: (service + strings.Repeat("n", 100))[:100], LockDir: t.TempDir()})
		k.items.limit = testLimit
		name := strings.Repeat("r", 100-len(writeLock))
		for _, want := range [][]byte{noise("item", testLimit-6), noise("parts", 64<<10)} {
			mustWrite(t, k, name, want)
			wantRecord(t, k, name, want)
		}
		mustWrite(t, k, name, nil)
		wantRecord(t, k, name, nil)
	}
}

// A recordingRing notes the calls.
type recordingRing struct {
	ring
	calls []string
}

func (r *recordingRing) Get(ctx context.Context, service, user string) (string, error) {
	r.calls = append(r.calls, "get "+user)
	return r.ring.Get(ctx, service, user)
}

func (r *recordingRing) Set(ctx context.Context, service, user, value string) error {
	r.calls = append(r.calls, "set "+user)
	return r.ring.Set(ctx, service, user, value)
}

func (r *recordingRing) Delete(ctx context.Context, service, user string) error {
	r.calls = append(r.calls, "delete "+user)
	return r.ring.Delete(ctx, service, user)
}

// What the tests do to the items behind the Keychain's back.

func get(t *testing.T, name string) string {
	t.Helper()
	item, err := keyring.Get("doorkey", name)
	must(t, err)
	return item
}

func set(t *testing.T, name, item string) {
	t.Helper()
	must(t, keyring.Set("doorkey", name, item))
}

func unset(t *testing.T, name string) {
	t.Helper()
	must(t, keyring.Delete("doorkey", name))
}
