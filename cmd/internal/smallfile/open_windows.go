package smallfile

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// open opens a file to read it. Windows refuses while somebody puts another in
// its place, which takes nobody long.
func open(path string) (*os.File, error) {
	for limit := time.Now().Add(time.Second); ; time.Sleep(5 * time.Millisecond) {
		f, err := os.Open(path)
		if !errors.Is(err, windows.ERROR_SHARING_VIOLATION) || time.Now().After(limit) {
			return f, err
		}
	}
}
