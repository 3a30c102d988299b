package autostart

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"doorkey/cmd/internal/baked"
)

func TestADesktopEntry(t *testing.T) {
	got, err := desktopEntry("/opt/doorkey/doorkey-desktop", []string{"--background"})
	if err != nil {
		t.Fatal(err)
	}
	want := `[Desktop Entry]
Type=Application
Name=Doorkey
Comment=Keeps you signed in
Icon=dev.doorkey.desktop
TryExec=/opt/doorkey/doorkey-desktop
Exec=/opt/doorkey/doorkey-desktop --background
Terminal=false
X-GNOME-Autostart-enabled=true
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

// Examples of the specification's rules, by hand.
func TestExecIsQuotedAndThenEscaped(t *testing.T) {
	for arg, want := range map[string]string{
		"plain":  "plain",
		"":       `""`,
		"a b":    `"a b"`,
		`"`:      `"\\""`,
		"`":      "\"\\\\`\"",
		"$":      `"\\$"`,
		`\`:      `"\\\\"`,
		"100%":   "100%%",
		"50% $x": `"50%% \\$x"`,
		"it's":   `"it's"`,
		"a=b":    "a=b",
	} {
		text, err := desktopEntry("/p", []string{arg})
		if err != nil || !strings.Contains(text, "\nExec=/p "+want+"\n") {
			t.Errorf("%q: %v\n%s\nwant %s", arg, err, text, want)
		}
	}
}

var oddPrograms = []string{"/opt/my door/key", `/opt/"quoted"/key`, `/opt/$HOME/key`, `/opt/back\slash/key`, "/opt/100%/key", "/opt/%u/key", "/opt/`id`/key", "/opt/it's/key", "/opt/门/key", " /opt/key"}

func TestADesktopEntryIsReadBack(t *testing.T) {
	for _, program := range oddPrograms {
		text, err := desktopEntry(program, odd)
		if err != nil {
			t.Fatal(err)
		}
		argv := execOf(t, text)
		if argv[0] == "env" && strings.Contains(program, "%") {
			argv = argv[1:]
		}
		if !slices.Equal(argv, append([]string{program}, odd...)) {
			t.Errorf("read back is %q", argv)
		}
		if e, err := parseDesktopEntry([]byte(text)); err != nil || e != (entry{program: program}) {
			t.Errorf("%+v, %v", e, err)
		}
		validate(t, text)
	}
}

func TestWhatADesktopEntryCannotHold(t *testing.T) {
	for _, argv := range [][]string{{"/opt/a=b/key"}, {"/opt/a\nb/key"}, {"/opt/key", "a\nHidden=true"}, {"/opt/key", "a\x00b"}, {"/opt/key", "a\rb"}} {
		if text, err := desktopEntry(argv[0], argv[1:]); err == nil {
			t.Errorf("%q became\n%s", argv, text)
		}
	}
}

func TestWhetherADesktopEntryIsOn(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		off  bool
	}{
		"ours":                       {"[Desktop Entry]\nExec=x\nX-GNOME-Autostart-enabled=true\n", false},
		"no word about it":           {"[Desktop Entry]\nExec=x\n", false},
		"hidden":                     {"[Desktop Entry]\nHidden=true\n", true},
		"hidden, with blanks":        {"# x\n\n[Desktop Entry]\r\nHidden = true \r\n", true},
		"not hidden":                 {"[Desktop Entry]\nHidden=false\n", false},
		"switched off in GNOME":      {"[Desktop Entry]\nX-GNOME-Autostart-enabled=false\n", true},
		"of another group":           {"[Desktop Entry]\nExec=x\n[Desktop Action x]\nHidden=true\n", false},
		"a comment":                  {"[Desktop Entry]\n#Hidden=true\n", false},
		"hidden, and on for GNOME":   {"[Desktop Entry]\nHidden=true\nX-GNOME-Autostart-enabled=true\n", true},
		"not hidden, and off for it": {"[Desktop Entry]\nX-GNOME-Autostart-enabled=false\nHidden=false\n", true},
	} {
		e, err := parseDesktopEntry([]byte(test.text))
		if err != nil || e.off != test.off {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
	for _, text := range []string{"", "Hidden=true\n", "{}"} {
		if e, err := parseDesktopEntry([]byte(text)); err == nil {
			t.Errorf("%q: %+v", text, e)
		}
	}
}

// execOf reads Exec as the specification says, with nothing of the code under
// test.
func execOf(t *testing.T, text string) (argv []string) {
	t.Helper()
	_, line, found := strings.Cut(text, "\nExec=")
	line, _, _ = strings.Cut(line, "\n")
	if !found {
		t.Fatalf("no Exec in\n%s", text)
	}
	var value []byte // first the escapes of a string
	for i := 0; i < len(line); i++ {
		if line[i] != '\\' {
			value = append(value, line[i])
			continue
		}
		i++
		c, ok := map[byte]byte{'s': ' ', 'n': '\n', 't': '\t', 'r': '\r', '\\': '\\'}[line[i]]
		if !ok {
			t.Fatalf(`\%c in %s`, line[i], line)
		}
		value = append(value, c)
	}
	for i := 0; i < len(value); { // then the quoting, with the field codes
		var arg []byte
		quoted := value[i] == '"'
		if quoted {
			i++
		}
		for ; i < len(value); i++ {
			switch c := value[i]; {
			case quoted && c == '"', !quoted && c == ' ':
				goto end
			case quoted && c == '\\':
				i++
				if !strings.ContainsRune("\"`$\\", rune(value[i])) {
					t.Fatalf(`\%c in quotation marks in %s`, value[i], value)
				}
				arg = append(arg, value[i])
			case quoted && (c == '$' || c == '`'), !quoted && strings.ContainsRune("\t\n\"'\\><~|&;$*?#()`", rune(c)):
				t.Fatalf("%c as it is in %s", c, value)
			case c == '%':
				i++
				if value[i] != '%' {
					t.Fatalf("field code %%%c in %s", value[i], value)
				}
				arg = append(arg, '%')
			default:
				arg = append(arg, c)
			}
		}
		if quoted {
			t.Fatalf("no end in %s", value)
		}
	end:
		if quoted {
			i++
		}
		if i < len(value) && value[i] != ' ' {
			t.Fatalf("no blank after an argument in %s", value)
		}
		i++
		argv = append(argv, string(arg))
	}
	return argv
}

// validate asks the freedesktop.org project's own program, where there is one.
func validate(t *testing.T, text string) {
	t.Helper()
	validator, err := exec.LookPath("desktop-file-validate")
	if err != nil {
		return
	}
	path := filepath.Join(t.TempDir(), baked.ID()+".desktop")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(validator, path).CombinedOutput(); err != nil || strings.Contains(string(out), "error") {
		t.Errorf("%v\n%s\n%s", err, out, text)
	}
}
