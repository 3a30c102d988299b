// Package assets embeds what the window shows: the icon and the translations.
package assets

import "embed"

// Icon is the program's icon, a PNG of 512 by 512 pixels, made from icon.svg.
//
//go:generate rsvg-convert -w 512 -h 512 icon.svg -o icon.png
//go:embed icon.png
var Icon []byte

// Connector is the mark on the button for a way to sign in through another
// app, an SVG. It is our own drawing, not a company's logo.
//
//go:embed connector.svg
var Connector []byte

// Translations holds one JSON file a language, in the format of go-i18n.
//
//go:embed translations/*.json
var Translations embed.FS
