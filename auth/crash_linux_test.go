package auth_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"doorkey/auth/demo/demotest"
)

// The tests here kill programs (kill -9) at random instants of a refresh, a
// sign-in or a sign-out: 200 in all, 30 with -short. Each time another program
// must find the old session or the new one, and be able to go on with it.

// kills is how many times one test does so.
func kills(many, few int) int {
	if testing.Short() {
		return few
	}
	return many
}

// seedVariable repeats the delays of a test that has failed and told its seed.
const seedVariable = "AUTH_TEST_SEED"

// killer kills programs at random instants of a command.
type killer struct {
	*computer
	t      *testing.T
	random *rand.Rand
	took   []time.Duration // by those that were not killed in time
	begun  int             // those that were killed on the way
	found  map[string]int  // how often something was found then
}

// signIns are the commands by which people sign in.
var signIns = map[string]string{
	"张三": "sign-in " + demotest.ZhangSan,
	"李四": "sign-in " + demotest.LiSi,
}

func newKiller(t *testing.T) *killer {
	t.Helper()
	t.Parallel() // much of it is waiting
	seed := rand.Uint64()
	if set := os.Getenv(seedVariable); set != "" {
		var err error
		if seed, err = strconv.ParseUint(set, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%s=%d", seedVariable, seed)
	k := &killer{computer: newComputer(t), t: t, random: rand.New(rand.NewPCG(seed, 0)), found: make(map[string]int)}
	k.run(t, signIns["张三"])
	return k
}

// practise measures how long a command takes, and does another after it.
func (k *killer) practise(command, after string) {
	k.t.Helper()
	for range 3 {
		k.took = append(k.took, k.run(k.t, command).Took)
		k.run(k.t, after)
	}
}

// kill has a new program carry out a command and kills it, mostly on the way.
func (k *killer) kill(command string) {
	k.t.Helper()
	recent := slices.Clone(k.took[max(0, len(k.took)-9):])
	slices.Sort(recent)
	longest := recent[len(recent)/2] * 3 / 2

	p := k.start(k.t)
	defer p.end()
	p.tell(command)
	time.Sleep(time.Duration(k.random.Int64N(int64(longest))))
	p.kill()
	switch a, isBegun, isDone := p.answer(); {
	case isDone && a.Err != "":
		k.t.Errorf("%s: %s", command, a.Err)
	case isDone:
		k.took = append(k.took, a.Took)
	case isBegun:
		k.begun++
	}
}

// finds looks at what a kill has left, with a new program.
func (k *killer) finds(look func(*process) string) {
	k.t.Helper()
	p := k.start(k.t)
	what := look(p)
	p.end()
	k.found[what]++
	if k.t.Failed() {
		k.t.Fatalf("after %d kills: %s", k.sum(), what)
	}
}

func (k *killer) sum() int {
	sum := 0
	for _, n := range k.found {
		sum += n
	}
	return sum
}

// summary checks that the kills hit something; a few of them might not.
func (k *killer) summary() {
	k.t.Helper()
	k.t.Logf("%d kills, %d of them on the way: %v", k.sum(), k.begun, k.found)
	if !testing.Short() && (k.begun < k.sum()/3 || len(k.found) < 2) {
		k.t.Errorf("too few hit anything; it takes %v", k.took)
	}
}

// wantWorking checks that one of these people is signed in, that their access
// token works at once, and that there will be others. It returns who it is.
func (k *killer) wantWorking(p *process, people ...string) string {
	k.t.Helper()
	before := p.do("token")
	if !slices.Contains(people, before.Person) {
		k.t.Errorf("session of %q, want %q", before.Person, people)
	}
	after := p.do("refresh")
	for _, a := range []answer{before, after} {
		if got := k.whose(k.t, a.Token); got != before.Person {
			k.t.Errorf("session of %q with a token of %q", before.Person, got)
		}
	}
	if n := k.logto.Revoked(); n != 0 {
		k.t.Errorf("%d grants were revoked", n)
	}
	return before.Person
}

func (k *killer) wantNothingLeft() {
	k.t.Helper()
	for _, item := range k.ring.Items(k.t) {
		k.t.Errorf("left in the keychain: %s", item.Name)
	}
}

func TestKilledDuringARefresh(t *testing.T) {
	k := newKiller(t)
	k.practise("refresh", "session")
	for range kills(100, 14) {
		before := len(k.rotations.since(0))
		k.kill("refresh")
		k.finds(func(p *process) string {
			k.wantWorking(p, "张三")
			// Which refresh token was in the keychain shows by its use.
			switch seen := k.rotations.since(before); {
			case len(seen) == 1:
				return "the old token, unused"
			case len(seen) == 2 && seen[1].used == seen[0].used:
				return "the old token, rotated"
			case len(seen) == 2 && seen[1].used == seen[0].given:
				return "the new token, or the old one, unused, and used at once"
			case len(seen) == 3 && seen[1].used == seen[0].used && seen[2].used == seen[1].given:
				return "the old token, rotated, and used again at once"
			default:
				t.Errorf("%d rotations", len(seen))
				return "another token"
			}
		})
	}
	k.summary()
}

// Whoever is not signed in signs in.
func TestKilledDuringASignIn(t *testing.T) {
	k := newKiller(t)
	k.practise(signIns["李四"], signIns["张三"])
	next := map[string]string{"张三": "李四", "李四": "张三"}
	current := "张三"
	for range kills(50, 8) {
		was := current
		k.kill(signIns[next[was]])
		k.finds(func(p *process) string {
			current = k.wantWorking(p, "张三", "李四")
			return fmt.Sprintf("it is whoever signed in: %t, people: %d", current != was, p.do("accounts").Accounts)
		})
	}
	k.summary()
	k.run(t, "sign-out-all")
	k.wantNothingLeft()
}

// What a killed sign-out has left goes with the next one.
func TestKilledDuringASignOut(t *testing.T) {
	k := newKiller(t)
	k.practise("sign-out", signIns["张三"])
	for range kills(50, 8) {
		k.kill("sign-out")
		k.finds(func(p *process) string {
			if !p.do("session").SignedOut {
				k.wantWorking(p, "张三")
				return "signed in"
			}
			p.do(signIns["张三"])
			p.do("sign-out")
			k.wantNothingLeft()
			p.do(signIns["张三"])
			return "signed out"
		})
	}
	k.summary()
}
