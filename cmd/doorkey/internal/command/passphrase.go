package command

import (
	"context"

	"doorkey/auth/logto/management"
)

// askPassphrase asks at a terminal for the passphrase of the encrypted files,
// for connect.FileStore. A new one is typed twice.
func (p *program) askPassphrase(ctx context.Context, fresh bool) (string, error) {
	const otherwise = "run this at a terminal, or set storage-key-file or storage-key-command"
	ask := func(what string) (management.Secret, error) { return p.askForSecret(ctx, what, otherwise) }
	if !fresh {
		passphrase, err := ask("the passphrase of your stored sessions")
		return passphrase.Reveal(), err
	}
	passphrase, err := ask("a new passphrase for your stored sessions")
	if err != nil {
		return "", err
	}
	again, err := ask("the same passphrase once more")
	if err != nil {
		return "", err
	}
	if again.Reveal() != passphrase.Reveal() {
		return "", usagef("the two passphrases are not the same: try again")
	}
	return passphrase.Reveal(), nil
}
