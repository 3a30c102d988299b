//go:build linux && wine

package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"doorkey/cmd/internal/winetest"
)

// The window in Windows, from the sign-in to the sign-out, at the demo: with the
// browser that Windows opens, the Credential Manager, and names in Chinese,
// which Wine has no font for, drawn with that of the program.
func TestOnWindows(t *testing.T) {
	needPort(t)
	s, browser := startScreen(t), newBrowser(t)
	opener := filepath.Join(t.TempDir(), "xdg-open")
	if err := os.Symlink(browser.command, opener); err != nil {
		t.Fatal(err)
	}
	program := winetest.Build(t, "cmd/doorkey-desktop", "-ldflags=-H windowsgui -extld=x86_64-w64-mingw32-gcc -extldflags=-lssp")
	env := append(winetest.Env(t, opener), "DISPLAY="+s.display, "FYNE_THEME=light", "LIBGL_ALWAYS_SOFTWARE=true")
	wine, err := exec.LookPath("wine")
	if err != nil {
		t.Fatal(err)
	}
	begin := func(args ...string) *process {
		t.Helper()
		return start(t, env, wine, append([]string{program, "--demo"}, args...)...)
	}
	end := func(p *process, title string) {
		t.Helper()
		for _, w := range s.x.windows() { // of which Wine's tray may be the uppermost
			if w.title != title {
				continue
			}
			if err := s.x.close(w.id); err != nil {
				t.Fatal(err)
			}
		}
		p.wait(t)
		p.wantClean(t)
	}

	first := begin("--sign-in=wecom")
	browser.goes(t).pick(t, "zhangsan")
	browser.forget(t)
	s.titled(t, zhangSanTitle)
	s.shows(t, "张三", "signed-in")
	items := winetest.Items(t)
	if largest := winetest.Largest(items); len(items) < 4 || largest.Size > 2560 {
		t.Errorf("%d items, of which %s has %d bytes; want several of at most 2,560", len(items), largest.Name, largest.Size)
	}
	end(first, zhangSanTitle)

	second := begin("--sign-in=wecom")
	s.shows(t, "张三", "restarted")
	if browser.wasOpened() {
		t.Error("the second start opened a browser")
	}
	s.click(t, "Sign out")
	s.shows(t, "More ways to sign in", "signed-out")
	end(second, signedOutTitle)
	for _, item := range winetest.Items(t) {
		t.Errorf("left in the Credential Manager: %s", item.Name)
	}
}
