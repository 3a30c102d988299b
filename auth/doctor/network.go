package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

var (
	reachableNoSuchHost = outcome{"reachable.no-such-host", Failed, "there is no host named {{.Host}}", "Check the spelling of the issuer; if it is right, connect to the network or VPN where that name is known."}
	reachableDNS        = outcome{"reachable.dns", Failed, "the name {{.Host}} could not be looked up", "Check this computer's network connection and its name server (DNS), then try again."}
	reachableRefused    = outcome{"reachable.refused", Failed, "{{.Host}} takes no connections on port {{.Port}}", "Check the port in the issuer, and whether Logto is running there."}
	reachableNetwork    = outcome{"reachable.network", Failed, "there is no way to {{.Host}} from this computer", "Connect this computer to the network, or to the VPN, then try again."}
	reachableTimeout    = outcome{"reachable.timeout", Failed, "{{.Host}} did not take a connection on port {{.Port}} within {{.Seconds}} seconds", "Connect to the VPN if Logto is behind one, and check that no firewall is in the way."}
	reachableSilent     = outcome{"reachable.silent", Failed, "{{.Host}} took the connection, but said nothing for {{.Seconds}} seconds", "Check whether Logto is what runs there on port {{.Port}}, and whether a firewall or proxy holds its answer back."}
	reachableCut        = outcome{"reachable.cut", Failed, "{{.Host}} took the connection and closed it without an answer", "Check whether Logto is what runs there on port {{.Port}}, and that no firewall cuts the connection."}
	reachableNoTLS      = outcome{"reachable.no-tls", Failed, "{{.Host}} does not speak https on port {{.Port}}", "Check the port in the issuer, and that https is set up for Logto there, such as by a reverse proxy."}
	reachableTLS        = outcome{"reachable.tls", Failed, "{{.Host}} and this computer could not agree on how to encrypt", "Ask the server's administrator to allow TLS 1.2 or later."}
	reachableFailed     = outcome{"reachable.failed", Failed, "{{.Host}} could not be asked: {{.Error}}", "Check the network and the issuer, then try again."}
)

// trouble is why there was no answer.
type trouble struct {
	outcome outcome
	params  Params // all that is known, more than the outcome names
}

// blame finds the reason in the error of a request.
func (e *examination) blame(ctx context.Context, issuer *url.URL, err error, reached int32) trouble {
	t := trouble{reachableFailed, Params{
		"Host":    quote(issuer.Hostname()),
		"Port":    portOf(issuer),
		"Seconds": strconv.Itoa(int(e.web.timeout.Seconds())),
		"Error":   quote(err.Error()),
	}}
	var (
		refusal *proxyRefusal
		name    *net.DNSError
		op      *net.OpError
	)
	switch {
	case errors.As(err, &refusal):
		t.outcome = reachableProxyRefused
		if refusal.status == http.StatusProxyAuthRequired {
			t.outcome = reachableProxyPassword
		}
		t.params["Proxy"] = quote(refusal.proxy)
		t.params["Status"] = strconv.Itoa(refusal.status)
	case errors.Is(err, errProxySetting):
		t.outcome = reachableProxySetting
	case errors.As(err, &op) && op.Op == "proxyconnect":
		t.outcome = reachableProxy
		t.params["Proxy"] = quote(e.web.proxyFor(issuer))
	case e.blameCertificate(ctx, issuer, err, &t):
	case errors.As(err, &name) && name.IsNotFound:
		t.outcome = reachableNoSuchHost
	case errors.As(err, &name):
		t.outcome = reachableDNS
	case isTimeout(err):
		t.outcome = [...]outcome{nowhere: reachableTimeout, naming: reachableDNS, named: reachableTimeout, connected: reachableSilent}[reached]
	case isErrno(err, syscall.ECONNREFUSED, wsaeconnrefused):
		t.outcome = reachableRefused
	case isErrno(err, syscall.ENETUNREACH, wsaenetunreach), isErrno(err, syscall.EHOSTUNREACH, wsaehostunreach):
		t.outcome = reachableNetwork
	case isA[tls.RecordHeaderError](err):
		t.outcome = reachableNoTLS
	case isRemoteAlert(err), strings.HasPrefix(err.Error(), "tls: "):
		t.outcome = reachableTLS
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), isErrno(err, syscall.ECONNRESET, wsaeconnreset):
		t.outcome = reachableCut
	}
	return t
}

// isRemoteAlert tells the other side's refusal of a TLS handshake, for which
// crypto/tls has no exported type.
func isRemoteAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

func isA[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

// Windows has numbers of its own, to which syscall's are not equal. Nothing
// else uses numbers as high.
const (
	wsaenetunreach  = syscall.Errno(10051)
	wsaeconnreset   = syscall.Errno(10054)
	wsaeconnrefused = syscall.Errno(10061)
	wsaehostunreach = syscall.Errno(10065)
)

func isErrno(err error, numbers ...syscall.Errno) bool {
	for _, number := range numbers {
		if errors.Is(err, number) {
			return true
		}
	}
	return false
}

// stage is how far a request has come. Several addresses may be tried at once,
// so the farthest counts.
type stage struct {
	at atomic.Int32

	mu  sync.Mutex
	way []string // what there is to know of it
}

// note notes a part of the way.
func (s *stage) note(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.way = append(s.way, quote(what))
}

// details are the way that the request has taken.
func (s *stage) details() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.way)
}

const (
	nowhere = iota
	naming  // the name server is being asked
	named
	connected
)

func (s *stage) reached() int32 { return s.at.Load() }

func (s *stage) reach(to int32) {
	for at := s.at.Load(); at < to; at = s.at.Load() {
		if s.at.CompareAndSwap(at, to) {
			return
		}
	}
}

func (s *stage) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { s.reach(naming) },
		DNSDone: func(done httptrace.DNSDoneInfo) {
			if done.Err == nil {
				s.reach(named)
				var addresses []string
				for _, a := range done.Addrs {
					addresses = append(addresses, a.String())
				}
				s.note("DNS: " + strings.Join(addresses, ", "))
			}
		},
		ConnectDone: func(_, address string, err error) {
			if err == nil {
				s.reach(connected)
				s.note("TCP: connected to " + address)
			}
		},
		TLSHandshakeDone: func(state tls.ConnectionState, err error) {
			if err == nil && len(state.PeerCertificates) > 0 {
				c := state.PeerCertificates[0]
				s.note(tls.VersionName(state.Version) + ": certificate from " + c.Issuer.String() + ", until " + c.NotAfter.Format(time.DateOnly))
			}
		},
	})
}
