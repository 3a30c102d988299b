package loopback

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

// page is what the browser shows at the redirect URI. It is sent before the
// code is exchanged, so it sends the person back to the app and claims nothing.
type page struct {
	appName string
}

func newPage(appName string) page {
	if appName == "" {
		appName = "Doorkey"
	}
	return page{appName: appName}
}

// pageText is one thing the page can say, by language.
type pageText map[language.Tag]words

type words struct{ Title, Body string }

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string
)

var pageLanguages = []language.Tag{language.English, language.SimplifiedChinese, language.Japanese}

var (
	textReturn = pageText{
		language.English:           {"Return to %s", "It is finishing the sign-in. You can close this tab."},
		language.SimplifiedChinese: {"请返回 %s", "正在完成登录。您可以关闭此标签页。"},
		language.Japanese:          {"%s に戻ってください", "サインインの処理を続けています。このタブは閉じてかまいません。"},
	}
	textRefused = pageText{
		language.English:           {"Return to %s", "The sign-in page ended without signing you in. The app shows what happened. You can close this tab."},
		language.SimplifiedChinese: {"请返回 %s", "登录页面已结束，但没有完成登录。请在应用中查看原因。您可以关闭此标签页。"},
		language.Japanese:          {"%s に戻ってください", "サインインは行われませんでした。理由はアプリに表示されます。このタブは閉じてかまいません。"},
	}
	textStray = pageText{
		language.English:           {"Nothing to do here", "This address is only for the answer to a sign-in that %s is waiting for. If you were signing in, return to the app and try again."},
		language.SimplifiedChinese: {"此页面无需操作", "此地址仅用于接收 %s 正在等待的登录结果。如果您正在登录，请返回应用重试。"},
		language.Japanese:          {"ここで行う操作はありません", "このアドレスは %s が待っているサインインの応答専用です。サインインの途中であれば、アプリに戻ってやり直してください。"},
	}
	textOnlyOnce = pageText{
		language.English:           {"Nothing to do here", "This address leads on only once, in the browser that %s opened. If you did not get where you were going, return to the app and try again."},
		language.SimplifiedChinese: {"此页面无需操作", "此地址仅供 %s 打开的浏览器使用一次。如果没有到达您要去的页面，请返回应用重试。"},
		language.Japanese:          {"ここで行う操作はありません", "このアドレスは %s が開いたブラウザーで一度だけ使えます。目的のページに移動していない場合は、アプリに戻ってやり直してください。"},
	}
	textWrongIssuer = pageText{
		language.English:           {"This answer was not accepted", "It does not come from the sign-in service that %s asked. Return to the app and try again."},
		language.SimplifiedChinese: {"此登录结果未被接受", "它并非来自 %s 请求的登录服务。请返回应用重试。"},
		language.Japanese:          {"この応答は受け付けられませんでした", "%s が依頼したサインイン サービスからの応答ではありません。アプリに戻ってやり直してください。"},
	}
)

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// contentSecurityPolicy allows the page's own style and script, by hash, and
// nothing else.
var contentSecurityPolicy = "default-src 'none'; style-src " + sourceHash(pageCSS) + "; script-src " + sourceHash(pageJS) +
	"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func sourceHash(source string) string {
	sum := sha256.Sum256([]byte(source))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func (p page) write(w http.ResponseWriter, r *http.Request, status int, text pageText) {
	_, index := language.MatchStrings(language.NewMatcher(pageLanguages), r.Header.Get("Accept-Language"))
	lang := pageLanguages[index]
	said := text[lang]
	var body bytes.Buffer
	err := pageTemplate.Execute(&body, map[string]any{
		"Lang":  lang.String(),
		"Title": withName(said.Title, p.appName),
		"Body":  withName(said.Body, p.appName),
		"CSS":   template.CSS(pageCSS),
		"JS":    template.JS(pageJS),
	})
	if err != nil { // the template is ours and its data are strings
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	h.Set("Content-Security-Policy", contentSecurityPolicy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address has the code in it
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Vary", "Accept-Language")
	h.Set("Connection", "close")
	if status == http.StatusMethodNotAllowed {
		h.Set("Allow", http.MethodGet)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

// withName puts the app's name into a sentence.
func withName(sentence, name string) string {
	return strings.ReplaceAll(sentence, "%s", name)
}
