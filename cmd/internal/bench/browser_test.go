//go:build linux

package bench_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// browser is a command that opens an address, which is then in opened.
type browser struct {
	command string
	opened  chan string
}

func newBrowser(b *testing.B) *browser {
	b.Helper()
	dir := b.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		b.Fatal(err)
	}
	// Also for writing, so that it does not end with the first who wrote to it.
	from, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		b.Fatal(err)
	}
	br := &browser{command: filepath.Join(dir, "browser"), opened: make(chan string)}
	script := "#!/bin/sh\nprintf '%s\\n' \"$1\" >" + pipe + "\n"
	if err := os.WriteFile(br.command, []byte(script), 0o700); err != nil {
		b.Fatal(err)
	}
	ended, end := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewReader(from); ; {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			select {
			case br.opened <- strings.TrimSpace(line):
			case <-end:
				return
			}
		}
	}()
	b.Cleanup(func() {
		close(end)
		from.Close()
		<-ended
	})
	return br
}
