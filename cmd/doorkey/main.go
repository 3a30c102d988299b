// Doorkey is the command line: tokens for scripts, Logto set up in one command,
// and a doctor that finds what is wrong. It shares the session of the window.
package main

import (
	"os"

	"doorkey/cmd/doorkey/internal/command"
)

func main() {
	os.Exit(command.Run(command.World{
		Args: os.Args[1:], Getenv: os.Getenv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	}))
}
