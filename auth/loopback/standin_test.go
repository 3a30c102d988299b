package loopback_test

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// wanted is the file that makes a copy of this test a stand-in for a browser or
// an opener, in the folder of which it notes its arguments. It holds the exit
// status. (A copy, since it has to be an .exe on Windows.)
const wanted = "stand-in"

// beStandIn notes the arguments, one a line, and exits; in a stand-in.
func beStandIn() {
	dir := filepath.Dir(os.Args[0])
	data, err := os.ReadFile(filepath.Join(dir, wanted))
	if err != nil {
		return
	}
	notes := filepath.Join(dir, "args")
	if err := os.WriteFile(notes+".new", []byte(strings.Join(os.Args[1:], "\n")), 0o600); err != nil {
		panic(err)
	}
	if err := os.Rename(notes+".new", notes); err != nil {
		panic(err)
	}
	os.Stdout.WriteString("what a browser has to say\n")
	status, err := strconv.Atoi(string(data))
	if err != nil {
		panic(err)
	}
	os.Exit(status)
}

// browser makes a program that notes its arguments. Its name gets .exe where
// programs have that.
func browser(t *testing.T, name string) (program string, args func() []string) {
	return standIn(t, name, 0)
}

func standIn(t *testing.T, name string, status int) (program string, args func() []string) {
	t.Helper()
	dir := t.TempDir()
	program = filepath.Join(dir, name)
	if runtime.GOOS == "windows" && filepath.Ext(name) != ".exe" {
		program += ".exe"
	}
	if err := os.WriteFile(filepath.Join(dir, wanted), []byte(strconv.Itoa(status)), 0o600); err != nil {
		t.Fatal(err)
	}
	copyTest(t, program)
	return program, func() []string {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(dir, "args"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(string(data), "\n")
	}
}

func copyTest(t *testing.T, program string) {
	t.Helper()
	from, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		if err := os.Symlink(from, program); err != nil {
			t.Fatal(err)
		}
		return
	}
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(program, os.O_CREATE|os.O_WRONLY, 0o700)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
}
