package settings

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"doorkey/cmd/internal/smallfile"

	"github.com/gofrs/flock"
)

// patience is how long Save waits for another program that is saving. Saving
// takes some 10 ms.
const patience = 10 * time.Second

// Save changes the user file (see [Path]), and nothing else: call [Read] for
// what is in force then. change gets what the file sets and changes it; it must
// not call Save. The order of the lines, comments and blank lines stay as the
// person wrote them.
//
// Programs and goroutines that save at the same time wait for each other, at
// most 10 seconds, and none undoes what another has changed. The file is
// replaced as a whole, and is the person's alone (0600). Where change sets what
// is not right (see [Check]), and where there is a line in the file that is not
// right, nothing is saved, and the error, an [*Error], says what to do. A
// missing file is made, with its folder.
func Save(change func(*File)) error { return save(change, patience) }

func save(change func(*File), patience time.Duration) error {
	path, err := Path()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("settings: not saved: %w", err)
	}
	unlock, err := lock(path, patience)
	if err != nil {
		return fmt.Errorf("settings: not saved: %w", err)
	}
	defer unlock()
	smallfile.RemoveLeftovers(path)

	doc, err := load(UserFile, path, anybody)
	if err != nil {
		return fmt.Errorf("settings: not saved: correct the file first: %w", err)
	}
	data, err := doc.changed(change)
	if err != nil || bytes.Equal(data, doc.data) {
		return err
	}
	if err := smallfile.Write(path, data, 0o600); err != nil {
		return fmt.Errorf("settings: not saved: %w", err)
	}
	return nil
}

// lock takes the file that is locked while the user file is changed. It is a
// file of its own, since the user file is replaced, and is never removed:
// removing it would let two programs hold two files of the same name.
func lock(path string, patience time.Duration) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	l := flock.New(path+".lock", flock.SetPermissions(0o600))
	if _, err := l.TryLockContext(ctx, 5*time.Millisecond); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("another program has been saving settings for %v: try again", patience)
		}
		return nil, fmt.Errorf("cannot lock %s: %w", l.Path(), err)
	}
	return func() { _ = l.Close() }, nil // fails for a bad file descriptor only
}

// changed returns the text of the document after change.
func (d document) changed(change func(*File)) ([]byte, error) {
	file := d.file()
	change(&file)
	for _, def := range definitions {
		if def.inFile == nil {
			continue
		}
		text := get(def.inFile(&file))
		if text == d.values[def.key].text {
			continue
		}
		if err := Check(def.key, text); err != nil {
			return nil, &Error{def.key, Source{UserFile, d.path}, fmt.Errorf("not saved: %w", err)}
		}
		var err error
		if d, err = parse(d.layer, d.path, d.edit(def, text)); err != nil {
			return nil, fmt.Errorf("settings: not saved, since it could not be read back: %w", err)
		}
	}
	if len(d.data) > maxFile {
		return nil, fmt.Errorf("settings: not saved: %s would have more than %d KB: shorten it", d.path, maxFile>>10)
	}
	return d.data, nil
}
