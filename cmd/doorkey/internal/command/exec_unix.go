//go:build !windows

package command

import (
	"fmt"
	"syscall"
)

// replace makes this process the other program, so that signals, the terminal
// and the exit status are its own.
func (p *program) replace(path string, argv, environ []string) error {
	p.close()
	if err := syscall.Exec(path, argv, environ); err != nil {
		return fmt.Errorf("%s cannot be run: %w", path, err)
	}
	return nil
}
