package filestore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// commandTime is how long a command may take, which may ask a person.
const commandTime = 2 * time.Minute

// KeyCommand runs a command, such as "pass show doorkey", for the first line of
// its output. There is no shell. What the command says on its standard error is
// seen by the person, and its standard input is empty. It is killed after two
// minutes, and when ctx is done. It does not get the secrets in the environment
// of this program.
func KeyCommand(argv ...string) Key {
	return func(ctx context.Context, _ bool) (string, error) {
		if len(argv) == 0 {
			return "", errors.New("the key command is empty")
		}
		key, err := runKeyCommand(ctx, argv)
		if err != nil {
			return "", fmt.Errorf("the key command %s %w", filepath.Base(argv[0]), err)
		}
		return key, nil
	}
}

func runKeyCommand(ctx context.Context, argv []string) (string, error) {
	limited, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	output := &limitedOutput{full: cancel}
	cmd := exec.CommandContext(limited, argv[0], argv[1:]...)
	cmd.Env = withoutSecrets(os.Environ())
	cmd.Stdout, cmd.Stderr = output, os.Stderr
	cmd.WaitDelay = time.Second // for what it has started, and left running
	err := cmd.Run()
	switch {
	case output.tooMuch:
		return "", fmt.Errorf("prints more than %d bytes", maxOutput)
	case ctx.Err() != nil:
		return "", fmt.Errorf("did not end: %w", ctx.Err())
	case limited.Err() != nil:
		return "", fmt.Errorf("did not end within %v", commandTime)
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return "", fmt.Errorf("failed: %w", err)
	}
	return firstLine(output.data)
}

// maxOutput is how much a command may print, in bytes.
const maxOutput = 64 << 10

// A limitedOutput is the output of a command. It calls full once it is too much.
type limitedOutput struct {
	data    []byte
	full    func()
	tooMuch bool
}

func (o *limitedOutput) Write(p []byte) (int, error) {
	if len(o.data)+len(p) > maxOutput {
		o.tooMuch = true
		o.full()
		return 0, errors.New("too much output")
	}
	o.data = append(o.data, p...)
	return len(p), nil
}

// withoutSecrets leaves out the secrets that Doorkey's programs have in their
// environment, or give to others in it.
func withoutSecrets(environ []string) []string {
	var kept []string
	for _, variable := range environ {
		name, _, _ := strings.Cut(strings.ToUpper(variable), "=")
		ours := strings.HasPrefix(name, "DOORKEY_") || strings.HasPrefix(name, "AUTH_LOGTO_")
		if ours && (strings.HasSuffix(name, "SECRET") || strings.HasSuffix(name, "TOKEN")) {
			continue
		}
		kept = append(kept, variable)
	}
	return kept
}
