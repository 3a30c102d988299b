package keychain

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	securityName = "security"
	securityLine = 4096 // bytes of a command that it reads at most

	statusVariable  = "KEYCHAIN_TEST_SECURITY_STATUS"  // what it ends with instead of doing anything
	longestVariable = "KEYCHAIN_TEST_SECURITY_LONGEST" // a file for the longest command
)

// security does what macOS's program of that name does with the commands of
// go-keyring, as its man page and its published source tell. Its keychain is a
// folder in the home.
func security(args []string) int {
	if status, err := strconv.Atoi(os.Getenv(statusVariable)); err == nil {
		if status == 44 {
			return notFound()
		}
		return status
	}
	if len(args) == 1 && args[0] == "-i" {
		status := 0
		lines := bufio.NewReader(os.Stdin)
		for {
			line, err := lines.ReadString('\n')
			if line != "" {
				noteLongest(line)
				if len(line) > securityLine {
					line = line[:securityLine]
				}
				status = security(splitLine(strings.TrimSuffix(line, "\n")))
			}
			if err == io.EOF {
				return status
			}
		}
	}
	var service, account, password string
	var printed bool
	for i := 1; i < len(args); i++ {
		value := func() string {
			if i++; i >= len(args) {
				os.Exit(2)
			}
			return args[i]
		}
		switch option := args[i]; {
		case option == "-s":
			service = value()
		case option == "-a":
			account = value()
		case option == "-wa": // -w, which takes no value there, and -a
			printed, account = true, value()
		case option == "-w":
			password = value()
		case option == "-U":
		default:
			return 2
		}
	}
	if len(args) == 0 {
		return 2
	}
	folder := filepath.Join(os.Getenv("HOME"), "Library", "Keychains")
	item := filepath.Join(folder, hex.EncodeToString([]byte(service)))
	if account != "" {
		item = filepath.Join(item, hex.EncodeToString([]byte(account)))
	}
	switch args[0] {
	case "add-generic-password":
		if os.MkdirAll(filepath.Dir(item), 0o700) != nil || os.WriteFile(item+".new", []byte(password), 0o600) != nil || os.Rename(item+".new", item) != nil {
			return 1
		}
	case "find-generic-password":
		data, err := os.ReadFile(item)
		if err != nil {
			return notFound()
		}
		if printed {
			fmt.Printf("%s\n", data)
		}
	case "delete-generic-password":
		if os.Remove(item) != nil {
			return notFound()
		}
		fmt.Println("password has been deleted.")
	default:
		return 2
	}
	return 0
}

func notFound() int {
	fmt.Fprintln(os.Stderr, "security: SecKeychainSearchCopyNext: The specified item could not be found in the keychain.")
	return 44
}

func noteLongest(line string) {
	file := os.Getenv(longestVariable)
	if before, err := os.ReadFile(file); file != "" && (err != nil || len(before) < len(line)) {
		_ = os.WriteFile(file, []byte(line), 0o600)
	}
}

// splitLine takes a command apart: " and ' group, and a backslash takes what is
// special from the next character, also between quotation marks of both kinds,
// unlike in a shell.
func splitLine(line string) (args []string) {
	var arg strings.Builder
	var quote byte
	started, escaped := false, false
	for _, c := range []byte(line) {
		switch {
		case escaped:
			arg.WriteByte(c)
			escaped = false
		case c == '\\':
			started, escaped = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, started = c, true
		case quote == 0 && (c == ' ' || c == '\t'):
			if started {
				args, started = append(args, arg.String()), false
				arg.Reset()
			}
		default:
			arg.WriteByte(c)
			started = true
		}
	}
	if started {
		args = append(args, arg.String())
	}
	return args
}
