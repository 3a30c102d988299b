package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestAPassphraseIsAskedForAtATerminal(t *testing.T) {
	for _, test := range []struct {
		name  string
		fresh bool
		typed []string
		want  string
		says  string
	}{
		{"one that there is", false, []string{"sword fish"}, "sword fish", ""},
		{"a new one", true, []string{"swordfish", "swordfish"}, "swordfish", ""},
		{"a new one, mistyped", true, []string{"swordfish", "swordfisch"}, "", "not the same"},
		{"nothing", false, []string{""}, "", "storage-key-file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			keyboard, terminal := openTerminal(t)
			// Every question is answered once it is put.
			says := &asked{keyboard: keyboard, answers: test.typed}
			p := &program{World: World{Stdin: terminal, Stderr: says}}
			got, err := p.askPassphrase(t.Context(), test.fresh)
			if got != test.want || (err != nil) != (test.says != "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q, %v; want %q", got, err, test.says)
			}
			if text := fmt.Sprint(err, says.String()); strings.Contains(text, "swordfi") {
				t.Errorf("it is shown: %s", text)
			}
		})
	}
	t.Run("somebody who gives up", func(t *testing.T) {
		keyboard, terminal := openTerminal(t)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { until(t, func() bool { return !shows(terminal) }); cancel() }()
		p := &program{World: World{Stdin: terminal, Stderr: new(bytes.Buffer)}}
		if _, err := p.askPassphrase(ctx, false); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if !shows(terminal) {
			t.Error("what is typed next does not show")
		}
		fmt.Fprintln(keyboard) // lets the reading end
	})
	t.Run("nobody", func(t *testing.T) {
		p := &program{World: World{Stdin: strings.NewReader("swordfish\n"), Stderr: new(bytes.Buffer)}}
		if _, err := p.askPassphrase(t.Context(), false); err == nil || !strings.Contains(err.Error(), "at a terminal") {
			t.Error(err)
		}
	})
}

// asked is where questions are put, of which it answers each.
type asked struct {
	bytes.Buffer
	keyboard *os.File
	answers  []string
}

func (a *asked) Write(p []byte) (int, error) {
	if bytes.HasSuffix(p, []byte(": ")) && len(a.answers) > 0 {
		fmt.Fprintln(a.keyboard, a.answers[0])
		a.answers = a.answers[1:]
	}
	return a.Buffer.Write(p)
}

// openTerminal opens both ends of a terminal.
func openTerminal(t *testing.T) (keyboard, terminal *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { keyboard.Close() })
	if err := unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { terminal.Close() })
	return keyboard, terminal
}

// shows reports whether what is typed shows.
func shows(terminal *os.File) bool {
	state, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
	return err != nil || state.Lflag&unix.ECHO != 0
}

func until(t *testing.T, is func() bool) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); !is(); time.Sleep(100 * time.Microsecond) {
		if time.Now().After(limit) {
			t.Error("it is not asked for, or not read")
			return
		}
	}
}
