//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain/keychaintest"
)

// BenchmarkToken is what a script pays for a token that is at hand: the medians
// of the whole process in milliseconds, and how many times that of doorkey
// version it is, which does nothing. Built as it is shipped, with GNOME's
// keychain.
func BenchmarkToken(b *testing.B) {
	program := filepath.Join(b.TempDir(), "doorkey")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	ring := keychaintest.Start(b)
	logto := demotest.Start(b, demo.Sample())
	person, err := exec.LookPath("browser") // testscript has put it there
	if err != nil {
		b.Fatal(err)
	}
	run := func(args ...string) {
		cmd := exec.Command(program, args...)
		cmd.Env = append(os.Environ(), ring.Env()...)
		cmd.Env = append(cmd.Env, "AUTH_LOGTO_ISSUER="+logto.Issuer(), "AUTH_LOGTO_ID="+demo.ClientID, "DOORKEY_BROWSER="+person+" zhangsan")
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
	run("signin")
	took := map[string][]float64{}
	for b.Loop() {
		for _, command := range []string{"version", "token"} {
			begun := time.Now()
			run(command)
			took[command] = append(took[command], float64(time.Since(begun))/1e6)
		}
	}
	median := func(command string) float64 {
		slices.Sort(took[command])
		return took[command][len(took[command])/2]
	}
	b.ReportMetric(median("version"), "version-ms")
	b.ReportMetric(median("token"), "token-ms")
	b.ReportMetric(median("token")/median("version"), "token/version")
	b.ReportMetric(0, "ns/op")
}
