package systemproxy

import (
	"net/netip"
	"net/url"
	"path"
	"strings"
)

// forScheme is the proxy for a scheme in a list such as Windows has: "proxy:8080"
// for all, or "http=proxy:8080;https=proxy:8081". "" is none. "socks=" of Windows is
// the old SOCKS 4, which net/http does not speak.
func forScheme(list, scheme string) string {
	all := ""
	for _, entry := range fields(list) {
		switch which, proxy, ok := strings.Cut(entry, "="); {
		case !ok && all == "": // a script may name others for when the first does not answer
			all = entry
		case ok && strings.EqualFold(which, scheme):
			return proxy
		}
	}
	return all
}

// excepted tells whether a list of exceptions has a URL's host in it, as Windows
// and macOS write them: "*.example.com;10.*;192.168/16;<local>", of which the last
// is every name without a dot. An entry may have a scheme, or a port.
func excepted(list string, u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	for _, entry := range fields(strings.ToLower(list)) {
		if scheme, rest, ok := strings.Cut(entry, "://"); ok {
			if scheme != u.Scheme {
				continue
			}
			entry = rest
		}
		if entry == "<local>" && !strings.ContainsAny(host, ".:") {
			return true
		}
		if name, port, ok := cutPort(entry); ok {
			if port != portOf(u) {
				continue
			}
			entry = name
		}
		if matches(strings.Trim(entry, "[]"), host) {
			return true
		}
	}
	return false
}

func matches(pattern, host string) bool {
	if strings.HasPrefix(pattern, ".") {
		pattern = "*" + pattern
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if prefix, ok := network(pattern); ok {
			return prefix.Contains(ip.Unmap())
		}
	}
	ok, err := path.Match(pattern, host) // neither has a slash
	return ok && err == nil
}

// network reads 10.0.0.0/8, and 169.254/16 as macOS has it.
func network(text string) (netip.Prefix, bool) {
	address, bits, ok := strings.Cut(text, "/")
	if !ok {
		return netip.Prefix{}, false
	}
	if dots := strings.Count(address, "."); !strings.Contains(address, ":") && dots < 3 {
		address += strings.Repeat(".0", 3-dots)
	}
	prefix, err := netip.ParsePrefix(address + "/" + bits)
	return prefix.Masked(), err == nil
}

// cutPort parts "host:port"; an IPv6 address without one is no such thing.
func cutPort(entry string) (host, port string, ok bool) {
	i := strings.LastIndex(entry, ":")
	if i < 0 || strings.Count(entry, ":") > 1 && !strings.HasSuffix(entry[:i], "]") {
		return entry, "", false
	}
	return entry[:i], entry[i+1:], true
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}

func fields(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ';' || r == ',' || r == ' ' || r == '\t' || r == '\r' || r == '\n' })
}
