package command

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func (p *program) execCommand() *cobra.Command {
	var r tokenRequest
	cmd := &cobra.Command{
		Use:   "exec [flags] -- COMMAND [ARGUMENT...]",
		Short: "Run a program with a fresh access token in its environment",
		Long: `Exec runs a program with a fresh access token in the variable DOORKEY_TOKEN, or
the one that --env names. The token is not renewed while the program runs. The
exit status is the program's.`,
		Example: `  doorkey exec --resource https://api.example.com -- ./import.sh
  doorkey exec --env GITEA_TOKEN -- tea issues`,
		GroupID: groupSession,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("there is no program to run: put it after --")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(r.check(), checkVariable(r.variable)); err != nil {
				return err
			}
			path, err := exec.LookPath(args[0])
			if err != nil {
				return fmt.Errorf("%s cannot be run: %w", args[0], err)
			}
			r.exact = cmd.Flags().Changed("min-validity")
			t, err := p.token(cmd.Context(), r)
			if err != nil && t.Value.IsZero() {
				return err
			}
			if err != nil {
				p.say("%s", plain(message(err))) // the status is the program's
			}
			return p.replace(path, args, withVariable(os.Environ(), r.variable, t.Value.Reveal()))
		},
	}
	cmd.Flags().SetInterspersed(false) // what comes after the program is the program's
	r.addTo(cmd)
	return cmd
}

// withVariable is an environment in which a variable has one value.
func withVariable(environ []string, name, value string) []string {
	kept := slices.DeleteFunc(slices.Clone(environ), func(entry string) bool {
		return strings.HasPrefix(entry, name+"=")
	})
	return append(kept, name+"="+value)
}
