package autostart

import (
	"errors"
	"io/fs"
	"os"

	"doorkey/cmd/internal/baked"

	"golang.org/x/sys/windows/registry"
)

const (
	runKey      = `Software\Microsoft\Windows\CurrentVersion\Run`
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
)

func enabled() (bool, error) {
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if err != nil {
		return false, ignoreMissing(err)
	}
	defer key.Close()
	line, _, err := key.GetStringValue(baked.ID())
	if err != nil {
		return false, ignoreMissing(err)
	}
	if _, err := os.Stat(programOf(line)); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	choices, err := registry.OpenKey(registry.CURRENT_USER, approvedKey, registry.QUERY_VALUE)
	if err != nil {
		return ignoreMissing(err) == nil, ignoreMissing(err)
	}
	defer choices.Close()
	choice, _, err := choices.GetBinaryValue(baked.ID())
	if ignoreMissing(err) != nil {
		return false, err
	}
	return approved(choice), nil
}

func enable(program string, args []string) error {
	line, err := runValue(program, args)
	if err != nil {
		return err
	}
	key, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer key.Close()
	if err := key.SetStringValue(baked.ID(), line); err != nil {
		return err
	}
	return remove(approvedKey) // or it would stay switched off
}

func disable() error { return errors.Join(remove(runKey), remove(approvedKey)) }

// remove takes our value out of a key.
func remove(path string) error {
	key, err := registry.OpenKey(registry.CURRENT_USER, path, registry.SET_VALUE)
	if err != nil {
		return ignoreMissing(err)
	}
	defer key.Close()
	return ignoreMissing(key.DeleteValue(baked.ID()))
}

func ignoreMissing(err error) error {
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	return err
}
