package systemproxy

import (
	"net"
	"strings"
)

// readScutil reads what macOS' "scutil --proxy" prints: a dictionary of "key :
// value" lines, and in it the array ExceptionsList of "index : host" ones.
func readScutil(text string) settings {
	values := map[string]string{}
	var s settings
	depth, within := 0, "" // of dictionaries and arrays; the name of what is in the outermost
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		key, value, ok := strings.Cut(line, " : ")
		switch {
		case strings.HasSuffix(line, "{"): // <dictionary> {, or ExceptionsList : <array> {
			depth++
			if depth == 2 {
				within = key
			}
		case line == "}":
			depth--
		case ok && depth == 1:
			values[key] = value
		case ok && depth == 2 && within == "ExceptionsList":
			s.except += value + ";"
		}
	}
	for _, kind := range []struct{ key, prefix string }{
		{"HTTP", "http="}, {"HTTPS", "https="}, {"SOCKS", "socks5://"}, // the last for what has none of its own
	} {
		if host := values[kind.key+"Proxy"]; values[kind.key+"Enable"] == "1" && host != "" {
			s.static += kind.prefix + net.JoinHostPort(host, values[kind.key+"Port"]) + ";"
		}
	}
	if values["ExcludeSimpleHostnames"] == "1" {
		s.except += "<local>"
	}
	return s
}
