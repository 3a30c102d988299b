//go:build wine

package systemproxy

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// keep writes the settings as Windows' own dialogue does: how many, what counts of
// them, and three texts.
func keep(t *testing.T, s settings) {
	t.Helper()
	const magic = 0x46
	flags := uint32(1) // as every one has
	for flag, on := range map[uint32]bool{2: s.static != "", 4: s.script != "", 8: s.detect} {
		if on {
			flags |= flag
		}
	}
	var blob bytes.Buffer
	write := func(value any) {
		if err := binary.Write(&blob, binary.LittleEndian, value); err != nil {
			t.Fatal(err)
		}
	}
	write([]uint32{magic, 1, flags})
	for _, text := range []string{s.static, s.except, s.script} {
		write(uint32(len(text)))
		write([]byte(text))
	}
	write([32]byte{})
	key, _, err := registry.CreateKey(registry.CURRENT_USER, `Software\Microsoft\Windows\CurrentVersion\Internet Settings\Connections`, registry.SET_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	defer key.Close()
	if err := key.SetBinaryValue("DefaultConnectionSettings", blob.Bytes()); err != nil {
		t.Fatal(err)
	}
}

func TestOnWindows(t *testing.T) {
	if windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() != nil {
		t.Fatal("this is Windows itself, whose settings are a person's: test with Wine")
	}
	t.Cleanup(func() { keep(t, settings{}) })
	var visited []string
	pac := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visited = append(visited, r.URL.Path)
		w.Header().Set("Content-Type", "application/x-ns-proxy-autoconfig")
		_, _ = io.WriteString(w, `function FindProxyForURL(url, host) {
			if (host == "direct.test" || url.indexOf("secret") > 0) return "DIRECT";
			return "PROXY script.test:3128; PROXY other.test:1";
		}`)
	}))
	t.Cleanup(pac.Close)

	system := New() // which follows what is kept
	want := func(address, proxy string) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		got, err := system(r)
		if err != nil || got == nil && proxy != "" || got != nil && got.String() != proxy {
			t.Errorf("for %s: %v, %v; want %q", address, got, err, proxy)
		}
	}
	keep(t, settings{})
	want("https://a.test/", "")
	keep(t, settings{static: "proxy.test:8080", except: "*.inside.test;<local>"})
	want("https://a.test/", "http://proxy.test:8080")
	want("https://a.inside.test/", "")
	want("https://intranet/", "")
	keep(t, settings{static: "http=one.test:1;https=two.test:2"})
	want("https://a.test/", "http://two.test:2")
	want("http://a.test/", "http://one.test:1")

	keep(t, settings{script: pac.URL + "/proxy.pac", static: "proxy.test:8080"})
	want("https://a.test/?secret", "http://script.test:3128")
	want("https://direct.test/", "")
	want("https://127.0.0.1/", "")
	if len(visited) == 0 {
		t.Error("nobody fetched the script")
	}
	keep(t, settings{script: "http://127.0.0.1:1/proxy.pac", static: "proxy.test:8080"})
	want("https://a.test/", "http://proxy.test:8080")
	keep(t, settings{detect: true, static: "proxy.test:8080"}) // there is no WPAD here
	want("https://a.test/", "http://proxy.test:8080")
}
