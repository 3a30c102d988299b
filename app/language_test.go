package app

import (
	"strings"
	"testing"

	"doorkey/auth"

	"fyne.io/fyne/v2/lang"
	"golang.org/x/text/language"
)

// onSystem sets what the system says of the person's language.
func onSystem(t *testing.T, all, list, lang string) {
	t.Helper()
	for name, value := range map[string]string{"LC_ALL": all, "LANGUAGE": list, "LANG": lang, "LC_MESSAGES": ""} {
		t.Setenv(name, value)
	}
}

func TestTheLanguageOfTheSystem(t *testing.T) {
	for _, c := range []struct{ all, list, lang, want string }{
		{"en_US.UTF-8", "", "", "en"},
		{"", "", "en_GB.UTF-8", "en"},
		{"", "", "zh_CN.UTF-8", "zh-Hans"},
		{"zh_CN.GB18030", "", "en_US.UTF-8", "zh-Hans"},
		{"zh_SG", "", "", "zh-Hans"},
		{"zh", "", "", "zh-Hans"},
		{"zh_Hans_CN", "", "", "zh-Hans"},
		{"ja_JP.eucJP", "", "", "ja"},
		{"ja", "", "", "ja"},

		// Who reads Traditional Chinese reads Simplified more easily than
		// English, unless they say otherwise.
		{"zh_TW.UTF-8", "", "", "zh-Hans"},
		{"zh_HK.UTF-8", "", "", "zh-Hans"},
		{"zh_MO", "", "", "zh-Hans"},
		{"zh-Hant-TW", "", "", "zh-Hans"},
		{"zh_TW.UTF-8@stroke", "", "", "zh-Hans"},
		{"zh_TW@stroke", "", "", "zh-Hans"},
		{"", "zh_TW:zh", "zh_TW.UTF-8", "zh-Hans"},
		{"", "zh_HK:zh_TW:zh_CN:en", "zh_HK.UTF-8", "zh-Hans"},
		{"", "zh_TW:en", "zh_TW.UTF-8", "en"},
		{"", "zh_HK:en_GB:en", "zh_HK.UTF-8", "en"},
		{"en_HK.UTF-8", "", "", "en"},

		// So do those who speak another Chinese.
		{"yue_HK.UTF-8", "", "", "zh-Hans"},
		{"nan_TW.UTF-8", "", "", "zh-Hans"},
		{"wuu_CN", "", "", "zh-Hans"},
		{"hak_TW", "", "", "zh-Hans"},
		{"cmn_TW", "", "", "zh-Hans"},
		{"lzh_TW", "", "", "zh-Hans"},

		// The first of a list that is there.
		{"", "tr:ja", "tr_TR.UTF-8", "ja"},
		{"", "tr:en:ja", "tr_TR.UTF-8", "en"},
		{"", "de:fr", "de_DE.UTF-8", "en"},
		{"C", "zh_CN", "", "en"}, // LANGUAGE counts only beside a language
		{"C.UTF-8", "ja", "", "ja"},

		// Nobody else's language is theirs.
		{"tr_TR.UTF-8", "", "", "en"},
		{"ko_KR.UTF-8", "", "", "en"},
		{"vi_VN", "", "", "en"},
		{"ug_CN", "", "", "en"},
		{"C", "", "", "en"},
		{"C.UTF-8", "", "", "en"},
		{"POSIX", "", "", "en"},
		{"", "", "", "en"},
		{"klingon", "", "", "en"},
		{"xx_YY", "", "", "en"},
		{"xx_CN", "", "", "en"},
		{"::::", "", "", "en"},
	} {
		t.Run(c.all+" "+c.list+" "+c.lang, func(t *testing.T) {
			onSystem(t, c.all, c.list, c.lang)
			if got := languageFor(""); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			for _, tag := range Languages() {
				if got := languageFor(tag); got != tag {
					t.Errorf("who chooses %s gets %s", tag, got)
				}
			}
			if got := languageFor("tlh"); got != c.want {
				t.Errorf("who has chosen what there is not gets %s", got)
			}
		})
	}
}

// Whatever the system's is, also one that Fyne knows nothing of.
func TestEveryLanguageCanBeSpokenOnEverySystem(t *testing.T) {
	newDesk(t)
	says := map[string]string{"en": "Try again", "zh-Hans": "重试", "ja": "もう一度試す"}
	for _, system := range []string{
		"en_US.UTF-8", "zh_CN.UTF-8", "zh_TW.UTF-8", "zh-Hant-TW", "ja_JP.UTF-8", "tr_TR.UTF-8", "pt_BR.UTF-8", "sr_RS@latin",
		"wuu_CN", "nan_TW", "C", "C.UTF-8", "POSIX", "", "klingon", "xx_YY", "xx_CN",
	} {
		t.Run(system, func(t *testing.T) {
			onSystem(t, system, "", "")
			for _, tag := range []string{"en", "ja", "zh-Hans", "ja", "en", "", "zh-Hans", "en"} {
				want := languageFor(tag)
				if err := speak(want, nil); err != nil {
					t.Fatal(err)
				}
				if got := lang.X("doorkey.retry", "Try again"); got != says[want] {
					t.Errorf("in %q it says %q", tag, got)
				}
			}
		})
	}
}

func TestAProgramStartsOnEverySystem(t *testing.T) {
	for _, system := range []string{"wuu_CN", "klingon", "C"} {
		t.Run(system, func(t *testing.T) {
			d := newDesk(t)
			onSystem(t, system, "", "")
			w, err := d.newSetup(Options{}, SetupOptions{})
			if err != nil {
				t.Fatal(err)
			}
			w.Close()
		})
	}
}

func TestALanguageIsCalledAsItCallsItself(t *testing.T) {
	for _, tag := range Languages() {
		if ownName(tag) == "" {
			t.Errorf("%s has no name", tag)
		}
		if language.Make(tag).String() != tag {
			t.Errorf("%s is no tag", tag)
		}
	}
}

func TestAProgramsOwnTexts(t *testing.T) {
	newDesk(t)
	own := Texts{"en": {"doorkey.signedout.title": "Come in"}, "ja": {"doorkey.signedin.hello": "{{.Name}} 様"}}
	if err := own.check(); err != nil {
		t.Fatal(err)
	}
	says := func(tag, title, hello string) {
		t.Helper()
		if err := speak(tag, own); err != nil {
			t.Fatal(err)
		}
		if got := lang.X("doorkey.signedout.title", "Sign in"); got != title {
			t.Errorf("%s: %q", tag, got)
		}
		if got := lang.X("doorkey.signedin.hello", "Hello, {{.Name}}", map[string]string{"Name": "李四"}); got != hello {
			t.Errorf("%s: %q", tag, got)
		}
	}
	says("en", "Come in", "Hello, 李四")
	says("ja", "サインイン", "李四 様")
	says("zh-Hans", "登录", "李四，您好") // nothing is left of another language
	says("en", "Come in", "Hello, 李四")
}

func TestTextsThatWouldNeverBeShown(t *testing.T) {
	for name, c := range map[string]struct {
		texts Texts
		want  []string
	}{
		"no such language": {Texts{"fr": {"doorkey.retry": "Encore"}}, []string{`"fr"`, "zh-Hans"}},
		"no such text":     {Texts{"en": {"doorkey.retyr": "Again"}}, []string{`"doorkey.retyr"`, "en.json"}},
		"not one of ours":  {Texts{"en": {spokenKey: "ja"}}, []string{spokenKey}},
		"not to be filled": {Texts{"ja": {"doorkey.retry": "{{.Name"}}, []string{`"doorkey.retry"`, "ja"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(newDesk(t), nil, Options{Texts: c.texts})
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v does not say %s", err, want)
				}
			}
		})
	}
}

func TestTheProvidersPagesAreInThePersonsLanguage(t *testing.T) {
	for _, c := range []struct{ system, chosen, want string }{
		{"en_US.UTF-8", "", "en-US"},
		{"zh_CN.UTF-8", "", "zh-CN"},
		{"zh_TW.UTF-8", "", "zh-TW"}, // which Logto speaks
		{"zh-Hans-CN", "", "zh-CN"},
		{"tr_TR.UTF-8", "", "tr-TR"}, // likewise, though the window does not
		{"C", "", "en"},
		{"", "", "en"},
		{"klingon", "", "en"},
		{"xx_CN", "", "en"},
		{"en_US.UTF-8", "zh-Hans", "zh-CN"},
		{"zh_CN.UTF-8", "ja", "ja"},
		{"zh_CN.UTF-8", "en", "en"},
	} {
		t.Run(c.system+" "+c.chosen, func(t *testing.T) {
			onSystem(t, c.system, "", "")
			if got := uiLocales(c.chosen); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestTheLanguageThatWasChosenIsSpokenAtTheStart(t *testing.T) {
	p := start(t, func(_ *auth.Config, o *Options) { o.Preferences.Language = "ja" })
	p.shows(kindSignedOut)
	p.reads("サインイン")
}
