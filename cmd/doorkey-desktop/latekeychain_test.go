//go:build linux

package main_test

import (
	"syscall"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain/keychaintest"
)

// A window that starts before the keychain, as at login, says so, keeps looking,
// and has the session soon after the keychain is there.
func TestWindowBeforeTheKeychain(t *testing.T) {
	soon := 2 * time.Second * slowness(t) // as promised to the person
	d := newDesk(t)
	logto := demotest.Start(t, demo.Config{})
	d.signIn(t, at(logto)...).quit(t)
	d.ring.StopSecretService()

	window := d.start(t, at(logto)...)
	d.shows(t, "keychain cannot be reached, so it is not known whether you are signed in. This window keeps trying", "no-keychain")
	d.shows(t, "you stay signed in until this program ends", "note")
	d.ring.RestartSecretService(t)
	d.hasSession(t, soon)
	if d.browser.wasOpened() {
		t.Error("a browser was opened")
	}
	window.quit(t)
	window.wantClean(t)
}

// A keychain that hangs is waited for, and read once it answers.
func TestWindowBesideAKeychainThatHangs(t *testing.T) {
	soon := 2 * time.Second * slowness(t)
	d := newDesk(t)
	logto := demotest.Start(t, demo.Config{})
	d.signIn(t, at(logto)...).quit(t)
	keychain := d.keychainProcess(t)
	if err := syscall.Kill(keychain, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Kill(keychain, syscall.SIGCONT) }()

	window := d.start(t, at(logto)...)
	d.shows(t, "Looking for your session in the keychain. If you are asked for its password, enter it.", "starting")
	d.shows(t, "The keychain does not answer, so it is not known whether you are signed in.", "silent")
	d.shows(t, "you stay signed in until this program ends", "note")
	if err := syscall.Kill(keychain, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	d.hasSession(t, soon)
	window.quit(t)
	window.wantClean(t)
}

// Without a keychain one can sign in all the same, for as long as the program
// runs, and is told so before and after.
func TestSignInWithoutAKeychain(t *testing.T) {
	t.Parallel()
	d := newDesk(t, keychaintest.WithoutSecretService())
	logto := demotest.Start(t, demo.Config{})
	window := d.start(t, at(logto)...)
	d.shows(t, "If you sign in now, you stay signed in until this program ends.", "before")
	d.click(t, "Continue with WeCom")
	d.browser.signInAs(t, demotest.ZhangSan)
	d.titled(t, zhangSanTitle)
	d.shows(t, "until you close this program: this computer has no keychain", "after")
	window.quit(t)
	window.wantClean(t)
}

// While the keychain asks for its password the window says so, draws on and can
// be closed; it shows the person once the password is entered.
func TestWindowWhileTheKeychainAsks(t *testing.T) {
	t.Parallel()
	const asked = "If you are asked for its password, enter it."
	d := newDesk(t)
	logto := demotest.Start(t, demo.Config{})
	d.signIn(t, at(logto)...).quit(t)
	d.ring.StartPrompter(t)
	d.ring.Lock(t)

	window := d.start(t, at(logto)...)
	d.ring.AwaitWindow(t, unlockPrompt)
	before := d.find(t, asked)
	d.run(t, "xdotool", "search", "--name", signedOutTitle, "windowsize", "420", "400")
	await(t, "the window drawn anew", func() bool { return d.find(t, asked).Y < before.Y })
	begun := time.Now()
	window.quit(t)
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("it was closed after %v", took)
	}
	window.wantClean(t)

	again := d.start(t, at(logto)...)
	d.shows(t, asked, "again")
	d.ring.Type(t, unlockPrompt, keychaintest.Password)
	d.shows(t, "张三", "unlocked")
	again.quit(t)
	again.wantClean(t)
}

// Who has dismissed the prompt can have it put up again.
func TestWindowWhenThePromptIsDismissed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	logto := demotest.Start(t, demo.Config{})
	d.signIn(t, at(logto)...).quit(t)
	d.ring.StartPrompter(t)
	d.ring.Lock(t)
	window := d.start(t, at(logto)...)
	d.ring.Close(t, unlockPrompt)
	d.shows(t, "The keychain is locked, so it is not known whether you are signed in", "locked")
	d.click(t, "Unlock and try again")
	d.ring.Type(t, unlockPrompt, keychaintest.Password)
	d.shows(t, "张三", "unlocked")
	window.quit(t)
	window.wantClean(t)
}

// It says so too where the keychain has been locked meanwhile, and goes on once
// the password is entered.
func TestWindowWhenASignOutNeedsThePassword(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	logto := demotest.Start(t, demo.Config{})
	window := d.signIn(t, at(logto)...)
	d.find(t, "Sign out")
	d.ring.StartPrompter(t)
	d.ring.Lock(t)
	d.click(t, "Sign out")
	d.shows(t, "The keychain is asking for its password", "asks")
	d.ring.Type(t, unlockPrompt, keychaintest.Password)
	d.shows(t, "More ways to sign in", "signed-out")
	wantStored(t, d.ring, false)
	window.quit(t)
	window.wantClean(t)
}

// unlockPrompt is the title of GNOME's.
const unlockPrompt = "^Unlock "

// hasSession waits for the window to show the person, whose session can be read
// from now on.
func (d *desk) hasSession(t *testing.T, soon time.Duration) {
	t.Helper()
	begun := time.Now()
	took := d.filmed(t, "张三", isOf("张三")).Sub(begun)
	t.Logf("the window showed the session %v after the keychain was ready", took.Round(time.Millisecond))
	if took > soon {
		t.Errorf("the window showed the session after %v", took)
	}
}

// keychainProcess is the process that keeps the keychain.
func (d *desk) keychainProcess(t testing.TB) (pid int) {
	t.Helper()
	var id uint32
	err := d.bus(t).BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, secretsName).Store(&id)
	if err != nil {
		t.Fatal(err)
	}
	return int(id)
}
