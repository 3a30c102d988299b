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
}

var english = &text{
	Lang:   "en",
	Banner: "Demo: a stand-in for Logto on this computer. Nothing leaves it.",
	Or:     "or",

	SignInTitle:       "Sign in",
	SignInLead:        "to continue to Doorkey",
	ContinueWithWeCom: "Continue with WeCom",
	Username:          "Username",
	Password:          "Password",
	SignIn:            "Sign in",
	HintUsername:      "Demo username",
	HintPassword:      "password",
	WrongPassword:     "Incorrect username or password. Try the ones below.",
	WeComStopped:      "WeCom sign-in was cancelled. You can try again.",
	Suspended:         "This account is suspended.",
	NoAccess:          "This account has no access to the app.",

	WeComTitle:   "Stand-in for WeCom",
	WeComHeading: "Who are you today?",
	WeComReal:    "The real WeCom shows a QR code here.",
	WeComHere:    "Pick a person instead.",
	NoDetails:    "No e-mail, picture or phone",
	Cancel:       "Cancel",

	SignedOutTitle: "You have successfully signed out",
	SignedOutLead:  "You can close this page.",
	ExpiredTitle:   "This page has expired",
	ExpiredLead:    "Go back to the app and sign in again.",
	HomeTitle:      "The demo is running",
	HomeLead:       "Sign in from the app.",
	Issuer:         "Issuer",
}

var chinese = &text{
	Lang:   "zh-CN",
	Banner: "演示：这是运行在本机上的 Logto 模拟服务，数据不会离开这台电脑。",
	Or:     "或",

	SignInTitle:       "登录",
	SignInLead:        "以继续使用 Doorkey",
	ContinueWithWeCom: "使用企业微信登录",
	Username:          "用户名",
	Password:          "密码",
	SignIn:            "登录",
	HintUsername:      "演示用户名",
	HintPassword:      "密码",
	WrongPassword:     "用户名或密码不正确，请使用下方的演示账号。",
	WeComStopped:      "企业微信登录已取消，你可以重试。",
	Suspended:         "此账号已被停用。",
	NoAccess:          "此账号无权使用该应用。",

	WeComTitle:   "企业微信模拟页",
	WeComHeading: "今天你是谁？",
	WeComReal:    "真实的企业微信会在这里显示二维码。",
	WeComHere:    "演示中请直接选择一个人。",
	NoDetails:    "无邮箱、头像和手机号",
	Cancel:       "取消",

	SignedOutTitle: "你已成功退出登录",
	SignedOutLead:  "可以关闭此页面了。",
	ExpiredTitle:   "此页面已过期",
	ExpiredLead:    "请返回应用重新登录。",
	HomeTitle:      "演示服务正在运行",
	HomeLead:       "请从应用中登录。",
	Issuer:         "签发者",
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
	}
	return nil
}
