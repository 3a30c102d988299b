package loopback

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"syscall"

	"golang.org/x/sys/windows"
)

// openBySystem hands the address to the shell of Windows, which is not cmd.exe:
// ShellExecuteW looks up the program for https in the registry and starts it.
func openBySystem(ctx context.Context, url string) error {
	ended := make(chan error, 1)
	// The goroutine ends when Windows answers, which nothing can hasten.
	go func() { ended <- shellExecute(url) }()
	select {
	case err := <-ended:
		if err != nil {
			return fmt.Errorf("Windows opened no browser: %w: choose a default one in Settings, Apps, Default apps", err)
		}
	case <-ctx.Done():
	}
	return nil
}

func shellExecute(url string) error {
	address, err := windows.UTF16PtrFromString(url)
	if err != nil {
		return err
	}
	// A browser's handler may be a COM object ("Launching Applications" in the
	// documentation of the Windows Shell), which wants an apartment. That of a
	// thread that has one already will do.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err = windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED|windows.COINIT_DISABLE_OLE1DDE)
	if err == nil || errors.Is(err, syscall.Errno(windows.S_FALSE)) {
		defer windows.CoUninitialize()
	}
	return windows.ShellExecute(0, nil, address, nil, nil, windows.SW_SHOWNORMAL)
}
