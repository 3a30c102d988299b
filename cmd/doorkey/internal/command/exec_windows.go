package command

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
)

// replace runs the other program and ends as it does: Windows cannot put one in
// the place of another. Ctrl+C goes to both, and is left to it.
func (p *program) replace(path string, argv, environ []string) error {
	p.close()
	signal.Ignore(os.Interrupt)
	cmd := exec.Command(path, argv[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = environ, p.Stdin, p.Stdout, p.Stderr
	err := cmd.Run()
	if _, ended := err.(*exec.ExitError); err != nil && !ended {
		return fmt.Errorf("%s cannot be run: %w", path, err)
	}
	return err
}
