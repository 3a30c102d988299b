package smallfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"doorkey/cmd/internal/smallfile"
)

const writeForever = "SMALLFILE_TEST_WRITE" // a path: the test binary writes it until killed

func TestMain(m *testing.M) {
	if path := os.Getenv(writeForever); path != "" {
		for i := 0; ; i++ {
			if err := smallfile.Write(path, generation(i), 0o600); err != nil {
				fmt.Println(err)
				os.Exit(1)
			}
			if i == 0 {
				fmt.Println("writing")
			}
		}
	}
	os.Exit(m.Run())
}

// generation is a file of which each half tells whether the other is whole.
func generation(i int) []byte { return bytes.Repeat([]byte{byte('a' + i%26)}, 32<<10) }

func isGeneration(data []byte) bool {
	return len(data) == 32<<10 && bytes.Count(data, data[:1]) == len(data)
}

func TestReadOneFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	for _, test := range []struct {
		name string
		size int
		ok   bool
	}{{"nothing in it", 0, true}, {"as big as may be", 2048, true}, {"a byte more", 2049, false}} {
		t.Run(test.name, func(t *testing.T) {
			want := bytes.Repeat([]byte("x"), test.size)
			if err := os.WriteFile(path, want, 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := smallfile.Read(path, 2048)
			if (err == nil) != test.ok || test.ok && !bytes.Equal(got, want) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if err != nil && !strings.Contains(err.Error(), "2 KB") {
				t.Errorf("%v does not tell the limit", err)
			}
		})
	}
}

func TestReadNoFile(t *testing.T) {
	dir := t.TempDir()
	_, err := smallfile.Read(filepath.Join(dir, "missing"), 1)
	if !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), dir) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := smallfile.Read(dir, 1); err == nil || !strings.Contains(err.Error(), "not a file") {
		t.Errorf("a folder: %v", err)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	for _, want := range []string{"first", "second", ""} {
		if err := smallfile.Write(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%q, %v", got, err)
		}
	}
	wantAlone(t, path)
}

func TestWriteGivesTheRights(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has other rights")
	}
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, want := range []fs.FileMode{0o600, 0o644} {
		if err := smallfile.Write(path, nil, want); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%v, %v; want %v", info.Mode(), err, want)
		}
	}
}

func TestWriteWhereNobodyCan(t *testing.T) {
	dir := t.TempDir()
	if err := smallfile.Write(filepath.Join(dir, "missing", "f"), nil, 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a folder that is not there: %v", err)
	}
	path := filepath.Join(dir, "folder")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := smallfile.Write(path, nil, 0o600); err == nil {
		t.Error("a folder was overwritten")
	}
	wantAlone(t, path)
}

// Some people keep their settings elsewhere, and link to them.
func TestWriteKeepsALink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Skip("no links are made here") // by Wine 8, without an error
	}
	if err := smallfile.Write(link, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(target); string(got) != "new" {
		t.Errorf("the target holds %q", got)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info, err)
	}
}

// A reader, and a kill at any moment, finds one whole file.
func TestAWriterThatIsKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	for i := range 15 {
		writer := exec.CommandContext(t.Context(), os.Args[0])
		writer.Env = append(os.Environ(), writeForever+"="+path)
		out, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		if said, err := readLine(out); said != "writing" {
			t.Fatal(said, err)
		}
		for end := time.Now().Add(time.Duration(i) * 3 * time.Millisecond); time.Now().Before(end); {
			wantWhole(t, path)
		}
		_ = writer.Process.Signal(syscall.SIGKILL)
		_ = writer.Wait()
		wantWhole(t, path)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), ".f.123.new"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	neighbour := filepath.Join(filepath.Dir(path), ".g.123.new")
	if err := os.WriteFile(neighbour, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	smallfile.RemoveLeftovers(path)
	if _, err := os.Stat(neighbour); err != nil {
		t.Error("what another file left was removed")
	}
	_ = os.Remove(neighbour)
	wantAlone(t, path)
	wantWhole(t, path)
}

func wantWhole(t *testing.T, path string) {
	t.Helper()
	if data, err := smallfile.Read(path, 64<<10); err != nil || !isGeneration(data) {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

// wantAlone checks that nothing was left beside the file.
func wantAlone(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 || entries[0].Name() != filepath.Base(path) {
		t.Errorf("in the folder: %v, %v", entries, err)
	}
}

func readLine(r interface{ Read([]byte) (int, error) }) (string, error) {
	buf := make([]byte, 256)
	n, err := r.Read(buf)
	return strings.TrimSpace(string(buf[:n])), err
}
