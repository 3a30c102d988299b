// Package baked has the settings that a program was built with, so that who
// gets it has nothing to set up. The linker puts them there, for both programs
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

// settings is a variable for the linker only.
var settings string

// Settings are for settings.Baked.
func Settings() string { return settings }
