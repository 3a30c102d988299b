//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"doorkey/auth/demo/demotest"
)

// phone runs doorkey at a terminal, and scans what it shows with a phone, on
// which somebody is signed in: phone WHO doorkey ARG...
func phone() {
	cmd := exec.Command(os.Args[2], os.Args[3:]...)
	cmd.Stdout = os.Stdout
	stderr, err := cmd.StderrPipe()
	exitOn(err)
	exitOn(cmd.Start())
	lines := bufio.NewScanner(stderr)
	page := ""
	for lines.Scan() {
		fmt.Fprintln(os.Stderr, lines.Text())
		if address := strings.TrimSpace(lines.Text()); strings.HasPrefix(address, "http") {
			page = address
		}
		code, shown := strings.CutPrefix(lines.Text(), "The code is  ")
		if code, _, _ = strings.Cut(code, " "); shown && os.Args[1] != "nobody" {
			exitOn(demotest.Scan(context.Background(), nil, page+"?user_code="+code, os.Args[1]))
		}
	}
	exitAs(cmd.Wait())
}

// remote runs doorkey as at a terminal on another computer: what the browser
// here ends on is typed there. remote WHO doorkey ARG...
//
// First it types what a person may by mistake.
func remote() {
	cmd := exec.Command(os.Args[2], os.Args[3:]...)
	cmd.Stdout = os.Stdout
	stdin, err := cmd.StdinPipe()
	exitOn(err)
	stderr, err := cmd.StderrPipe()
	exitOn(err)
	exitOn(cmd.Start())
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		fmt.Fprintln(os.Stderr, lines.Text())
		address := strings.TrimSpace(lines.Text())
		if !strings.HasPrefix(address, "http") {
			continue
		}
		go func() {
			for _, typed := range []string{"", "what?", address} {
				_, err := io.WriteString(stdin, typed+"\n")
				exitOn(err)
			}
			callback, err := demotest.Person(context.Background(), nil, address, os.Args[1])
			exitOn(err)
			_, err = io.WriteString(stdin, callback+"\n")
			exitOn(err)
		}()
	}
	exitAs(cmd.Wait())
}

// exitAs ends as the other program did.
func exitAs(err error) {
	if exit, is := errors.AsType[*exec.ExitError](err); is {
		os.Exit(exit.ExitCode())
	}
	exitOn(err)
}
