package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
)

// KeychainPrompt has the window say, while open, that the keychain asks for its
// password. It is meant for OnPrompt in [keychain.Options]: it does not block,
// and any goroutine may call it.
//
// [keychain.Options]: doorkey/auth/keychain#Options
func (w *Window) KeychainPrompt(open bool) {
	w.post(func() { w.view.keychainAsks(open) })
}

// keychainAsks is told when a prompt comes up, and when it is gone. Some
// keychains say so also where there is nothing to ask then.
func (v *view) keychainAsks(open bool) {
	if v.prompt != nil {
		close(v.prompt)
		v.prompt = nil
	}
	if open {
		v.prompt = make(chan struct{})
		v.onceSlow(v.prompt, func() { v.sayPrompt(true) })
		return
	}
	v.sayPrompt(false)
}

func (v *view) sayPrompt(open bool) {
	if v.asking != open {
		v.asking = open
		v.put(v.keyboard())
	}
}

// withPrompt is what is to be seen, below the news that the keychain asks for
// its password. The screens that wait for the keychain say so themselves.
func (v *view) withPrompt(content fyne.CanvasObject) fyne.CanvasObject {
	if !v.asking || v.page == nil && (v.kind == kindStarting || v.kind == kindSignedOut) {
		return content
	}
	b := newBanner(v)
	b.say(lang.X("doorkey.prompt", "The keychain is asking for its password. Enter it to continue."))
	return container.New(edge{top: true}, container.New(layout.NewCustomPaddedLayout(14, 0, 20, 20), container.New(column{top: true}, b)), content)
}
