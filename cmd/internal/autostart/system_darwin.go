package autostart

import (
	"fmt"
	"os"
	"path/filepath"

	"doorkey/cmd/internal/baked"
)

func system() (file, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return file{}, fmt.Errorf("%w: %w", errNoFolder, err)
	}
	return file{filepath.Join(home, "Library", "LaunchAgents", baked.ID()+".plist"), launchAgent, parseLaunchAgent}, nil
}
