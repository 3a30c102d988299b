//go:build !windows

package loopback

import "context"

func openBySystem(ctx context.Context, url string) error {
	openers, err := thisSystem().openers()
	if err != nil {
		return err
	}
	return openWith(ctx, openers, url)
}
