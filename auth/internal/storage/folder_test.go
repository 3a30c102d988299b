package storage

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestTheFilesAreInTheFirstPlaceThatWorks(t *testing.T) {
	places := 2
	if runtime.GOOS != "windows" {
		places = 3
	}
	for broken := range places {
		w := newWorld(t)
		for n := range broken {
			w.breakPlace(n)
		}
		defer w.mustLock("a")()
		watchUntilEnd(t, w.Folder, "a")
		for _, file := range []string{"a.lock", "a.changed"} {
			info, err := os.Stat(filepath.Join(w.place(broken), file))
			if err != nil || !private(info, 0o600) {
				t.Errorf("with %d places broken: %v, %v", broken, info, err)
			}
		}
		if info, err := os.Stat(w.place(broken)); err != nil || !private(info, 0o700) {
			t.Errorf("the folder: %v, %v", info, err)
		}
		// Another program goes the same way.
		if says, err := w.child("try").Output(); err != nil || strings.TrimSpace(string(says)) != ErrBusy.Error() {
			t.Errorf("another program: %s, %v", says, err)
		}
	}
}

// A lock is held also by somebody for whom an earlier place did not work.
func TestAPlaceThatHeals(t *testing.T) {
	w := newWorld(t)
	heal := w.breakPlace(0)
	unlock := w.mustLock("a")
	heal()
	if _, err := w.TryLock("a"); !errors.Is(err, ErrBusy) {
		t.Fatalf("in the first place: %v; want ErrBusy", err)
	}
	unlock()
	w.mustLock("a")() // both files are there now
	w.breakPlace(0)
	w.mustLock("a")()
}

// Whoever announces and whoever watches need not use the same place.
func TestAPlaceThatHealsIsHeard(t *testing.T) {
	w := newWorld(t)
	heal := w.breakPlace(0)
	changed := watchUntilEnd(t, w.Folder, "a")
	heal()
	watchUntilEnd(t, w.Folder, "a") // makes a file in the first
	w.Announce("a")
	wantTold(t, changed, "a change")
}

func TestNoPlaceWorks(t *testing.T) {
	given := NewFolder("", filepath.Join(t.TempDir(), "file", "locks"))
	mustDo(t, os.WriteFile(filepath.Dir(given.dir), nil, 0o600))
	w := newWorld(t)
	places, _ := w.places()
	for n := range places {
		w.breakPlace(n)
	}
	for _, f := range []*Folder{given, w.Folder} {
		places, _ := f.places()
		_, err := f.Lock(background, "a")
		e, ok := errors.AsType[*FolderError](err)
		if !ok || e.Dir != places[0].path {
			t.Fatalf("%v; want an error of %s", err, places[0].path)
		}
		if strings.Count(err.Error(), e.Dir) != 1 || !strings.Contains(e.Remedy(), e.Dir) {
			t.Errorf("%v. %s", err, e.Remedy())
		}
		f.Announce("a") // is not an error
	}
}

func TestNobodyKnowsWhereTheHomeIs(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is always a temporary folder")
	}
	w := newWorld(t)
	t.Setenv("HOME", "")
	t.Setenv("XDG_CACHE_HOME", "")
	w.mustLock("a")()
	places, _ := w.places()
	if _, err := os.Stat(filepath.Join(places[0].path, "a.lock")); err != nil {
		t.Error(err)
	}
	places = append(places, location{})
	for _, place := range places[:len(places)-1] {
		_ = os.RemoveAll(place.path)
		mustDo(t, os.WriteFile(place.path, nil, 0o600))
	}
	_, err := w.TryLock("a")
	if e, ok := errors.AsType[*FolderError](err); !ok || e.Dir != "" || !strings.Contains(e.Remedy(), "HOME") {
		t.Errorf("%v", err)
	}
}
