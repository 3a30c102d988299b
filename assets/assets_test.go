package assets

import (
	"bytes"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/go-text/typesetting/font"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// A program is not to grow by more than this for its letters.
const maxFonts = 4_000_000 // bytes

func TestFontsStaySmall(t *testing.T) {
	if size := len(CJK) + len(CJKBold); size > maxFonts {
		t.Errorf("the fonts have %d bytes, more than %d", size, maxFonts)
	}
}

func TestFontsHaveTheLettersOfNamesAndTexts(t *testing.T) {
	gb2312 := gb2312Han(t)
	if len(gb2312) != 6763 { // as the standard says
		t.Fatalf("%d Han in GB 2312", len(gb2312))
	}
	wanted := map[string][]rune{
		"GB 2312":  gb2312,
		"hiragana": between('ぁ', 'ゖ'),
		"katakana": between('ァ', 'ー'),
		"names":    []rune("张三李四王玥陈喆髙橋山﨑渡邊齋藤廣瀨趙黃鄧蕭"),
		"marks":    []rune("　、。「」『』（）！？：；，～￥々"),
		"a space":  {' '},
	}
	for _, file := range []string{"zh-Hans.json", "ja.json"} {
		text, err := Translations.ReadFile("translations/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range string(text) {
			if r >= 0x2e80 { // Fyne's own font has what is below: …, —, é
				wanted[file] = append(wanted[file], r)
			}
		}
		if len(wanted[file]) == 0 {
			t.Errorf("%s has no text", file)
		}
	}
	for name, face := range fonts(t) {
		for what, runes := range wanted {
			for _, r := range runes {
				if _, ok := face.NominalGlyph(r); !ok {
					t.Errorf("the %s font has no %c (%U) of %s", name, r, r, what)
				}
			}
		}
	}
}

// The font comes before Fyne's own: what it had of those, it would replace.
func TestFontsLeaveOtherLettersToFyne(t *testing.T) {
	for name, face := range fonts(t) {
		for r := rune('!'); r < 0x2e80; r++ {
			if _, ok := face.NominalGlyph(r); ok {
				t.Errorf("the %s font has %c (%U)", name, r, r)
			}
		}
	}
}

func fonts(t *testing.T) map[string]*font.Face {
	t.Helper()
	faces := make(map[string]*font.Face)
	for name, data := range map[string][]byte{"regular": CJK, "bold": CJKBold} {
		face, err := font.ParseTTF(bytes.NewReader(data))
		if err != nil {
			t.Fatal(name, err)
		}
		faces[name] = face
	}
	return faces
}

func gb2312Han(t *testing.T) []rune {
	t.Helper()
	decoder := simplifiedchinese.GBK.NewDecoder() // GB 2312 is its part from 0xA1
	var han []rune
	for row := 0xb0; row <= 0xf7; row++ {
		for cell := 0xa1; cell <= 0xfe; cell++ {
			text, err := decoder.Bytes([]byte{byte(row), byte(cell)})
			if err != nil {
				t.Fatal(err)
			}
			if r, _ := utf8.DecodeRune(text); unicode.Is(unicode.Han, r) {
				han = append(han, r)
			}
		}
	}
	return han
}

func between(first, last rune) []rune {
	var runes []rune
	for r := first; r <= last; r++ {
		runes = append(runes, r)
	}
	return runes
}
