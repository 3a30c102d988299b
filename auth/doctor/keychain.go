package doctor

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"doorkey/auth/keychain"
)

var (
	keychainOK          = outcome{"keychain.ok", OK, "the keychain keeps what is stored in it: {{.Size}} bytes in {{.Items}} items, written in {{.Write}} ms, read in {{.Read}} ms, removed in {{.Delete}} ms", ""}
	keychainSlow        = outcome{"keychain.slow", Warning, "the keychain takes {{.Write}} ms to store a session, and {{.Read}} ms to give it back", "Look at what else the keychain is doing, such as syncing: a program that is ended meanwhile can lose its session."}
	keychainUnavailable = outcome{"keychain.unavailable", Failed, "there is no keychain ({{.Error}}), so no sign-in can be kept", "On Linux, start GNOME Keyring, KWallet or KeePassXC in the desktop session, or choose encrypted files (storage = \"file\")."}
	keychainLocked      = outcome{"keychain.locked", Failed, "the keychain is locked, and was not unlocked", "Unlock it in the program that keeps it, such as Passwords and Keys, KDE Wallet, KeePassXC or Keychain Access, then try again."}
	keychainTimeout     = outcome{"keychain.timeout", Failed, "the keychain does not answer, such as when it waits for somebody to unlock it", "Look for a window that asks for a password, answer it, then try again."}
	keychainFailed      = outcome{"keychain.failed", Failed, "the keychain does not keep what is stored in it: {{.Error}}", "Check that the disk is not full; then look at the keychain in the system's own program for passwords."}
)

var (
	filesOK     = outcome{"keychain.files", OK, "sessions are kept in encrypted files in {{.Folder}}, as the settings say", ""}
	filesFailed = outcome{"keychain.files-failed", Failed, "sessions cannot be kept in encrypted files in {{.Folder}}: {{.Error}}", "Correct the settings storage-folder, storage-key-file and storage-key-command, or the rights of what they name."}
)

// files stores something in them for a moment.
func (e *examination) files(ctx context.Context) Check {
	const looked = "write, read, delete in the encrypted files"
	folder, err := e.target.Local.Files(ctx)
	params := Params{"Folder": quote(folder)}
	if err != nil {
		params["Error"] = quote(err.Error())
		return filesFailed.check(looked, params, err)
	}
	return filesOK.check(looked, params, nil)
}

// slowKeychain is how long a session may take to be stored before somebody is
// told: for as long, a program that is killed loses the tokens it was given.
const slowKeychain = time.Second

// keychainWords are an error without what the sentence around it says.
func keychainWords(err error) string {
	words := err.Error()
	for _, known := range []string{"keychain: probe: ", keychain.ErrUnavailable.Error() + ": "} {
		words = strings.TrimPrefix(words, known)
	}
	return quote(words)
}

// keychain stores something for a moment.
func (e *examination) keychain(ctx context.Context) Check {
	const looked = "write, read, delete in the system's keychain"
	p, err := e.target.Local.Keychain(ctx)
	ms := func(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
	params := Params{
		"Size": strconv.Itoa(p.Size), "Items": strconv.Itoa(p.Items),
		"Write": ms(p.Write), "Read": ms(p.Read), "Delete": ms(p.Delete),
	}
	if err != nil {
		params["Error"] = keychainWords(err)
	}
	found := keychainOK
	switch {
	case errors.Is(err, keychain.ErrUnavailable):
		found = keychainUnavailable
	case errors.Is(err, keychain.ErrLocked):
		found = keychainLocked
	case errors.Is(err, keychain.ErrTimeout):
		found = keychainTimeout
	case err != nil:
		found = keychainFailed
	case p.Write > slowKeychain || p.Read > slowKeychain:
		found = keychainSlow
	}
	return found.check(looked, params, err)
}
