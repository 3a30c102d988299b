package settings

import "cmp"

// Layer is a kind of place that settings come from. A higher one wins.
type Layer int

const (
	Default     Layer = iota
	BakedIn           // when the program was built; see [Baked]
	MachineFile       // an administrator's, for everybody on the machine; see [MachinePaths]
	UserFile          // the person's own; see [Path]
	Environment
	Flag
)

// Source is where a setting comes from. The zero Source is the default.
type Source struct {
	Layer Layer
	Where string // "--issuer", "AUTH_LOGTO_ISSUER", "/etc/xdg/doorkey/settings.toml:3" or "built in:1"
}

// String is Where, or "default".
func (s Source) String() string { return cmp.Or(s.Where, "default") }

// Fixed tells that saving the setting in the user file would change nothing,
// since a flag or the environment has it: a window shows it, greyed out. What
// an administrator's file or the program itself sets is not fixed: the user
// file counts more.
func (s Source) Fixed() bool { return s.Layer > UserFile }

// inDocument tells that Where is a line of a document.
func (s Source) inDocument() bool { return s.Layer >= BakedIn && s.Layer <= UserFile }

// Error is a setting, or a line of a file, that cannot be used.
type Error struct {
	Key    Key    // empty if it is about no one setting
	Source Source // where it stands
	Err    error
}

func (e *Error) Error() string {
	text := "settings: " + e.Source.String() + ": "
	if e.Key != "" && e.Source.inDocument() {
		text += string(e.Key) + ": "
	}
	return text + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }
