package command

import (
	"bufio"
	"context"
	"errors"
	"strings"

	"doorkey/auth"
)

// maxPasted bounds a pasted line, in bytes. A callback has some 300.
const maxPasted = 64 << 10

// deliver takes lines until one is the address that the sign-in waits for.
func (p *program) deliver(ctx context.Context, client *auth.Client) {
	lines := bufio.NewScanner(p.Stdin)
	lines.Buffer(nil, maxPasted)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		switch err := client.DeliverCallback(ctx, line); {
		case err == nil, errors.Is(err, auth.ErrNotWaiting), ctx.Err() != nil:
			return
		default:
			p.say("%s", pastedSentence(err))
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		p.say("what was pasted is too long for an address")
	}
}

// pastedSentence says why what was pasted does not finish the sign-in.
func pastedSentence(err error) string {
	callback, is := errors.AsType[*auth.CallbackError](err)
	if !is {
		return err.Error()
	}
	switch callback.Reason {
	case auth.CallbackOtherSignIn:
		return "this address is of an earlier sign-in: open the one above, and paste the address it ends on"
	case auth.CallbackNoAnswer:
		return "there is no sign-in in this address yet: finish in the browser, and paste the address it ends on"
	case auth.CallbackWrongIssuer:
		return "this address comes from another provider: open the one above, and paste the address it ends on"
	}
	return "this is not the address that the browser ended on, which begins with the redirect URI: copy it whole from the address bar"
}
