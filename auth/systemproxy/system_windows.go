package systemproxy

import (
	"context"
	"net/url"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The structures and numbers are those of winhttp.h.

type userConfig struct { // WINHTTP_CURRENT_USER_IE_PROXY_CONFIG
	autoDetect    int32
	autoConfigURL *uint16
	proxy         *uint16
	proxyBypass   *uint16
}

type autoProxyOptions struct { // WINHTTP_AUTOPROXY_OPTIONS
	flags             uint32
	autoDetectFlags   uint32
	autoConfigURL     *uint16
	reserved          uintptr
	reservedToo       uint32
	logonIfChallenged int32
}

type proxyInfo struct { // WINHTTP_PROXY_INFO
	accessType  uint32
	proxy       *uint16
	proxyBypass *uint16
}

const (
	accessNoProxy    = 1 // WINHTTP_ACCESS_TYPE_NO_PROXY
	accessNamedProxy = 3 // WINHTTP_ACCESS_TYPE_NAMED_PROXY

	autoDetect = 1 // WINHTTP_AUTOPROXY_AUTO_DETECT
	configURL  = 2 // WINHTTP_AUTOPROXY_CONFIG_URL

	detectByDHCPAndDNS = 1 | 2 // WINHTTP_AUTO_DETECT_TYPE_DHCP and _DNS_A

	loginFailure = windows.Errno(12015) // ERROR_WINHTTP_LOGIN_FAILURE

	stepTimeout = 5000 // ms, for each of looking up, connecting, sending, receiving
)

func winHTTP(name string) *windows.LazyProc {
	return windows.NewLazySystemDLL("winhttp.dll").NewProc(name)
}

func readSettings(context.Context) settings {
	get := winHTTP("WinHttpGetIEProxyConfigForCurrentUser")
	var c userConfig
	if get.Find() != nil {
		return settings{}
	}
	if ok, _, _ := get.Call(uintptr(unsafe.Pointer(&c))); ok == 0 {
		return settings{}
	}
	return settings{detect: c.autoDetect != 0, script: taken(c.autoConfigURL), static: taken(c.proxy), except: taken(c.proxyBypass)}
}

// runScript has Windows find, fetch and run a script, and blocks while it does.
func runScript(s settings, u *url.URL) (string, error) {
	open := winHTTP("WinHttpOpen")
	if err := open.Find(); err != nil {
		return "", err
	}
	session, _, err := open.Call(0, accessNoProxy, 0, 0, 0)
	if session == 0 {
		return "", err
	}
	defer winHTTP("WinHttpCloseHandle").Call(session)
	if ok, _, err := winHTTP("WinHttpSetTimeouts").Call(session, stepTimeout, stepTimeout, stepTimeout, stepTimeout); ok == 0 {
		return "", err
	}

	address, err := windows.UTF16PtrFromString(u.String())
	if err != nil {
		return "", err
	}
	var options autoProxyOptions
	if s.detect {
		options.flags, options.autoDetectFlags = autoDetect, detectByDHCPAndDNS
	}
	if s.script != "" {
		options.flags |= configURL
		if options.autoConfigURL, err = windows.UTF16PtrFromString(s.script); err != nil {
			return "", err
		}
	}
	get := func() (string, error) {
		var info proxyInfo
		ok, _, err := winHTTP("WinHttpGetProxyForUrl").Call(session, uintptr(unsafe.Pointer(address)), uintptr(unsafe.Pointer(&options)), uintptr(unsafe.Pointer(&info)))
		if ok == 0 {
			return "", err
		}
		proxy := taken(info.proxy)
		taken(info.proxyBypass) // which a script has none of
		if info.accessType != accessNamedProxy {
			return "", nil
		}
		return proxy, nil
	}
	proxy, err := get()
	if err == loginFailure { // Windows signs in to where the script is only when it must
		options.logonIfChallenged = 1
		proxy, err = get()
	}
	return proxy, err
}

// taken reads a text of Windows' and gives its memory back.
func taken(text *uint16) string {
	if text == nil {
		return ""
	}
	defer windows.NewLazySystemDLL("kernel32.dll").NewProc("GlobalFree").Call(uintptr(unsafe.Pointer(text)))
	return windows.UTF16PtrToString(text)
}
