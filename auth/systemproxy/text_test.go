package systemproxy

import (
	"net/url"
	"testing"
)

func TestForScheme(t *testing.T) {
	for _, test := range []struct{ list, http, https string }{
		{"", "", ""},
		{"proxy:8080", "proxy:8080", "proxy:8080"},
		{"http://proxy:8080", "http://proxy:8080", "http://proxy:8080"},
		{"one:1;two:2", "one:1", "one:1"},
		{"http=one:1;https=two:2;ftp=three:3", "one:1", "two:2"},
		{"HTTP=one:1 https=two:2", "one:1", "two:2"},
		{"http=one:1", "one:1", ""},
		{"http=one:1;rest:2", "one:1", "rest:2"},
		{"socks=old:1080", "", ""},
		{";; ", "", ""},
	} {
		if http, https := forScheme(test.list, "http"), forScheme(test.list, "https"); http != test.http || https != test.https {
			t.Errorf("%q: %q, %q; want %q, %q", test.list, http, https, test.http, test.https)
		}
	}
}

func TestExcepted(t *testing.T) {
	for _, test := range []struct {
		list, url string
		want      bool
	}{
		{"", "https://a.test", false},
		{"a.test", "https://a.test/", true},
		{"A.Test", "https://a.TEST/", true},
		{"a.test", "https://b.a.test/", false},
		{".a.test", "https://b.a.test/", true},
		{"*.a.test", "https://b.c.a.test/", true},
		{"*.a.test", "https://a.test/", false},
		{"login*", "https://login.a.test/", true},
		{"x;<local>", "https://intranet/", true},
		{"<local>", "https://a.test/", false},
		{"<local>", "https://[fd00::1]/", false},
		{"<-loopback>", "https://a.test/", false},
		{"10.*", "http://10.1.2.3/", true},
		{"10.*", "http://110.1.2.3/", false},
		{"192.168/16", "http://192.168.3.4/", true},
		{"192.168.0.0/16", "http://192.169.3.4/", false},
		{"169.254/16", "https://a.test/", false},
		{"fd00::/8", "http://[fd00::1]/", true},
		{"[fd00::1]", "http://[fd00::1]/", true},
		{"[fd00::1]:80", "http://[fd00::1]/", true},
		{"fd00::1", "http://[fd00::1]/", true},
		{"https://a.test", "https://a.test/", true},
		{"https://a.test", "http://a.test/", false},
		{"a.test:443", "https://a.test/", true},
		{"a.test:8443", "https://a.test/", false},
		{"a.test:8443", "https://a.test:8443/", true},
		{"b.test, a.test", "https://a.test/", true},
		{"*", "https://a.test/", true},
		{"[", "https://a.test/", false},
	} {
		u, err := url.Parse(test.url)
		if err != nil {
			t.Fatal(err)
		}
		if got := excepted(test.list, u); got != test.want {
			t.Errorf("%q for %s: %v", test.list, test.url, got)
		}
	}
}

// As others have published what it prints: nobody has run it for this test.
const printed = `<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  ExcludeSimpleHostnames : 1
  FTPPassive : 1
  HTTPEnable : 1
  HTTPPort : 8080
  HTTPProxy : proxy.example.com
  HTTPSEnable : 1
  HTTPSPort : 8443
  HTTPSProxy : proxy.example.com
  SOCKSEnable : 0
  SOCKSPort : 1080
  SOCKSProxy : socks.example.com
  __SCOPED__ : <dictionary> {
    en0 : <dictionary> {
      ExceptionsList : <array> {
        0 : *
      }
      HTTPEnable : 0
    }
    HTTPSProxy : elsewhere.example.com
  }
}
`

func TestScutil(t *testing.T) {
	want := settings{static: "http=proxy.example.com:8080;https=proxy.example.com:8443;", except: "*.local;169.254/16;<local>"}
	if got := readScutil(printed); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	socks := readScutil("<dictionary> {\n  SOCKSEnable : 1\n  SOCKSPort : 1080\n  SOCKSProxy : fd00::1\n}\n")
	if socks.static != "socks5://[fd00::1]:1080;" {
		t.Errorf("%+v", socks)
	}
	for _, none := range []string{"", "<dictionary> {\n}\n", "No such key\n", "<dictionary> {\n  HTTPSEnable : 1\n}\n"} {
		if got := readScutil(none); got != (settings{}) {
			t.Errorf("%q: %+v", none, got)
		}
	}
}

func FuzzTexts(f *testing.F) {
	f.Add(printed, "a.test")
	f.Add("*.a.test;[fd00::1]:80;10/8;<local>", "[fd00::1]:80")
	f.Fuzz(func(t *testing.T, text, host string) {
		u := &url.URL{Scheme: "https", Host: host}
		excepted(text, u)
		forScheme(text, u.Scheme)
		excepted(readScutil(text).except, u)
	})
}
