package keychain

import (
	"errors"
	"syscall"
)

const (
	promptRemedy      = "try again" // the Credential Manager never asks
	lockedRemedy      = "sign in to Windows, then try again"
	unavailableRemedy = "sign in to Windows in person: a network logon has no Credential Manager"
)

const (
	itemLimit = 2560 // bytes (CRED_MAX_CREDENTIAL_BLOB_SIZE)
	readBack  = false
)

// classify finds the kind of an error of the Credential Manager.
func classify(err error) error {
	const (
		// Of the registry, in which Wine keeps credentials: a key that was deleted while it was read, and one whose values are
		// not all written yet.
		errorKeyDeleted   = syscall.Errno(1018)
		errorFileNotFound = syscall.ERROR_FILE_NOT_FOUND

		errorNoSuchLogonSession = syscall.Errno(1312)
	)
	switch {
	case errors.Is(err, errorNoSuchLogonSession):
		return ErrUnavailable
	case errors.Is(err, errorKeyDeleted), errors.Is(err, errorFileNotFound):
		return errVanished
	}
	return nil
}
