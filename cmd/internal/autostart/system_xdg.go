//go:build !windows && !darwin

package autostart

import (
	"fmt"
	"os"
	"path/filepath"

	"doorkey/cmd/internal/baked"
)

func system() (file, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return file{}, fmt.Errorf("%w: %w", errNoFolder, err)
	}
	return file{filepath.Join(dir, "autostart", baked.ID()+".desktop"), desktopEntry, parseDesktopEntry}, nil
}
