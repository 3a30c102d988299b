// Package baked has what a program was built with: the settings, so that who
// gets it has nothing to set up, its name and its version. The linker puts them there, for both programs
// alike (the command line has no cgo, and no Fyne to read FyneApp.toml for it):
//
//	go build -ldflags "-X 'doorkey/cmd/internal/baked.settings=issuer = \"https://id.example.com/oidc\"'" ./cmd/...
//
// It is TOML as in the user file, so the lines of a [Release] section in
// FyneApp.toml are what to put there:
//
//	baked=$(awk '/^\[/ { in_it = $0 == "[Release]"; next } in_it && !/^#/' FyneApp.toml)
//	go build -ldflags "-X 'doorkey/cmd/internal/baked.settings=$baked'" ./cmd/...
//
// The linker's flags have no way to write ' between two of them: use none in a
// value. Anybody who has the program can read what is in it.
package baked

// These are variables for the linker only: make dist sets them from FyneApp.toml,
// its own NAME and ID, and the git tag. What they are here is what FyneApp.toml
// has, which is read only where fyne packs the window.
var (
	settings string
	name     = "Doorkey"
	id       = "dev.doorkey.desktop"
	version  = "0.1.0"
)

// Settings are for settings.Baked.
func Settings() string { return settings }

// Name is what the program is called in its window, in menus, and on the page
// that the browser ends on.
func Name() string { return name }

// ID names the program to the desktop: its desktop file, its entry among those
// that start at login, its preferences.
func ID() string { return id }

// Version is of both programs, such as 1.2.3 or 1.2.3-rc.1.
func Version() string { return version }
