package autostart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"doorkey/cmd/internal/baked"
)

// launchAgent is the property list with which launchd starts a program at login
// (launchd.plist(5)), on the desktop only.
func launchAgent(program string, args []string) (string, error) {
	if err := checkText(append([]string{program}, args...)...); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(xml.Header)
	b.WriteString(`<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>` + baked.ID() + `</string>
	<key>ProgramArguments</key>
	<array>
`)
	for _, arg := range append([]string{program}, args...) {
		b.WriteString("\t\t<string>")
		if err := xml.EscapeText(&b, []byte(arg)); err != nil {
			return "", err
		}
		b.WriteString("</string>\n")
	}
	b.WriteString(`	</array>
	<key>RunAtLoad</key>
	<true/>
	<key>ProcessType</key>
	<string>Interactive</string>
	<key>LimitLoadToSessionType</key>
	<string>Aqua</string>
</dict>
</plist>
`)
	return b.String(), nil
}

// parseLaunchAgent reads what decides whether launchd starts it.
func parseLaunchAgent(text []byte) (entry, error) {
	var e entry
	d := xml.NewDecoder(bytes.NewReader(text))
	key, seen := "", false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return entry{}, fmt.Errorf("it is not XML: %w", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "plist":
			seen = true
		case "key":
			err = d.DecodeElement(&key, &start)
		case "string":
			var s string
			err = d.DecodeElement(&s, &start)
			if key == "Program" || key == "ProgramArguments" && e.program == "" {
				e.program = s
			}
		case "true":
			e.off = e.off || key == "Disabled"
		}
		if err != nil {
			return entry{}, fmt.Errorf("it is not XML: %w", err)
		}
	}
	if !seen {
		return entry{}, errors.New("it is not a property list")
	}
	return e, nil
}
