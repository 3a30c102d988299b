package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"doorkey/auth/logto/management"

	"golang.org/x/term"
)

// maxSecret bounds a secret in bytes. Logto's has 32, WeCom's 43.
const maxSecret = 4096

// setupSecrets come, each of its own, from standard input where that was asked
// for, else from the environment, else from a person at a terminal.
func (p *program) setupSecrets(ctx context.Context, s setUp, needWeCom bool) (m2m, wecom management.Secret, err error) {
	lines := bufio.NewScanner(p.Stdin)
	lines.Buffer(nil, maxSecret)
	read := func(what, env, flag string, fromStdin bool) (management.Secret, error) {
		switch {
		case fromStdin:
			return readSecretLine(lines, what)
		case p.Getenv(env) != "":
			return management.NewSecret(strings.TrimSpace(p.Getenv(env))), nil
		}
		return p.askForSecret(ctx, what, fmt.Sprintf("set %s, or give it on standard input with %s", env, flag))
	}
	m2m, err = read("the App Secret of the machine-to-machine application", envM2MSecret, "--m2m-secret-stdin", s.m2mSecretStdin)
	if err == nil && needWeCom {
		wecom, err = read("the secret of the WeCom application (Secret)", envWeComSecret, "--wecom-secret-stdin", s.wecomSecretStdin)
	}
	return m2m, wecom, err
}

func readSecretLine(lines *bufio.Scanner, what string) (management.Secret, error) {
	if lines.Scan() && strings.TrimSpace(lines.Text()) != "" {
		return management.NewSecret(strings.TrimSpace(lines.Text())), nil
	}
	if err := lines.Err(); err != nil && !errors.Is(err, bufio.ErrTooLong) {
		return management.Secret{}, fmt.Errorf("%s could not be read: %w", what, err)
	}
	return management.Secret{}, usagef("%s is not on standard input: it takes a line there, that of the machine-to-machine application before that of WeCom", what)
}

// askForSecret asks at a terminal, which does not show what is typed.
func (p *program) askForSecret(ctx context.Context, what, otherwise string) (management.Secret, error) {
	terminal, ok := p.Stdin.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		return management.Secret{}, usagef("%s is missing: %s", what, otherwise)
	}
	fd := int(terminal.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return management.Secret{}, fmt.Errorf("%s cannot be asked for: %w: %s", what, err, otherwise)
	}
	fmt.Fprintf(p.Stderr, "%s%s (not shown): ", strings.ToUpper(what[:1]), what[1:])
	defer fmt.Fprintln(p.Stderr)
	type typed struct {
		text []byte
		err  error
	}
	done := make(chan typed, 1)
	// A read from a terminal cannot be called off: after an interrupt the
	// goroutine is left behind, and ends with the program.
	go func() {
		text, err := term.ReadPassword(fd)
		done <- typed{text, err}
	}()
	select {
	case t := <-done:
		secret := strings.TrimSpace(string(t.text))
		if t.err != nil || secret == "" {
			return management.Secret{}, usagef("%s is missing: %s", what, otherwise)
		}
		return management.NewSecret(secret), nil
	case <-ctx.Done():
		_ = term.Restore(fd, before) // or what is typed next would not show either
		return management.Secret{}, ctx.Err()
	}
}
