package command

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"
)

// print writes data to standard output: as JSON where that was asked for,
// otherwise as human has it.
func (p *program) print(data any, human func(io.Writer)) error {
	if p.json {
		return p.printJSON(data)
	}
	human(p.Stdout)
	return nil
}

func (p *program) printJSON(data any) error {
	e := json.NewEncoder(p.Stdout)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(data)
}

// say tells the person, and no program, something.
func (p *program) say(format string, args ...any) {
	fmt.Fprintf(p.Stderr, "doorkey: "+format+"\n", args...)
}

// row is a name and a value of a listing.
type row struct{ name, value string }

// writeRows writes those that have a value, one below the other.
func writeRows(w io.Writer, rows []row) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		if r.value != "" {
			fmt.Fprintf(t, "%s:\t%s\n", r.name, plain(r.value))
		}
	}
	_ = t.Flush() // what it is written to is standard output, whose loss ends the program
}

// plain is text of others as it may go to a terminal: on one line, without what
// would move the cursor or change colours.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
}
