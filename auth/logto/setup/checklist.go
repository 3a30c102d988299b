package setup

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Task is something that only a person can do, in WeCom's console.
type Task struct {
	Name    string   `json:"name"`
	Chinese string   `json:"chinese"` // what WeCom's console calls it
	Where   string   `json:"where"`   // in WeCom's console
	Values  []string `json:"values,omitempty"`
	Note    string   `json:"note"`
}

// CallbackURL is where WeCom sends people back to: Logto, not the desktop. It
// is empty where there is no connector.
func CallbackURL(endpoint, connectorID string) string {
	if connectorID == "" {
		return ""
	}
	return endpoint + "/callback/" + url.PathEscape(connectorID)
}

// Checklist are the tasks for the Logto at that endpoint. addresses are what
// its host resolves to, as far as that is known.
func Checklist(endpoint, connectorID string, addresses []netip.Addr) []Task {
	u, err := url.Parse(endpoint)
	if err != nil {
		u = &url.URL{Host: endpoint}
	}
	domain := Task{
		Name: "Callback domain", Chinese: "授权回调域",
		Where:  "应用管理 > the application > 企业微信授权登录 > Web网页",
		Values: []string{u.Host},
		Note:   "WeCom sends people back to " + CallbackURL(endpoint, connectorID) + ", and only if its host is entered here.",
	}
	if isPrivate(u.Hostname()) {
		domain.Note += " This one is for a trial on one machine: WeCom takes a domain name of your company's that can be reached from the internet."
	}
	trusted := Task{
		Name: "Trusted IP", Chinese: "企业可信IP",
		Where: "应用管理 > the application > 企业可信IP",
		Note: "These are the addresses that " + u.Hostname() + " has now. Enter the one from which the Logto server calls out, which may be another (a NAT's or a proxy's): " +
			"ask its administrator. Without it, WeCom answers error 60020 and nobody gets in.",
	}
	for _, a := range addresses {
		trusted.Values = append(trusted.Values, a.Unmap().String())
	}
	if len(addresses) == 0 {
		trusted.Note = strings.Replace(trusted.Note, "These are the addresses that "+u.Hostname()+" has now. ", "The address of "+u.Hostname()+" could not be found out. ", 1)
	}
	return []Task{domain, trusted, {
		Name: "Visible range", Chinese: "可见范围",
		Where: "应用管理 > the application > 可见范围",
		Note:  "Only people and departments in it can sign in.",
	}}
}

// isPrivate tells a host that WeCom cannot send anybody to from outside.
func isPrivate(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	return host == "localhost" || net.ParseIP(host) != nil || !strings.Contains(host, ".")
}
