//go:build dragonfly || freebsd || linux || netbsd || openbsd

package secretservice

import (
	"context"
	"fmt"

	"github.com/godbus/dbus/v5"
)

type promptKey struct{}

// WithPrompt returns a context with which the methods of [Service] call f: with true before the service asks the person for
// something, such as a password, and with false once it does not ask any more. In between a person may need minutes. KeePassXC
// says that it asks also where it then has nothing to ask.
//
// f is called by the method itself, which waits for it to return.
func WithPrompt(ctx context.Context, f func(open bool)) context.Context {
	return context.WithValue(ctx, promptKey{}, f)
}

// unlock unlocks the item or collection at path, which does nothing if it is unlocked. Some services unlock the collection of the item.
func (c *connection) unlock(ctx context.Context, path dbus.ObjectPath) error {
	var unlocked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err := c.call(ctx, servicePath, serviceInterface+".Unlock", []dbus.ObjectPath{path}).Store(&unlocked, &prompt)
	if err != nil {
		return err
	}
	// Whether it helped shows when what was locked is used: not all services say it in the same way.
	_, err = c.prompt(ctx, prompt)
	return err
}

// createDefault creates the default collection, as libsecret does where there is none: the service asks for the password it is
// to have. A new user of KDE gets KWallet's assistant.
func (c *connection) createDefault(ctx context.Context) error {
	label := "Default keyring" // libsecret's
	if c.provider(ctx) == KWallet {
		label = "kdewallet" // KDE's own, which is unlocked at login where the distribution has set that up
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

// prompt has the service ask the person what it wants to ask, if anything, and waits for the answer: the result of what was asked for.
// If ctx ends before that the prompt is dismissed where it can be.
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

// subscribe has the bus send the signals that prompt waits for, for as long as the connection lasts.
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

// dismiss takes a prompt of the provider away, if that can be done. It does not wait for it.
func (c *connection) dismiss(prompt dbus.ObjectPath, provider Provider) {
	if provider == GNOMEKeyring {
		// GNOME Keyring (42 to 50 at least) aborts at the Dismiss of a prompt to unlock that it shows, and takes the unlocked collections
		// of everybody with it: mark_as_complete in gkd-secret-unlock.c starts the same prompt again. Left alone it is answered
		// by the person, and the next call that needs the answer waits for it too.
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
