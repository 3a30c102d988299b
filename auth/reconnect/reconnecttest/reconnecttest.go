//go:build linux

// Package reconnecttest gives a test a network of its own, which it can change
// under a program: a Linux network namespace, where a server is reached at
// [Server].
//
//	func TestX(t *testing.T) {
//		if !reconnecttest.Isolate(t) {
//			return
//		}
//		network := reconnecttest.Connect(t)
//		… a server at net.JoinHostPort(reconnecttest.Server, "0"), a request to it …
//		network.ChangeAddress()
//		… another request …
//	}
package reconnecttest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// Server is the address to listen at.
const Server = "10.9.0.1"

// The program's addresses, before and after a change.
const before, after = "10.9.0.2", "10.9.0.3"

// variable names the test that a program runs in its namespace.
const variable = "RECONNECTTEST_ISOLATED"

// Isolate reports whether the test runs in a network namespace of its own. Where
// it does not, it is run again in one, as a program of its own, whose outcome is
// the test's; the caller then only has to return. It is skipped where the system
// permits no namespaces. t is not a subtest.
func Isolate(t *testing.T) bool {
	t.Helper()
	if os.Getenv(variable) == t.Name() {
		return true
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-test.v", "-test.run=^"+regexp.QuoteMeta(t.Name())+"$")
	// A proxy could not be reached from there.
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return strings.HasSuffix(strings.ToLower(name), "_proxy")
	}), variable+"="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Start()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL) {
		t.Skipf("this system permits no network namespaces: %v", err)
	}
	if err == nil {
		err = cmd.Wait()
	}
	t.Logf("in a network namespace:\n%s", &out)
	switch {
	case err != nil:
		t.Errorf("in a network namespace: %v", err)
	case bytes.Contains(out.Bytes(), []byte("\n--- SKIP: "+t.Name()+" ")):
		t.Skip("this system does not permit changes of a network namespace")
	case !bytes.Contains(out.Bytes(), []byte("\n--- PASS: "+t.Name()+" ")):
		t.Error("the test did not run in a network namespace")
	}
	return false
}

// Network is a network of a test that was isolated. It fails the test where it
// cannot be changed.
type Network struct{ t *testing.T }

// Connect makes the network.
func Connect(t *testing.T) *Network {
	t.Helper()
	n := &Network{t}
	out, err := exec.CommandContext(t.Context(), "ip", "link", "set", "lo", "up").CombinedOutput()
	if bytes.Contains(out, []byte("not permitted")) {
		t.Skipf("ip: %s", out)
	}
	if err != nil {
		t.Fatalf("ip, of the package iproute2: %v: %s", err, out)
	}
	for _, address := range []string{Server, before, after} {
		n.run("ip address add " + address + "/32 dev lo")
	}
	// Of IPv6 a cable would get addresses in the middle of a test.
	const noIPv6 = "/proc/sys/net/ipv6/conf/default/disable_ipv6"
	if err := os.WriteFile(noIPv6, []byte("1"), 0); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	n.run("ip link add cable type veth peer name end")
	n.run("ip link set cable up")
	n.run("ip link set end up")
	n.from(before)
	return n
}

// ChangeAddress is another Wi-Fi, or a VPN that ends: the address that
// connections came from is gone, and new ones come from another. Neither end is
// told.
func (n *Network) ChangeAddress() {
	n.t.Helper()
	n.run("ip address delete " + before + "/32 dev lo")
	n.from(after)
}

// LosePackets is a router that has forgotten its connections: none of their
// packets arrives any more, while this computer has the addresses it had, and new
// connections get through.
func (n *Network) LosePackets() {
	n.t.Helper()
	n.from(after)
	// A cable at whose other end nobody has that hardware address. It has been
	// there from the start, with no address of its own.
	for _, address := range []string{Server, before} {
		n.run("ip neighbour add " + address + " lladdr 02:00:00:00:00:01 nud permanent dev cable")
		n.run("ip route add " + address + "/32 dev cable table 10")
	}
	// Rules before that of the local table, which is the first.
	n.run("ip rule add pref 100 lookup local")
	n.run("ip rule delete pref 0")
	n.run("ip rule add pref 10 from " + before + " lookup 10")
	n.run("ip rule add pref 10 to " + before + " lookup 10")
}

// Connections is how many connections to [Server] this side of them holds open
// that were opened before a change.
func (n *Network) Connections() int {
	n.t.Helper()
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		n.t.Fatal(err)
	}
	count := 0
	for line := range strings.Lines(string(table)) {
		const established = "01"
		if f := strings.Fields(line); strings.HasPrefix(f[1], hex(before)+":") && f[3] == established {
			count++
		}
	}
	return count
}

// hex is an address as /proc/net/tcp has it: a number in this machine's order.
func hex(address string) string {
	ip := netip.MustParseAddr(address).As4()
	return fmt.Sprintf("%08X", binary.NativeEndian.Uint32(ip[:]))
}

// from has new connections to Server come from an address.
func (n *Network) from(address string) {
	n.t.Helper()
	n.run("ip route replace local " + Server + " dev lo table local src " + address)
}

func (n *Network) run(command string) {
	n.t.Helper()
	args := strings.Fields(command)
	if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		n.t.Fatalf("%s: %v: %s", command, err, out)
	}
}
