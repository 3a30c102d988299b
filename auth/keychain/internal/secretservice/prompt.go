//go:build dragonfly || freebsd || linux || netbsd || openbsd

package secretservice

import (
	"context"
	"fmt"

	"github.com/godbus/dbus/v5"
)

type promptKey struct{}

// WithPrompt returns a context with which the methods of [Service] call f: with true before the service asks the
// person for something, such as a password, and with false when the prompt is answered or gone. In between a person
// may need minutes. KeePassXC announces a prompt even when it then has nothing to ask; it is over within milliseconds.
//
// f is called on the goroutine of the method, which waits for it to return.
func WithPrompt(ctx context.Context, f func(open bool)) context.Context {
	return context.WithValue(ctx, promptKey{}, f)
}

// unlock unlocks the item or collection at path, if it is locked. Some services unlock the whole collection of an item.
func (c *connection) unlock(ctx context.Context, path dbus.ObjectPath) error {
	var unlocked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err := c.call(ctx, servicePath, serviceInterface+".Unlock", []dbus.ObjectPath{path}).Store(&unlocked, &prompt)
	if err != nil {
		return err
	}
	// Services report in different ways what they have unlocked. The next call shows whether it helped.
	_, err = c.prompt(ctx, prompt)
	return err
}

// createDefault creates the default collection, as libsecret does if there is none. The service asks for a password
// for it; a new user of KDE gets KWallet's assistant.
func (c *connection) createDefault(ctx context.Context) error {
	label := "Default keyring" // libsecret's
	if c.provider(ctx) == KWallet {
		label = "kdewallet" // KDE's own name, which pam_kwallet unlocks at login
	}
	properties := map[string]dbus.Variant{collectionInterface + ".Label": dbus.MakeVariant(label)}
	var collection, prompt dbus.ObjectPath
	err := c.call(ctx, servicePath, serviceInterface+".CreateCollection", properties, "default").Store(&collection, &prompt)
	if err != nil {
		return err
	}
	_, err = c.prompt(ctx, prompt)
	return err
}

// prompt lets the service ask the person, if it has something to ask, and returns the result of the call that needed
// the answer. If ctx ends first the prompt is dismissed, if that can be done.
func (c *connection) prompt(ctx context.Context, prompt dbus.ObjectPath) (result any, err error) {
	if prompt == noObject || prompt == "" {
		return nil, nil
	}
	if err := c.subscribe(ctx); err != nil {
		return nil, err
	}
	provider := c.provider(ctx)
	signals := make(chan *dbus.Signal, 16)
	c.Signal(signals)
	defer c.RemoveSignal(signals)

	if f, ok := ctx.Value(promptKey{}).(func(open bool)); ok {
		f(true)
		defer f(false)
	}
	const noWindow = ""
	if err := c.call(ctx, prompt, promptInterface+".Prompt", noWindow).Err; err != nil {
		if ctx.Err() != nil {
			c.dismiss(prompt, provider)
		}
		return nil, err
	}
	for {
		select {
		case signal, ok := <-signals:
			switch {
			case !ok:
				return nil, dbus.ErrClosed
			case signal.Name == "org.freedesktop.DBus.NameOwnerChanged" && signal.Path == "/org/freedesktop/DBus" && ofService(signal):
				return nil, fmt.Errorf("the prompt went away: %w", dbus.Error{
					Name: "org.freedesktop.DBus.Error.NoReply", Body: []any{"the Secret Service ended"}})
			case signal.Name == promptInterface+".Completed" && signal.Path == prompt:
				return c.completed(ctx, signal, provider)
			}
		case <-ctx.Done():
			c.dismiss(prompt, provider)
			return nil, ctx.Err()
		case <-c.Context().Done():
			return nil, dbus.ErrClosed
		}
	}
}

// subscribe asks the bus for the signals that prompt waits for, for as long as the connection lasts.
func (c *connection) subscribe(ctx context.Context) error {
	if c.signals {
		return nil
	}
	err := c.AddMatchSignalContext(ctx,
		dbus.WithMatchSender(serviceName), dbus.WithMatchInterface(promptInterface), dbus.WithMatchMember("Completed"))
	if err != nil {
		return err
	}
	err = c.AddMatchSignalContext(ctx,
		dbus.WithMatchSender("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, serviceName))
	c.signals = err == nil
	return err
}

// ofService reports whether NameOwnerChanged is about the name of the service.
func ofService(signal *dbus.Signal) bool {
	return len(signal.Body) > 0 && signal.Body[0] == serviceName
}

// dismiss tells the provider that nobody waits for a prompt any more. It does not wait for an answer. KWallet and
// KeePassXC leave their window on the screen all the same.
func (c *connection) dismiss(prompt dbus.ObjectPath, provider Provider) {
	if provider == GNOMEKeyring {
		// GNOME Keyring aborts if an unlock prompt is dismissed while it is on the screen (seen with 42.1: in
		// gkd-secret-unlock.c, mark_as_complete starts the same prompt again, and an assertion fails), and everything
		// that was unlocked is locked. If it is left alone the person can still answer it, and a later call that needs
		// the answer gets it.
		return
	}
	c.Object(serviceName, prompt).Go(promptInterface+".Dismiss", dbus.FlagNoReplyExpected|dbus.FlagNoAutoStart, nil)
}

// completed returns the result of a prompt.
func (c *connection) completed(ctx context.Context, signal *dbus.Signal, provider Provider) (any, error) {
	var dismissed bool
	var result dbus.Variant
	if err := dbus.Store(signal.Body, &dismissed, &result); err != nil {
		return nil, err
	}
	switch {
	case !dismissed:
		return result.Value(), nil
	case provider == GNOMEKeyring && !c.hasOwner(ctx, gnomePrompter):
		return nil, ErrNoDisplay
	default:
		return nil, ErrDismissed
	}
}
