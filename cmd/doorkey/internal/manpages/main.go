// Manpages writes the manual pages of doorkey, one for each command, into a
// folder: go run ./cmd/doorkey/internal/manpages build/man. Where
// SOURCE_DATE_EPOCH is set they bear that date, so that they can be made again
// byte for byte.
package main

import (
	"fmt"
	"os"
	"strings"

	"doorkey/cmd/doorkey/internal/command"
	"doorkey/cmd/internal/baked"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: manpages FOLDER")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "manpages:", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	root := command.Tree()
	root.DisableAutoGenTag = true
	prepare(root)
	header := &doc.GenManHeader{Section: "1", Source: "Doorkey " + baked.Version(), Manual: "Doorkey Manual"}
	return doc.GenManTree(root, header, folder)
}

// prepare makes of the texts, which are for a terminal, the Markdown that the
// library takes them for.
func prepare(cmd *cobra.Command) {
	cmd.Long = markdown(cmd.Long)
	if !cmd.HasParent() {
		cmd.Long += "\n\nExit status: 0 done; 1 failed; 2 used wrongly, or a setting that cannot work; 3 sign-in needed; 4 offline; 5 no access."
	}
	for _, flags := range []*pflag.FlagSet{cmd.LocalNonPersistentFlags(), cmd.PersistentFlags()} {
		flags.VisitAll(func(f *pflag.Flag) { f.Usage = markdown(f.Usage) })
	}
	for _, child := range cmd.Commands() {
		prepare(child)
	}
}

// markdown keeps what is in angle brackets, which would be taken for HTML, and
// what is indented as it is.
func markdown(text string) string {
	text = strings.NewReplacer("<", "\\<", ">", "\\>").Replace(text)
	var b strings.Builder
	wasIndented := false
	for line := range strings.Lines(text) {
		isIndented := strings.HasPrefix(line, "  ")
		if isIndented && !wasIndented {
			b.WriteString("\n")
		}
		if wasIndented = isIndented; isIndented {
			line = "    " + strings.TrimPrefix(line, "  ")
		}
		b.WriteString(line)
	}
	return b.String()
}
