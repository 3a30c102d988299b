package loopback

import (
	"errors"
	"net"
	"testing"
)

func TestAMachineWithoutIPv4(t *testing.T) {
	without := func(network, address string) (net.Listener, error) {
		return nil, errors.New("cannot assign requested address")
	}
	if ip := loopbackIP(without); ip != "::1" {
		t.Errorf("without IPv4 it listens on %s", ip)
	}
	if ip := loopbackIP(net.Listen); ip != "127.0.0.1" {
		t.Errorf("with IPv4 it listens on %s", ip)
	}
}
