package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"doorkey/cmd/internal/smallfile"
)

// File is what the user file sets. Empty, or nil, means that it leaves the
// setting to others. Two settings are never in it: the client secret
// (AUTH_LOGTO_SECRET), and whether Doorkey starts at login, for which the
// system's own entry is the truth.
type File struct {
	Issuer          string
	ClientID        string
	DeviceClientID  string
	RedirectURI     string
	Scopes          string
	Resources       string
	SessionLifetime string
	Language        string
	Theme           string
	Tray            *bool
	Browser         string
	Proxy           string
	CAFile          string

	Storage           string
	StorageFolder     string
	StorageKeyFile    string
	StorageKeyCommand string
}

// maxFile is how big a settings file may be, in bytes.
const maxFile = 64 << 10

// Path is where the user file is, or would be: doorkey/settings.toml in the
// folder that [os.UserConfigDir] names.
func Path() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("settings: there is no folder for the user file: %w", err)
	}
	return filepath.Join(dir, "doorkey", "settings.toml"), nil
}

// load reads a settings file that is good. A missing file is an empty one.
func load(layer Layer, path string, good func(*os.File) error) (document, error) {
	data, err := smallfile.ReadIf(path, maxFile, good)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return parse(layer, path, nil)
	case errors.Is(err, errForeign):
		// says what to do
	case errors.Is(err, fs.ErrPermission) && layer == MachineFile:
		err = fmt.Errorf("cannot be read: %w: have an administrator make it readable for everybody", err)
	case errors.Is(err, fs.ErrPermission):
		err = fmt.Errorf("cannot be read: %w: make it yours, or move it away", err)
	case err != nil:
		err = fmt.Errorf("cannot be read: %w: move it away, or write it anew", err)
	}
	if err != nil {
		return document{}, &Error{Source: Source{layer, path}, Err: err}
	}
	return parse(layer, path, data)
}

// file is the document as a File.
func (d document) file() File {
	var f File
	for _, def := range definitions {
		if v, ok := d.values[def.key]; ok {
			put(def.inFile(&f), v.text)
		}
	}
	return f
}
