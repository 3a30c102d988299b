package demo_test

import (
	"testing"

	"doorkey/auth/demo"
)

// A phone's browser goes the whole way: the content security policy of each
// page lets its forms lead on.
func TestTheDeviceFlowInChromium(t *testing.T) {
	for _, words := range []struct{ language, title, wrong, done string }{
		{"en", "Sign in on another device", "There is no such code, or it has expired. Look again on the device that shows it.", "The device is signed in"},
		{"zh-CN", "登录另一台设备", "代码不存在或已过期，请在显示代码的设备上核对。", "设备已登录"},
		{"ja", "別のデバイスでサインイン", "コードがないか、期限が切れています。コードを表示しているデバイスをもう一度ご確認ください。", "デバイスでサインインしました"},
	} {
		t.Run(words.language, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, demo.Config{})
			l.client = demo.DeviceClientID
			tb := newTab(t, words.language)
			d := l.device("openid")
			tb.open(d.VerificationURI)
			tb.enter("#user-code", "ZZZZ-ZZZZ\r")
			tb.wantText("#wrong", words.wrong)
			tb.picture("device-wrong")
			tb.open(d.VerificationURIComplete)
			tb.wantText("h1", words.title)
			tb.picture("device")
			tb.click("#continue")
			tb.click("#wecom")
			tb.click(`[data-person="lisi"]`)
			tb.wantText("h1", words.done)
			tb.picture("device-done")
			if token := l.verify(l.poll(d).tokens(t).IDToken); token.Subject != "ls3v9c5t0r8b" {
				t.Errorf("signed in as %s", token.Subject)
			}
		})
	}
}
