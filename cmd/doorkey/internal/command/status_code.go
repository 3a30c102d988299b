package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"sync"

	"doorkey/auth"
	"doorkey/auth/keychain"
	"doorkey/cmd/internal/network"
	"doorkey/cmd/internal/settings"
)

// Exit statuses.
const (
	Done         = 0
	Failed       = 1
	Usage        = 2   // used wrongly, or a setting cannot work
	SignInNeeded = 3   // nobody is signed in, or not for this
	Offline      = 4   // the provider cannot be reached
	NoAccess     = 5   // the person, or the application, may not do this
	NoStore      = 6   // the keychain, or where else sessions are, cannot be used
	Interrupted  = 130 // as shells have it for Ctrl+C
)

const statusHelp = `
Exit status:
  0 done   1 failed   2 wrong usage or setting   3 sign-in needed   4 offline   5 no access
  6 the keychain cannot be used
`

var errInterrupted = errors.New("interrupted")

// statusOf is the exit status for an error.
func statusOf(err error) int {
	var (
		wrong       *usageError
		setting     *settings.Error
		network     *network.Error
		config      *auth.ConfigError
		child       *exec.ExitError
		unrequested *auth.NotRequestedError
		different   *auth.DifferentPersonError
		fresh       *auth.AuthTimeError
		unreachable *auth.UnreachableError
		denied      *auth.AccessDeniedError
		refused     *auth.RefusedError
		authorize   *auth.AuthorizationError
		own         interface{ ExitStatus() int }
	)
	switch {
	case err == nil:
		return Done
	case errors.As(err, &own):
		return own.ExitStatus()
	case errors.Is(err, errInterrupted):
		return Interrupted
	case errors.As(err, &child):
		return child.ExitCode()
	case errors.As(err, &wrong), errors.As(err, &setting), errors.As(err, &network), errors.As(err, &config):
		return Usage
	case isOfTheStore(err):
		return NoStore
	case errors.Is(err, auth.ErrSignedOut), errors.As(err, &unrequested), errors.As(err, &different), errors.As(err, &fresh),
		errors.Is(err, auth.ErrNoAccount):
		return SignInNeeded
	case errors.As(err, &unreachable):
		return Offline
	case errors.As(err, &denied),
		errors.As(err, &authorize) && authorize.Code == "access_denied",
		errors.As(err, &refused) && isDenial(refused.Code):
		return NoAccess
	}
	return Failed
}

// isOfTheStore reports whether sessions cannot be read or stored, so that nobody
// knows who is signed in.
func isOfTheStore(err error) bool {
	for _, kind := range []error{
		keychain.ErrUnavailable, keychain.ErrLocked, keychain.ErrTimeout, keychain.ErrCorrupt, keychain.ErrNewer, keychain.ErrTooLarge, keychain.ErrBusy,
		auth.ErrDamaged, auth.ErrNewer,
	} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return errors.As(err, new(*auth.StoreError)) || errors.As(err, new(*keychain.FolderError))
}

func isDenial(code string) bool { return code == "access_denied" || code == "insufficient_scope" }

// usageError is a command line that cannot be understood.
type usageError struct{ error }

func (e *usageError) Unwrap() error { return e.error }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return &usageError{err}
}

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

// flagError is a flag's value that cannot be.
type flagError struct {
	flag string
	err  error
}

func (e *flagError) Error() string { return e.flag + ": " + e.err.Error() }
func (e *flagError) Unwrap() error { return e.err }

// statusNames are for programs that read the errors.
var statusNames = map[int]string{
	Failed: "failed", Usage: "usage", SignInNeeded: "sign_in_needed", Offline: "offline", NoAccess: "no_access", NoStore: "no_store", Interrupted: "interrupted",
}

// tell says what went wrong: a line, or with --json an object, on standard
// error.
func (p *program) tell(err error) {
	var silent *exec.ExitError
	if errors.As(err, &silent) {
		return // the program that was run has said what there is to say
	}
	status := statusOf(err)
	if p.json {
		name, known := statusNames[status]
		if !known {
			name = statusNames[Failed]
		}
		data, _ := json.Marshal(map[string]any{"error": map[string]any{
			"status": status, "name": name, "message": message(err),
		}})
		fmt.Fprintf(p.Stderr, "%s\n", data)
		return
	}
	for line := range strings.Lines(message(err)) {
		fmt.Fprintf(p.Stderr, "doorkey: %s\n", strings.TrimRight(line, "\n"))
	}
	if status == Usage && errors.As(err, new(*usageError)) {
		fmt.Fprintln(p.Stderr, "doorkey: see doorkey --help")
	}
}

// message is what went wrong and what to do.
func message(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, auth.ErrTimeout) && !isOfTheStore(err):
		return "that took too long: " + err.Error()
	case isOfTheStore(err):
		return packageName().ReplaceAllString(err.Error(), "$1")
	case errors.As(err, new(*auth.SessionEndedError)):
		return err.Error() + ": run doorkey signin"
	case errors.Is(err, auth.ErrSignedOut):
		return "nobody is signed in: run doorkey signin"
	}
	if wrong, is := errors.AsType[*auth.ConfigError](err); is {
		if setting, known := settingOf[wrong.Field]; known {
			return setting + ": " + wrong.Err.Error()
		}
	}
	return packageName().ReplaceAllString(err.Error(), "$1")
}

// packageName is what the library begins its errors with, for its own callers.
var packageName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(^|: )auth: `) })

// settingOf is what a field of auth.Config is called here.
var settingOf = map[string]string{
	"Issuer": "issuer", "ClientID": "client-id", "RedirectURI": "redirect-uri", "DeviceClientID": "device-client-id",
	"Scopes": "scopes", "Resources": "resources", "SignInTimeout": "--timeout",
}
