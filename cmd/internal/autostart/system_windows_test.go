package autostart

import (
	"slices"
	"testing"

	"doorkey/cmd/internal/baked"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// Windows itself reads a command line as the other tests say.
func TestWindowsReadsARunValue(t *testing.T) {
	for _, arg := range odd {
		line, err := runValue(installed, []string{arg})
		if err != nil {
			t.Fatal(err)
		}
		if argv, err := windows.DecomposeCommandLine(line); err != nil || !slices.Equal(argv, []string{installed, arg}) {
			t.Errorf("%s is read as %q, %v", line, argv, err)
		}
	}
}

func TestTheRunKey(t *testing.T) {
	t.Cleanup(func() { _ = disable() })
	program := t.TempDir() // anything that exists
	want := func(on bool) {
		t.Helper()
		if got, err := enabled(); got != on || err != nil {
			t.Errorf("enabled: %v, %v", got, err)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(disable())
	want(false)
	for range 2 {
		must(enable(program, []string{"--background"}))
		want(true)
	}
	key, _, err := registry.CreateKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE)
	must(err)
	defer key.Close()
	must(key.SetBinaryValue(baked.ID(), []byte{3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8})) // by the task manager
	want(false)
	must(enable(program, nil))
	want(true)
	must(enable(program+`\missing.exe`, nil))
	want(false)
	must(disable())
	want(false)
}
