package autostart

import (
	"errors"
	"fmt"
	"strings"

	"doorkey/cmd/internal/baked"
)

// desktopEntry is the file that starts a program (Desktop Entry Specification
// 1.5). TryExec keeps quiet about one that was removed.
func desktopEntry(program string, args []string) (string, error) {
	if err := checkText(append([]string{program}, args...)...); err != nil {
		return "", err
	}
	if strings.Contains(program, "=") {
		return "", fmt.Errorf("%s has = in its path, which an entry cannot name: install the program elsewhere", program)
	}
	command := quoteExec(program)
	if strings.Contains(program, "%") {
		command = "env " + command // GLib looks for the program before it undoes %%
	}
	for _, arg := range args {
		command += " " + quoteExec(arg)
	}
	return strings.Join([]string{
		"[Desktop Entry]",
		"Type=Application",
		"Name=" + baked.Name(),
		"Comment=Keeps you signed in",
		"Icon=" + baked.ID(),
		"TryExec=" + escapeString(program),
		"Exec=" + escapeString(command),
		"Terminal=false",
		"X-GNOME-Autostart-enabled=true",
		"",
	}, "\n"), nil
}

// quoteExec quotes an argument of Exec ("The Exec key"): in quotation marks
// where it has a reserved character, with a backslash before four of them. % is
// doubled, or it begins a field code.
func quoteExec(arg string) string {
	arg = strings.ReplaceAll(arg, "%", "%%")
	if arg != "" && !strings.ContainsAny(arg, " \t\"'\\><~|&;$*?#()`") {
		return arg
	}
	return `"` + strings.NewReplacer(`"`, `\"`, "`", "\\`", `$`, `\$`, `\`, `\\`).Replace(arg) + `"`
}

// escapeString is the escape rule for values of type string, which comes on top
// of the quoting ("Possible value types").
func escapeString(s string) string {
	s = strings.NewReplacer(`\`, `\\`, "\t", `\t`).Replace(s)
	if strings.HasPrefix(s, " ") {
		s = `\s` + s[1:]
	}
	return s
}

func unescapeString(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\s`, " ", `\t`, "\t", `\n`, "\n", `\r`, "\r").Replace(s)
}

// parseDesktopEntry reads what decides whether the desktop starts it.
func parseDesktopEntry(text []byte) (entry, error) {
	var e entry
	group, found := "", false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			group = line
			found = found || group == "[Desktop Entry]"
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || group != "[Desktop Entry]" || strings.HasPrefix(line, "#") {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "Hidden":
			e.off = e.off || value == "true"
		case "X-GNOME-Autostart-enabled":
			e.off = e.off || value == "false"
		case "TryExec":
			e.program = unescapeString(value)
		}
	}
	if !found {
		return entry{}, errors.New("it has no [Desktop Entry]")
	}
	return e, nil
}
