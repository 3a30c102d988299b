package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"runtime"
	"strings"
)

var errNoDisplay = errors.New("there is no display to show a window on: start it in a desktop session")

// checkDisplay finds out what can be known without asking the display server.
// Asking it would do harm: an X server may start over when its last client
// leaves, and the window that comes next finds nobody.
func checkDisplay(getenv func(string) string) error {
	switch runtime.GOOS {
	case "windows", "darwin":
		return nil
	}
	if getenv("WAYLAND_DISPLAY") == "" && getenv("DISPLAY") == "" {
		return errNoDisplay
	}
	return nil
}

// withDisplay runs start, which shows the first window. Where there is no
// display after all, Fyne logs three lines and panics; a person gets one line.
func withDisplay(stderr io.Writer, start func() error) (err error) {
	var early bytes.Buffer
	log.SetOutput(&early)
	defer func() {
		log.SetOutput(stderr)
		switch failed := recover(); {
		case failed == nil:
			_, _ = early.WriteTo(stderr)
		case strings.Contains(fmt.Sprintf("%T", failed), "glfw"):
			err = errNoDisplay
		default:
			_, _ = early.WriteTo(stderr)
			panic(failed)
		}
	}()
	return start()
}
