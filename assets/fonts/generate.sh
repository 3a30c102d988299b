#!/bin/sh
# Makes NotoSansSC-subset.otf and NotoSansSC-Bold-subset.otf: of Noto Sans CJK
# SC, the characters of Chinese and Japanese names and texts. Latin stays with
# the window's own font. The same sources give the same bytes.
# Run by: go generate ./assets
set -eu
cd "$(dirname "$0")"

sources=/usr/share/fonts/opentype/noto
missing() {
	echo "generate.sh: $1 is missing: apt-get install -y python3-fonttools fonts-noto-cjk" >&2
	exit 1
}
for weight in Regular Bold; do
	[ -r "$sources/NotoSansCJK-$weight.ttc" ] || missing "$sources/NotoSansCJK-$weight.ttc"
done
python=
for p in python3 /usr/bin/python3; do # Debian's fonttools is for Debian's Python
	if "$p" -c 'import fontTools.subset' 2>/dev/null; then
		python=$p
		break
	fi
done
[ -n "$python" ] || missing fonttools

"$python" - "$sources" <<'PYTHON'
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

# In people's names, yet not in the sets below: of China, of Japan (as before
# 1946), and of Taiwan and Hong Kong.
NAMES = """
喆垚堃堉奡妘妧姞姮姸娸婍婳媖嫄嫕嫚嬿孖宬屾峣崑崟巘帡廆弢弨彣彧忞惢慜扆旸旻昉昫昳晅晙晛晧晳暅暻曈曌朓
朸杺柷栻梽棪榞樑橦汧沄沚泂泃泩洢洣洸洺浛浥涢淏湉湙湜湲溦滪漈潾澔濙炘炟烔烜焜煐煠熤熺燊燏燚爔犇玥玹珅
珝珣珮珵珹珺珽琇琎琟琤琯琲瑀瑄瑆瑒瑢瑧瑨瑱璈璘璟璠瓛畇皛皞皦盷睎瞮矞碏祎祾禔禛禤禩秾稑稘穜窅竑竚筼簃
絜綝绤缊羕翀翃翙翚翯翾芃芠苨苪茀荙莀莙菂菉蒨蓂薁虓衎袆裛訚訢諠譞谞贠赟赪跶釴鈊鋆鋐錡鍇鏐锜锳镕镠閎霂
颋颙飏駪骉骎鹓龑龘龢

亞來傳僞價儉兒凜劍勁勳卽單嚴圀國圓團堯壘壞壯壽奧奬孃寢實寬將專峽崚嶌嶽帶廣廳彅彈彌從恆惡愼應懷戰戲搖
擊攝敍昻晄晝暉曆曉曻栁栞桒梛條榮槇槗樂樣橫檢櫂櫻歷毬氣淚淨淸溫滉滯澁澤澪濕濱瀨燒燿爭爲狀狹獏獸瑤疊盜
盡眞祕祿禪禮禱簞籠絆綠綸綺緖緣緻縣縱繡繫纖聰聽脩臟與苺莊菫萊萠萬蔣薔藝藥虛蟬蠟衞裝覽詢諄謠譽讓讚豐賣
賴轉遙邉邊郞釀錄鍊鎭鑄險雜靄靑靜頌顯颯飜騷驍驗髙髮鶯鷄鷗黃齊齋龝﨑

勞厙厲吳嬌學寶權欒歐滿濤灝燁瑋瑩瓊畫發盧竇經縈繆聶肅蕭薊藺蘊蘋譚譯豔賁賈贊趙郟郤鄒鄔鄧酈鈄鈕鈺銳錢閔
閻闕關闞隸雙鞏韋顏顥饒馮駱騏驊鬱鮑黨齡龐龔
"""


def encoded(codec, rows):
    """The characters in some rows of a 94 by 94 character set."""
    for row in rows:
        for cell in range(0xA1, 0xFF):
            try:
                text = bytes((row, cell)).decode(codec)
            except UnicodeDecodeError:
                continue
            if len(text) == 1:
                yield ord(text)


wanted = {ord(c) for c in NAMES if not c.isspace()}
wanted.update(encoded("gb2312", range(0xB0, 0xF8)))  # levels 1 and 2
wanted.update(encoded("euc_jp", range(0xB0, 0xD0)))  # JIS X 0208, level 1
wanted.update(range(0x3000, 0x3100))  # punctuation, hiragana, katakana
wanted.update(range(0xFF01, 0xFFA0), range(0xFFE0, 0xFFE7))  # full and half width
# A text shaper takes the space from the font of the letters beside it.
wanted.add(0x20)


def make(source, target, style):
    font = TTFont(source, fontNumber=2, recalcTimestamp=False)
    assert font["name"].getDebugName(4).startswith("Noto Sans CJK SC")

    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)

    # Fyne takes the height of a line from the first font that has a space,
    # which is this one: so lines and space are as in Fyne's own Noto Sans.
    ascent, descent, space = 1069, -293, 260
    font["hhea"].ascent = font["OS/2"].sTypoAscender = font["OS/2"].usWinAscent = ascent
    font["hhea"].descent = font["OS/2"].sTypoDescender = descent
    font["OS/2"].usWinDescent = -descent
    glyph = font.getBestCmap()[0x20]
    font["hmtx"][glyph] = (space, 0)
    cff = font["CFF "].cff
    outline = cff[0].CharStrings[glyph]
    outline.decompile()
    outline.program = [space - outline.private.nominalWidthX, "endchar"]

    # A changed font has a name of its own (OFL.txt).
    family, full, plain = "Doorkey CJK", f"Doorkey CJK {style}", f"DoorkeyCJK-{style}"
    names = font["name"]
    names.names = [n for n in names.names if n.langID == 0x409]
    for number, text in {1: family, 2: style, 3: plain, 4: full, 6: plain}.items():
        names.setName(text, number, 3, 1, 0x409)
    cff.fontNames = [plain]
    cff[0].FullName, cff[0].FamilyName = full, family
    for i, part in enumerate(cff[0].FDArray):
        part.FontName = f"{plain}-{i}"

    font.save(target)


make(sys.argv[1] + "/NotoSansCJK-Regular.ttc", "NotoSansSC-subset.otf", "Regular")
make(sys.argv[1] + "/NotoSansCJK-Bold.ttc", "NotoSansSC-Bold-subset.otf", "Bold")
PYTHON
