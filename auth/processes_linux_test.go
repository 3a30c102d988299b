package auth_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"doorkey/auth/demo"
	"doorkey/auth/demo/demotest"
	"doorkey/auth/keychain/keychaintest"
)

// computer is where several programs share a real keychain, and the provider
// they sign in at.
type computer struct {
	logto     *demo.Server
	clock     *testClock // the provider's
	faults    *demotest.Faults
	rotations *rotations
	ring      *keychaintest.Keyring
}

func newComputer(t testing.TB) *computer {
	t.Helper()
	c := &computer{clock: newTestClock(), faults: demotest.NewFaults(), rotations: new(rotations), ring: keychaintest.Start(t)}
	c.logto = demotest.Start(t, demo.Config{
		Clock:     c.clock.now,
		Wrap:      func(next http.Handler) http.Handler { return c.faults.Wrap(c.rotations.wrap(next)) },
		Resources: []demo.Resource{{Indicator: ordersAPI}, {Indicator: stockAPI}},
	})
	return c
}

// whose is the name of the person whose access token the provider takes it
// for, and "" where it does not take it.
func (c *computer) whose(t *testing.T, token string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.logto.Endpoint()+"/oidc/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := demotest.NewBrowser().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var claims struct{ Name string }
	if err := json.NewDecoder(resp.Body).Decode(&claims); err != nil || resp.StatusCode != http.StatusOK {
		return ""
	}
	return claims.Name
}

// rotation is one refresh, as the provider saw it.
type rotation struct {
	used, given string // refresh tokens
	answered    time.Time
}

// rotations are all refreshes that the provider granted.
type rotations struct {
	mu  sync.Mutex
	all []rotation
}

func (r *rotations) since(n int) []rotation {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all[n:]
}

func (r *rotations) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != "/oidc/token" || req.ParseForm() != nil || req.PostForm.Get("grant_type") != "refresh_token" {
			next.ServeHTTP(w, req)
			return
		}
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, req)
		var body struct {
			RefreshToken string `json:"refresh_token"`
		}
		if json.Unmarshal(recorder.Body.Bytes(), &body) == nil && body.RefreshToken != "" {
			r.mu.Lock()
			r.all = append(r.all, rotation{req.PostForm.Get("refresh_token"), body.RefreshToken, time.Now()})
			r.mu.Unlock()
		}
		for name, values := range recorder.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	})
}

// process is an obedient program, see there.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr bytes.Buffer // to be read when it has ended
	ended  bool
}

// hung is when a program is killed because it will not end any more.
const hung = 2 * time.Minute

// run starts a program that carries out one command, which must work.
func (c *computer) run(t *testing.T, command string) answer {
	t.Helper()
	p := c.start(t)
	defer p.end()
	return p.do(command)
}

// start starts a program and waits until it is ready.
func (c *computer) start(t *testing.T) *process {
	t.Helper()
	p := c.launch(t)
	p.await()
	return p
}

// launch starts a program, for which await waits, with more in its environment.
func (c *computer) launch(t *testing.T, more ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), hung)
	p := &process{t: t, cmd: exec.CommandContext(ctx, os.Args[0])}
	p.cmd.Env = slices.Concat(os.Environ(), c.ring.Env(), more, []string{
		childVariable + "=" + obedient,
		issuerVariable + "=" + c.logto.Issuer(),
		"GORACE=atexit_sleep_ms=0", // under -race a program sleeps for a second before it ends
	})
	p.cmd.Stderr = &p.stderr
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin, p.stdout = stdin, bufio.NewReader(stdout)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); p.end() }) // unless it has ended, it is killed
	return p
}

// tell gives the program a command and does not wait for it to be carried out.
func (p *process) tell(command string) {
	p.t.Helper()
	if _, err := fmt.Fprintln(p.stdin, command); err != nil {
		p.t.Fatalf("to tell it to %s: %v", command, err)
	}
}

// hears tells whether the program said a line that begins like this. It did not
// if it ended before.
func (p *process) hears(prefix string) (string, bool) {
	p.t.Helper()
	line, err := p.stdout.ReadString('\n')
	if err != nil { // half a line, perhaps
		return "", false
	}
	if !strings.HasPrefix(line, prefix) {
		p.t.Fatalf("it said %q, not %q", line, prefix)
	}
	return line, true
}

// answer waits for what came of a command. A program that was killed may not
// have carried it out, or not even have begun.
func (p *process) answer() (a answer, isBegun, isDone bool) {
	p.t.Helper()
	if _, isBegun = p.hears(begun); !isBegun {
		return answer{}, false, false
	}
	line, isDone := p.hears("{")
	if isDone {
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			p.t.Fatal(err)
		}
	}
	return a, true, isDone
}

// await waits until the program is ready.
func (p *process) await() {
	p.t.Helper()
	if _, ok := p.hears(ready); !ok {
		p.end()
		p.t.FailNow()
	}
}

// do has the program carry out a command.
func (p *process) do(command string) answer {
	p.t.Helper()
	p.tell(command)
	return p.done(command)
}

// done is what came of a command that must work.
func (p *process) done(command string) answer {
	p.t.Helper()
	a, _, isDone := p.answer()
	if !isDone {
		p.end()
		p.t.Fatalf("%s: it ended", command)
	}
	if a.Err != "" {
		p.t.Fatalf("%s: %s", command, a.Err)
	}
	return a
}

// kill kills the program without a warning (SIGKILL).
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Error(err)
	}
}

// end ends the program, if it was not killed, and waits for it.
func (p *process) end() {
	p.t.Helper()
	if p.ended {
		return
	}
	p.ended = true
	_ = p.stdin.Close() // it has no more to do
	_, _ = io.Copy(io.Discard, p.stdout)
	_ = p.cmd.Wait()
	if status := p.cmd.ProcessState; status.ExitCode() > 0 || p.stderr.Len() > 0 { // -1: it was killed
		p.t.Errorf("a program ended: %v\n%s", status, &p.stderr)
	}
}
