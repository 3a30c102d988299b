// Table runs the benchmarks that have rows and prints one table of them, which
// it writes into a file too: table FILE [NAME]. NAME is a regular expression for
// the benchmarks to run, in any case; without it all are. It is started in the
// module's root.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"doorkey/cmd/internal/bench"
)

// packages are those with rows, in the order of the table.
var packages = []string{"./cmd/internal/bench", "./cmd/doorkey-desktop"}

func main() {
	flag.Parse()
	if flag.NArg() < 1 || flag.NArg() > 2 {
		fmt.Fprintln(os.Stderr, "usage: table FILE [NAME]")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), flag.Arg(1)); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(file, name string) error {
	busy := load()
	if busy > 1 {
		fmt.Fprintf(os.Stderr, "bench: the load average is %.2f: this computer has other things to do, and the figures will tell\n", busy)
	}
	dir, err := os.MkdirTemp("", "doorkey-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	results := filepath.Join(dir, "results")
	begun, before := time.Now(), processorTime()
	ours, failed := measure(results, "(?i:"+name+")")
	others := processorTime() - before - ours
	all, err := read(results)
	if err != nil {
		return errors.Join(failed, err)
	}
	table := head(busy, time.Since(begun), others) + "\n" + bench.Table(all)
	fmt.Print(table)
	return errors.Join(failed, os.WriteFile(file, []byte(table), 0o644))
}

// measure has the benchmarks put their results into a file. It returns what
// processor time they and all that they started took.
func measure(results, name string) (used time.Duration, failed error) {
	wanted, err := regexp.Compile(name)
	if err != nil {
		return 0, err
	}
	stop := make(chan os.Signal, 1) // it is for go test, which ends what it has started
	signal.Notify(stop, os.Interrupt)
	defer signal.Stop(stop)
	for _, of := range packages {
		names, err := benchmarks(of)
		if err != nil {
			return used, err
		}
		if !slices.ContainsFunc(names, wanted.MatchString) {
			continue // before it is built, which may take a minute
		}
		cmd := exec.Command("go", "test", "-run", "^$", "-bench", name, "-benchtime", "1x", "-timeout", "20m", of)
		cmd.Env = append(os.Environ(), bench.File+"="+results)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", of, err))
		}
		if state := cmd.ProcessState; state != nil {
			used += state.UserTime() + state.SystemTime()
		}
	}
	return used, failed
}

var benchmark = regexp.MustCompile(`(?m)^func (Benchmark\w+)\(`)

// benchmarks are the names of those in a package.
func benchmarks(folder string) (names []string, err error) {
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, found := range benchmark.FindAllSubmatch(text, -1) {
			names = append(names, string(found[1]))
		}
	}
	return names, err
}

func read(path string) ([]*bench.Result, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("nothing was measured")
	}
	if err != nil {
		return nil, err
	}
	var all []*bench.Result
	for from := json.NewDecoder(bytes.NewReader(data)); ; {
		r := new(bench.Result)
		switch err := from.Decode(r); err {
		case nil:
			all = append(all, r)
		case io.EOF:
			return all, nil
		default:
			return nil, err
		}
	}
}

// head says where and when it was measured, and what else there was to do.
func head(busy float64, took, others time.Duration) string {
	text := fmt.Sprintf("Measured on %s in %v: %s, %d processors, %s/%s, %s. Load average at the start: %.2f. Other programs used %.1f processors meanwhile.\n",
		time.Now().Format(time.DateOnly), took.Round(time.Second), processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(),
		busy, max(0, others.Seconds()/took.Seconds()))
	if busy > 1 || others > took/5 {
		text += "**The computer was busy**: the ratios count more than the times, and neither for much.\n"
	}
	return text
}

// processorTime is what the processors have worked since the system started
// (proc(5), /proc/stat), zero where that is not known.
func processorTime() time.Duration {
	data, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(data), "\n")
	ticks := 0
	for i, cell := range strings.Fields(line) {
		const idle, iowait, guest = 4, 5, 9 // guest is in user already
		if n, err := strconv.Atoi(cell); err == nil && i != idle && i != iowait && i < guest {
			ticks += n
		}
	}
	return time.Duration(ticks) * (time.Second / 100)
}

// load is how many processes wanted a processor in the last minute.
func load() (busy float64) {
	data, err := os.ReadFile("/proc/loadavg")
	if err == nil {
		_, err = fmt.Sscan(string(data), &busy)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench: the load average is not known:", err)
	}
	return busy
}

func processor() string {
	info, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "an unknown processor"
	}
	defer info.Close()
	for lines := bufio.NewScanner(info); lines.Scan(); {
		if name, value, _ := strings.Cut(lines.Text(), ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "an unknown processor"
}
