// Package autostart has the desktop start the program when the person signs in
// to the computer. What the system itself keeps is the only record of it, so
// that what a person does in the system's settings counts too.
//
// It is ~/.config/autostart/dev.doorkey.desktop.desktop on Linux and the BSDs
// (the XDG Desktop Application Autostart Specification), a value in the
// registry's Run key on Windows, and ~/Library/LaunchAgents/dev.doorkey.desktop.plist
// on macOS. A build under another name (see package baked) has entries of its own.
package autostart

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Enabled tells whether the program starts at login: whether there is an entry
// for it, which the person has not switched off in the system's own settings,
// and which names a program that exists. (What macOS keeps under Login Items
// cannot be asked for.)
func Enabled() (bool, error) {
	on, err := enabled()
	if err != nil {
		return false, fmt.Errorf("start at login: %w", err)
	}
	return on, nil
}

// Enable has this very program started at login, with these arguments. Where an
// entry exists it is replaced, also one that the person switched off in the
// system's own settings. It refuses a program in a temporary place.
func Enable(args ...string) error {
	program, err := program()
	if err == nil {
		err = enable(program, args)
	}
	if err != nil {
		return fmt.Errorf("start at login: not switched on: %w", err)
	}
	return nil
}

// Disable removes the entry, if there is one.
func Disable() error {
	if err := disable(); err != nil {
		return fmt.Errorf("start at login: not switched off: %w", err)
	}
	return nil
}

// program is the path of this program.
func program() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	return path, checkProgram(path)
}

// checkProgram refuses a program that will be gone or somewhere else at the
// next login: one made by go run or go test, one in a mounted AppImage, one that
// macOS runs from a copy since it was never moved out of the downloads.
func checkProgram(path string) error {
	for _, folder := range strings.Split(filepath.ToSlash(path), "/") {
		if strings.HasPrefix(folder, "go-build") || strings.HasPrefix(folder, ".mount_") || folder == "AppTranslocation" {
			return fmt.Errorf("%s is in a temporary place: install the program first", path)
		}
	}
	return checkText(path)
}

// checkText refuses what no entry can hold.
func checkText(texts ...string) error {
	for _, text := range texts {
		if strings.ContainsAny(text, "\x00\n\r") {
			return fmt.Errorf("%q has a line break in it", text)
		}
	}
	return nil
}
