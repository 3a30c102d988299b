package storage

import (
	"crypto/rand"
	"io"
	"os"
)

// changedName is the name of the change file, which says nothing: its content
// is random, so that it differs after each change.
func changedName(name string) string { return name + ".changed" }

// Announce has every Watch of that name, in all programs, report a change.
// Failing to is not an error: what was to be stored is stored.
func (f *Folder) Announce(name string) {
	if CheckName(name) != nil {
		return
	}
	// Every Watch has made sure that there is a file: without one there is
	// nobody to tell.
	places, _ := f.places()
	for _, location := range places {
		location.announce(changedName(name))
	}
}

func (l location) announce(name string) {
	p, err := l.open(false)
	if err != nil {
		return
	}
	defer p.close()
	file, err := p.open(name, false)
	if err != nil {
		return
	}
	err = fill(file)
	_ = file.Close()
	if err != nil {
		_ = p.remove(name) // takes no room on a full disk, and is a change as well
	}
}

// fill writes what is 26 bytes, whatever it says. The file is not truncated
// first: that would be a second event, and take new room on the disk.
func fill(file *os.File) error {
	_, err := file.WriteAt([]byte(rand.Text()), 0)
	return err
}

// watchable makes sure that there is a change file that has room for what is
// written later. It returns the file's place, or false if none works.
func (f *Folder) watchable(name string) (location, bool) {
	places, _ := f.places()
	for _, location := range places {
		if location.watchable(changedName(name)) == nil {
			return location, true
		}
	}
	return location{}, false
}

func (l location) watchable(name string) error {
	p, err := l.open(true)
	if err != nil {
		return err
	}
	defer p.close()
	file, err := p.open(name, true)
	if err != nil {
		return err
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() == 0 {
		_ = fill(file)
	}
	return nil
}

// content returns the content of the file, or "none" if there is no file.
func (l location) content(name string) string {
	p, err := l.open(false)
	if err != nil {
		return "none"
	}
	defer p.close()
	file, err := p.open(name, false)
	if err != nil {
		return "none"
	}
	defer file.Close()
	content, _ := io.ReadAll(io.LimitReader(file, 1<<10))
	return string(content)
}
