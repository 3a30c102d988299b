//go:build !(windows && wine)

package keychaintest

import (
	"testing"

	"github.com/godbus/dbus/v5"
)

// StartKWallet starts a private D-Bus, a screen and KDE's KWallet, in place of GNOME Keyring, with a wallet that is
// open. With [WithoutCollection] there is no wallet, as with a new user of KDE. KWallet asks on the screen.
func StartKWallet(t testing.TB, opts ...Option) *Keyring {
	t.Helper()
	k := prepare(t, opts)
	k.collection = "/org/freedesktop/secrets/collection/kdewallet"
	k.unlockTitle = walletTitle
	k.startBus(t)
	k.startScreen(t)
	k.startSecrets = k.startKWallet
	k.startSecrets(t)
	if !k.noCollection {
		k.createWallet(t)
	}
	return k
}

// walletTitle is of all windows of KWallet's daemon.
const walletTitle = "KDE"

func (k *Keyring) startKWallet(t testing.TB) {
	t.Helper()
	k.secrets = k.start(t, k.onScreen(t, "kwalletd5"))
	s := k.dial(t)
	defer s.Close()
	k.secrets.await(t, "kwalletd5", func() bool { return s.hasOwner(serviceName) })
}

func (k *Keyring) createWallet(t testing.TB) {
	t.Helper()
	s := k.dial(t)
	defer s.Close()
	label := map[string]dbus.Variant{collectionInterface + ".Label": dbus.MakeVariant("kdewallet")}
	var collection, prompt dbus.ObjectPath
	err := s.Object(serviceName, servicePath).Call(serviceInterface+".CreateCollection", 0, label, "default").Store(&collection, &prompt)
	if err != nil {
		t.Fatalf("keychaintest: creating a wallet: %v", err)
	}
	s.prompt(t, prompt, func() { k.AnswerWizard(t) })
}

// AnswerWizard goes through KWallet's assistant for the first wallet: a classic one, with the password [Password].
func (k *Keyring) AnswerWizard(t testing.TB) {
	t.Helper()
	id := k.awaitWindow(t, walletTitle)
	k.until(t, "the assistant of KWallet to go on", func() bool {
		if !k.isThere(t, id) {
			return true
		}
		_ = k.xdotool(t, "mousemove", "--window", id, "115", "167", "click", "1").Run() // "Classic, blowfish encrypted file"
		_ = k.xdotool(t, "windowfocus", id, "key", "alt+f").Run()                       // "Finish"
		return !k.isThereAfter(t, id)
	})
	k.Type(t, walletTitle, Password, Password)
}
