package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"

	"doorkey/cmd/internal/settings"
)

// command is what the command line asks for.
type command struct {
	demo       bool
	signIn     signInFlag
	background bool
	version    bool
	settings   settings.Flags
}

const usage = `Doorkey signs you in through your browser and keeps you signed in.

Usage: doorkey-desktop [flags]

  --demo               sign in at a stand-in for Logto on this computer
  --sign-in[=wecom]    start straight into the sign-in, if nobody is signed in;
                       with a connector's name, past Logto's own page
  --background         start in the tray, without a window
  --version            print the version
  --help               print this

Settings, which can also be set in the environment, in the window or by an
administrator:

  --issuer URL         the Logto to sign in at, https://<endpoint>/oidc
                       (AUTH_LOGTO_ISSUER)
  --client-id ID       the App ID of a Native application there
                       (AUTH_LOGTO_ID)
  --redirect-uri URI   as registered there, if not http://127.0.0.1/callback
                       (AUTH_LOGTO_REDIRECT_URI)
  --device-client-id ID
                       the App ID of a second Native application there, for
                       sign-ins on another device (AUTH_LOGTO_DEVICE_ID)
  --scopes NAMES       what to ask for besides, separated by blanks
                       (AUTH_LOGTO_SCOPES)
  --resources URIS     API resources to get access tokens for, separated by
                       blanks (AUTH_LOGTO_RESOURCES)
  --language TAG       en, zh-Hans, ja or system (DOORKEY_LANGUAGE)
  --theme NAME         light, dark or system (DOORKEY_THEME)
  --tray               keep running in the tray when the window is closed
                       (DOORKEY_TRAY)
  --browser COMMAND    the browser to open, or system (DOORKEY_BROWSER)
  --proxy URL          http://…, https://…, socks5://…, none or system
                       (DOORKEY_PROXY)
  --ca-file PATH       further certificate authorities, PEM, or system
                       (DOORKEY_CA_FILE)
  --storage WHERE      where sessions are kept: keychain, or file for
                       encrypted files (DOORKEY_STORAGE)
  --storage-folder PATH
                       the folder of the encrypted files
                       (DOORKEY_STORAGE_FOLDER)
  --storage-key-file PATH
                       a file with their key (DOORKEY_STORAGE_KEY_FILE)
  --storage-key-command COMMAND
                       a command that prints their key
                       (DOORKEY_STORAGE_KEY_COMMAND)

$BROWSER names the browser to open, if it is not to be the system's.
`

// parse reads the command line. Its error has no values in it, which the flag
// package's own has: one may be a proxy's password.
func parse(args []string) (command, error) {
	c := command{settings: settings.Flags{}}
	flags := flag.NewFlagSet("doorkey-desktop", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&c.demo, "demo", false, "")
	flags.Var(&c.signIn, "sign-in", "")
	flags.BoolVar(&c.background, "background", false, "")
	flags.BoolVar(&c.version, "version", false, "")
	var wrong []error
	setter := func(key settings.Key) func(string) error {
		set := c.settings.Setter(key)
		return func(value string) error {
			if err := set(value); err != nil {
				wrong = append(wrong, fmt.Errorf("--%s: %w", key, err))
			}
			return nil
		}
	}
	for _, key := range []settings.Key{
		settings.KeyIssuer, settings.KeyClientID, settings.KeyDeviceClientID, settings.KeyRedirectURI,
		settings.KeyScopes, settings.KeyResources,
		settings.KeyLanguage, settings.KeyTheme, settings.KeyBrowser, settings.KeyProxy, settings.KeyCAFile,
		settings.KeyStorage, settings.KeyStorageFolder, settings.KeyStorageKeyFile, settings.KeyStorageKeyCommand,
	} {
		flags.Func(string(key), "", setter(key))
	}
	flags.BoolFunc(string(settings.KeyTray), "", setter(settings.KeyTray))
	if err := flags.Parse(args); err != nil {
		return command{}, err
	}
	if flags.NArg() > 0 {
		wrong = append(wrong, fmt.Errorf("unexpected %q", flags.Arg(0)))
	}
	return c, errors.Join(wrong...)
}

// signInFlag is --sign-in or --sign-in=CONNECTOR.
type signInFlag struct {
	wanted    bool
	connector string
}

func (f *signInFlag) IsBoolFlag() bool { return true }
func (f *signInFlag) String() string   { return f.connector }

func (f *signInFlag) Set(value string) error {
	on, err := strconv.ParseBool(value)
	if err != nil {
		*f = signInFlag{wanted: true, connector: value}
		return nil
	}
	*f = signInFlag{wanted: on}
	return nil
}
