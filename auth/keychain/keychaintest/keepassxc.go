//go:build !(windows && wine)

package keychaintest

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// Confirming has KeePassXC ask the person before a program may read or change an item that it has not created itself,
// as it does by default.
func Confirming() Option { return func(o *options) { o.confirming = true } }

// StartKeePassXC starts a private D-Bus, a screen and KeePassXC, in place of GNOME Keyring, with a database that is
// open and that it shares with other programs. With [WithoutCollection] it has no database open. It asks before access
// with [Confirming] only.
func StartKeePassXC(t testing.TB, opts ...Option) *Keyring {
	t.Helper()
	k := prepare(t, opts)
	k.collection = "/org/freedesktop/secrets/collection/shared"
	k.unlockTitle = "^Unlock Database"
	k.startBus(t)
	k.startScreen(t)
	k.writeKeePassXCSettings(t)
	if !k.noCollection {
		k.createDatabase(t)
	}
	k.startSecrets = k.startKeePassXC
	k.startSecrets(t)
	return k
}

// AccessTitle finds the window in which KeePassXC asks whether a program may have an item.
const AccessTitle = "Access Request"

// OpenSecondDatabase opens a second database of KeePassXC, which is shared too, has nothing in it and is locked. Its tab
// comes to the front, and so it is the default collection from then on.
func (k *Keyring) OpenSecondDatabase(t testing.TB) {
	t.Helper()
	data, err := os.ReadFile(k.database() + ".new")
	if err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
	second := filepath.Join(k.dir, "home", "second.kdbx")
	if err := os.WriteFile(second, data, 0o600); err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
	cmd := k.onScreen(t, "keepassxc", second) // which hands it to the one that runs
	cmd.Env = append(cmd.Env, "TMPDIR="+filepath.Join(k.dir, "run"))
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("keychaintest: keepassxc: %v\n%s", err, output)
	}
	s := k.dial(t)
	defer s.Close()
	k.secrets.await(t, "the second database of KeePassXC", func() bool {
		alias := s.alias("default")
		return alias != k.collection && alias != noPrompt
	})
}

func (k *Keyring) writeKeePassXCSettings(t testing.TB) {
	t.Helper()
	dir := filepath.Join(k.dir, "config", "keepassxc")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
	settings := fmt.Sprintf("[General]\nConfigVersion=2\nUpdateCheckMessageShown=true\n[GUI]\nCheckForUpdates=false\n"+
		"[FdoSecrets]\nEnabled=true\nConfirmAccessItem=%v\n", k.confirming)
	if err := os.WriteFile(filepath.Join(dir, "keepassxc.ini"), []byte(settings), 0o600); err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
}

func (k *Keyring) database() string { return filepath.Join(k.dir, "home", "shared.kdbx") }

// createDatabase creates a database with a group in it that is shared with other programs. KeePassXC's command line
// cannot share one, so that is written into its XML.
func (k *Keyring) createDatabase(t testing.TB) {
	t.Helper()
	plain := filepath.Join(k.dir, "home", "plain.kdbx")
	k.keepassxcCLI(t, Password+"\n"+Password+"\n", "db-create", "--set-password", "--decryption-time", "100", plain)
	k.keepassxcCLI(t, Password+"\n", "mkdir", plain, "Group")
	text := k.keepassxcCLI(t, Password+"\n", "export", plain)

	group := regexp.MustCompile(`<UUID>([^<]*)</UUID>\s*<Name>Group</Name>`).FindStringSubmatch(text)
	if group == nil {
		t.Fatalf("keychaintest: keepassxc-cli export has no group: %s", text)
	}
	id, err := base64.StdEncoding.DecodeString(group[1])
	if err != nil || len(id) != 16 {
		t.Fatalf("keychaintest: the id of a group is %q", group[1])
	}
	shared := fmt.Sprintf("<CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{%x-%x-%x-%x-%x}</Value></Item></CustomData>",
		id[:4], id[4:6], id[6:8], id[8:10], id[10:])
	text = strings.Replace(strings.Replace(text, "<CustomData/>", "", 1), "</Meta>", shared+"</Meta>", 1)
	xml := filepath.Join(k.dir, "home", "shared.xml")
	if err := os.WriteFile(xml, []byte(text), 0o600); err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
	k.keepassxcCLI(t, Password+"\n"+Password+"\n", "import", "--set-password", "--decryption-time", "100", xml, k.database())
	data, err := os.ReadFile(k.database())
	if err == nil {
		err = os.WriteFile(k.database()+".new", data, 0o600) // for OpenSecondDatabase
	}
	if err != nil {
		t.Fatalf("keychaintest: %v", err)
	}
}

func (k *Keyring) keepassxcCLI(t testing.TB, input string, args ...string) string {
	t.Helper()
	cmd := k.command(t, "keepassxc-cli", args...)
	cmd.Stdin = strings.NewReader(input)
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("keychaintest: keepassxc-cli %s: %v", args[0], err)
	}
	return string(output)
}

func (k *Keyring) startKeePassXC(t testing.TB) {
	t.Helper()
	cmd := k.onScreen(t, "keepassxc")
	cmd.Env = append(cmd.Env, "TMPDIR="+filepath.Join(k.dir, "run")) // where it looks for another one of this person
	if !k.noCollection {
		cmd.Args = append(cmd.Args, "--pw-stdin", k.database())
		cmd.Stdin = strings.NewReader(Password + "\n")
	}
	k.secrets = k.start(t, cmd)
	s := k.dial(t)
	defer s.Close()
	k.secrets.await(t, "the database of KeePassXC", func() bool {
		if k.noCollection {
			return s.hasOwner(serviceName)
		}
		locked, ok := s.property(s.Object(serviceName, k.collection), collectionInterface+".Locked").(bool)
		return ok && !locked && s.alias("default") == k.collection
	})
}

// alias returns the path of the collection with an alias, "/" if there is none.
func (s service) alias(name string) dbus.ObjectPath {
	path := noPrompt
	_ = s.Object(serviceName, servicePath).Call(serviceInterface+".ReadAlias", 0, name).Store(&path)
	return path
}
