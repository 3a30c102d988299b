package command

import (
	"io"
	"os"

	"golang.org/x/term"
)

// isTerminal tells whether a person is at the other end.
func isTerminal(stream any) bool {
	f, is := stream.(*os.File)
	return is && term.IsTerminal(int(f.Fd()))
}

// hasColours tells whether to use them (https://no-color.org).
func (p *program) hasColours(w io.Writer) bool {
	return p.Getenv("NO_COLOR") == "" && p.Getenv("TERM") != "dumb" && isTerminal(w)
}
