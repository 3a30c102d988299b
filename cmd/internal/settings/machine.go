package settings

import (
	"cmp"
	"errors"
	"os"
	"path"
	"strings"
)

// MachinePaths is where an administrator can put settings for everybody on the
// machine, as a file like the user file. Of several, the first that has a
// setting counts; what the person has in the user file counts more.
//
//   - Linux and other Unix systems: doorkey/settings.toml in each folder of
//     $XDG_CONFIG_DIRS, or in /etc/xdg
//   - macOS: /Library/Application Support/doorkey/settings.toml
//   - Windows: doorkey\settings.toml in %ProgramData%
func MachinePaths(goos string, getenv func(string) string) []string {
	const name = "doorkey/settings.toml"
	switch goos {
	case "windows":
		if dir := getenv("ProgramData"); dir != "" {
			return []string{dir + `\doorkey\settings.toml`}
		}
		return nil
	case "darwin", "ios":
		return []string{"/Library/Application Support/" + name}
	}
	var paths []string
	for dir := range strings.SplitSeq(cmp.Or(getenv("XDG_CONFIG_DIRS"), "/etc/xdg"), ":") {
		if path.IsAbs(dir) { // the specification has others ignored
			paths = append(paths, path.Join(dir, name))
		}
	}
	return paths
}

func machineLayer(goos string, getenv func(string) string) (layer, error) {
	l, errs := layer{}, []error(nil)
	for _, path := range MachinePaths(goos, getenv) {
		doc, err := load(MachineFile, path, ofAnAdministrator)
		errs = append(errs, err)
		for key, e := range doc.settings() {
			if _, is := l[key]; !is {
				l[key] = e
			}
		}
	}
	return l, errors.Join(errs...)
}

// anybody may write the file.
func anybody(*os.File) error { return nil }

// errForeign is a machine-wide file of somebody who is no administrator. It could
// name a browser, that is a program to run, and a proxy with its certificate
// authority, to everybody else on the machine.
var errForeign = errors.New("is not used, since others than an administrator can write it: have an administrator own it, or remove it")
