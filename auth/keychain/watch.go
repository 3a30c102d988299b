package keychain

import "context"

// Watch returns a channel that gets a value soon after any program, this one too, has written the record of that name: read it
// again then. Values that nobody has taken yet become one. It reports what changes after Watch has returned: so watch first,
// then read.
//
// It is a hint: of a program that is killed in the milliseconds between its change and announcing it, the others learn with the
// next change only. So read again before something depends on it, as a refresh does.
//
// When ctx is done the channel is closed, and by then nothing of Watch runs any more.
func (k *Keychain) Watch(ctx context.Context, name string) <-chan struct{} {
	return k.folder().Watch(ctx, name)
}
