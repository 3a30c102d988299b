package keychain

import (
	"errors"
	"os/exec"
)

const (
	promptRemedy      = `macOS may be asking whether "security" may use the keychain: choose Always Allow, then try again`
	lockedRemedy      = "unlock the login keychain in Keychain Access, then try again"
	unavailableRemedy = "make a default keychain in Keychain Access"
)

const (
	// itemLimit is the size in bytes of the largest item. go-keyring writes it in base64 into one command of at most 4,096
	// bytes: 3,828 for that, 54 for the rest of the command, and 214 for both names as they are quoted, of which the longest
	// have 102 (see Options.Service) and 107 (see value.part).
	itemLimit = 2870

	// readBack: go-keyring pipes the command into "security -i" and looks at how that ends only, not at what it prints.
	readBack = true
)

// classify finds the kind of an error of go-keyring, which runs the program "security". It ends with the low byte of an
// OSStatus, see SecBase.h.
func classify(err error) error {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return nil
	}
	switch exit.ExitCode() {
	case 36, // errSecInteractionNotAllowed (-25308): locked, and nobody to ask, as over ssh
		51,  // errSecAuthFailed (-25293)
		128: // errSecUserCanceled (-128)
		return ErrLocked
	case 37, // errSecNoDefaultKeychain (-25307)
		50, // errSecNoSuchKeychain (-25294)
		53: // errSecNotAvailable (-25291)
		return ErrUnavailable
	}
	return nil
}
