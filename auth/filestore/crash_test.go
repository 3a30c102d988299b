package filestore

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A program is killed after each of its steps.
func TestAProgramThatIsKilled(t *testing.T) {
	for _, program := range []struct {
		name  string
		steps []string
		after string // the first step after which the record is the new one
	}{
		{"write", []string{"created", "written", "synced", "renamed", "done"}, "renamed"},
		{"remove", []string{"removed"}, "removed"},
	} {
		for _, old := range [][]byte{nil, generation('o')} {
			changed := false
			for _, step := range program.steps {
				changed = changed || step == program.after
				want, next := old, generation('n')
				if program.name == "remove" {
					next = nil
				}
				if changed {
					want = next
				}
				s := newStore(t)
				mustWrite(t, s, "a", old)
				cmd := child(s, program.name, killVariable+"="+step)
				if err := cmd.Run(); err == nil && (program.name != "remove" || old != nil) {
					t.Fatalf("%s: it was not killed after it had %s", program.name, step)
				}
				wantRecord(t, s, "a", want)
				mustWrite(t, s, "a", generation('x'))
				wantRecord(t, s, "a", generation('x'))
				wantAlone(t, s, "a.sealed") // what was left is gone
			}
		}
	}
}

// And at any other moment.
func TestAProgramThatIsKilledAtAnyMoment(t *testing.T) {
	s := newStore(t)
	for n := range 15 {
		writer := child(s, "forever")
		said := start(t, writer)
		for end := time.Now().Add(time.Duration(n) * 2 * time.Millisecond); time.Now().Before(end); {
			wantWhole(t, s)
		}
		if err := writer.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = writer.Wait()
		wantWhole(t, s)
		if said != "writing" {
			t.Fatal(said)
		}
	}
	mustWrite(t, s, "a", []byte("x"))
	wantAlone(t, s, "a.sealed")
}

// What a program is just writing is not taken for what one has left behind.
func TestAFileThatIsBeingWrittenIsNotLeftBehind(t *testing.T) {
	s := newStore(t)
	s.step = func(done string) {
		if done == "written" {
			s.step = nil
			mustWrite(t, storeIn(t, s.dir, given(testKey)), "a", []byte("other"))
			if names, _ := filepath.Glob(filepath.Join(s.dir, "*.tmp")); len(names) != 1 {
				t.Errorf("%v", names)
			}
		}
	}
	mustWrite(t, s, "a", []byte("ours"))
	wantRecord(t, s, "a", []byte("ours"))
	wantAlone(t, s, "a.sealed")
}

// A file that is not ours may have such a name.
func TestWhatIsNotLeftBehindByUsStays(t *testing.T) {
	s := newStore(t)
	mustWrite(t, s, "a", []byte("x"))
	write(t, filepath.Join(s.dir, "notes.tmp"), []byte("x"))
	write(t, filepath.Join(s.dir, "a.sealed.txt"), []byte("x"))
	mustWrite(t, s, "a", []byte("y"))
	wantAlone(t, s, "a.sealed", "a.sealed.txt", "notes.tmp")
}

func wantWhole(t *testing.T, s *Store) {
	t.Helper()
	if data, err := s.Read(background, "a"); err != nil || !isGeneration(data) {
		t.Fatalf("%d bytes, %v", len(data), err)
	}
}

// start starts a program and returns the first line that it prints.
func start(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}
