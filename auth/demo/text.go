package demo

import (
	"net/http"
	"strconv"
	"strings"
)

// text is every word the pages say, in one language.
type text struct {
	Lang string // for the lang attribute

	Banner string
	Or     string

	SignInTitle, SignInLead     string
	ContinueWithWeCom           string
	Username, Password, SignIn  string
	HintUsername, HintPassword  string
	WrongPassword, WeComStopped string
	Suspended, NoAccess         string

	WeComTitle, WeComHeading string
	WeComReal, WeComHere     string
	NoDetails, Cancel        string

	SignedOutTitle, SignedOutLead string
	ExpiredTitle, ExpiredLead     string
	HomeTitle, HomeLead, Issuer   string

	DeviceTitle, DeviceLead         string
	DeviceCode, DeviceContinue      string
	DeviceWrong, DeviceDenied       string
	DeviceDoneTitle, DeviceDoneLead string

	AccountTitle, AccountLead    string
	AccountNobody, AccountSignIn string
	AccountDemo, AccountReal     string
}

// languageOf picks the language of a page: the first known one of ui_locales
// (OpenID Connect Core §3.1.2.1), else the browser's favourite, else English.
func languageOf(r *http.Request, uiLocales string) *text {
	for tag := range strings.FieldsSeq(uiLocales) {
		if t := inLanguage(tag); t != nil {
			return t
		}
	}
	best, bestQuality := english, 0.0
	for entry := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, parameters, _ := strings.Cut(strings.TrimSpace(entry), ";")
		quality := 1.0
		if q, ok := strings.CutPrefix(strings.TrimSpace(parameters), "q="); ok {
			quality, _ = strconv.ParseFloat(q, 64)
		}
		if t := inLanguage(tag); t != nil && quality > bestQuality {
			best, bestQuality = t, quality
		}
	}
	return best
}

func inLanguage(tag string) *text {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	switch primary {
	case "en":
		return english
	case "zh":
		return chinese
	case "ja":
		return japanese
	}
	return nil
}
