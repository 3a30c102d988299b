//go:build !(dragonfly || freebsd || linux || netbsd || openbsd)

package keychain

import (
	"context"

	"github.com/zalando/go-keyring"
)

// keyringRing is go-keyring as it is.
type keyringRing struct{}

func newRing() ring { return keyringRing{} }

func (keyringRing) Get(_ context.Context, service, user string) (string, error) {
	return keyring.Get(service, user)
}

func (keyringRing) Set(_ context.Context, service, user, value string) error {
	return keyring.Set(service, user, value)
}

func (keyringRing) Delete(_ context.Context, service, user string) error {
	return keyring.Delete(service, user)
}

// withPrompt does nothing: go-keyring does not tell of prompts.
func withPrompt(ctx context.Context, _ func(open bool)) context.Context { return ctx }

// lockedAdvice is the same whatever the keychain.
func lockedAdvice(context.Context, ring) string { return lockedRemedy }
