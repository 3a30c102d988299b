// Package assets embeds what the window shows: the icon, the translations and
// a font for them.
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

// CJK and CJKBold are a font, OpenType with CFF outlines, for a computer that
// has none with Chinese and Japanese: all Han of GB 2312, JIS X 0208 level 1,
// further ones of people's names, kana, punctuation and full-width forms. It
// has no letters and digits of ASCII: it is drawn beside Noto Sans, and its
// space and its lines measure as there. It is part of Noto Sans CJK SC, under
// the licence in fonts/OFL.txt.
//
//go:generate sh fonts/generate.sh
var (
	//go:embed fonts/NotoSansSC-subset.otf
	CJK []byte
	//go:embed fonts/NotoSansSC-Bold-subset.otf
	CJKBold []byte
)
