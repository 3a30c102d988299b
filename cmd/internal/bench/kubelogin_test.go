//go:build linux

package bench_test

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"doorkey/cmd/internal/bench"
)

// kubelogin is the program with its tokens in a file in folder. It takes the
// callback at / only, which only a web application can be registered with.
func (w *world) kubelogin(folder string) bench.Program {
	return bench.Program{Path: kubelogin(), Env: w.env, Args: []string{
		"get-token", "--token-cache-dir=" + folder,
		"--oidc-issuer-url=" + w.Issuer(), "--oidc-client-id=" + w.web.ID, "--oidc-client-secret=" + w.web.Secret,
		"--oidc-redirect-url=" + w.web.RedirectURI, "--listen-address=" + strings.TrimSuffix(strings.TrimPrefix(w.web.RedirectURI, "http://"), "/"),
		"--oidc-extra-scope=" + strings.Join(w.scopes()[1:], ","), "--oidc-auth-request-extra-params=prompt=consent",
		"--browser-command=" + w.browser.command,
	}}
}

func (w *world) kubeloginToken() {
	folder := w.b.TempDir()
	p := w.kubelogin(folder)
	w.signIn(p, w.person)
	wall, cpu := bench.ComparePrograms(w.b, bench.Row{
		Name: "`doorkey token`, a token at hand, the whole process", Yardstick: "kubelogin, its token in a plain file",
	}, pairs(w.b, 60), w.program("doorkey", "token"), p, nil)
	bench.Record(w.b, wall)
	bench.Record(w.b, cpu)
}

func (w *world) kubeloginSignIn(ours func() time.Duration) {
	folder := filepath.Join(w.b.TempDir(), "tokens")
	theirs := func() time.Duration {
		if err := os.RemoveAll(folder); err != nil {
			w.b.Fatal(err)
		}
		return w.signIn(w.kubelogin(folder), w.person)
	}
	result := bench.Compare(w.b, bench.Row{
		Name: "a whole sign-in, scripted browser, stored and verified", Yardstick: "kubelogin, its token in a plain file", MaxRatio: 1,
	}, pairs(w.b, 30), ours, theirs)
	bench.Record(w.b, result)
}
