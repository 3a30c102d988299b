package app

import (
	"errors"
	"time"

	"doorkey/auth"
	"doorkey/auth/keychain"
)

func in(s auth.Session, err error) auth.State {
	return auth.State{Phase: auth.SignedIn, Session: s, Err: err}
}

func leave(v *view) { v.current.(*signedInScreen).signOut.OnTapped() }

// signedInShots are of somebody who is signed in.
func signedInShots() []shot {
	all := zhangsanWithAll()
	one, long, roles, chosenLong, photographed := all, all, all, all, all
	one.Profile.Organizations = all.Profile.Organizations[:1]
	long.Profile.Organizations = []auth.Membership{
		{ID: "nw4k8s2j6h0d", Name: "Nordrhein-Westfälische Wasserversorgungsgesellschaft mbH & Co. KG", Roles: []string{"member"}},
	}
	chosenLong.Profile.Organizations = []auth.Membership{
		{ID: "bj7f3a9c5e1g", Name: "北京示例科技集团国际贸易发展股份有限公司华东分公司", Roles: []string{"成员"}},
	}
	roles.Profile.Roles = []string{"manager", "auditor", "billing-administrator", "support-engineer-level-2", "workspace-owner"}
	photographed.Profile.Picture = "https://example.com/zhangsan.jpg"

	return []shot{
		{"signedin", pose{state: in(zhangsan(), nil)}.window},
		{"signedin-bare", pose{before: func(v *view) { bare(v); v.accountPage = "" }, state: in(zhangsan(), nil)}.window},
		{"signedin-long", pose{state: in(withALongName(), nil)}.window},
		{"signedin-unbroken", pose{state: in(withAnUnbrokenName(), nil)}.window},
		{"signedin-chinese", pose{demo: true, state: in(withALongChineseName(), nil)}.window},
		{"signedin-full", pose{before: inTheFirst(all), state: in(all, nil)}.window},
		{"signedin-full-end", pose{before: inTheFirst(all), state: in(all, nil), then: toTheEnd}.window},
		{"signedin-organization", pose{state: in(one, nil)}.window},
		{"signedin-organization-long", pose{before: inTheFirst(long), state: in(long, nil)}.window},
		{"signedin-organization-chinese", pose{before: inTheFirst(chosenLong), state: in(chosenLong, nil)}.window},
		{"signedin-roles", pose{before: inTheFirst(roles), state: in(roles, nil)}.window},
		{"signedin-photo", pose{before: func(v *view) {
			v.photo = photo{photographed.Profile.Picture, portraitPhoto()}
		}, state: in(photographed, nil)}.window},
		{"signedin-renewing", pose{state: in(zhangsan(), nil), then: func(v *view) { v.current.(*signedInScreen).facts.renew.OnTapped() }}.window},
		{"signedin-leaving", pose{state: in(zhangsan(), nil), then: leave}.window},
		{"signedin-asked", pose{state: in(zhangsan(), nil), then: func(v *view) {
			leave(v)
			keychainAsks(v)
		}}.window},
		{"signedin-locked", pose{state: in(zhangsan(), nil), then: func(v *view) { v.signedOut(keychain.ErrLocked) }}.window},
		{"signedin-denied", pose{state: in(zhangsan(), &auth.AccessDeniedError{})}.window},
		{"signedin-refused", pose{state: in(zhangsan(), &auth.RefusedError{Code: "invalid_client"})}.window},
		{"signedin-clock", pose{state: in(zhangsan(), &auth.ClockError{Skew: -3 * time.Hour})}.window},
		{"signedin-profile", pose{state: in(zhangsan(), &auth.ProfileError{Err: errors.New("no")})}.window},
		{"signedin-damaged", pose{state: in(zhangsan(), auth.ErrDamaged)}.window},
	}
}

// offlineShots are of somebody whose provider cannot be reached.
func offlineShots() []shot {
	offline := func(s auth.Session, since time.Time, err error) auth.State {
		state := in(s, err)
		state.LastReached = since
		return state
	}
	lastNight, all := ago(1, 20, 24), zhangsanWithAll()
	return []shot{
		{"offline", pose{state: offline(zhangsan(), at(10, 13), away)}.window},
		{"offline-trying", pose{state: offline(zhangsan(), lastNight, away), then: func(v *view) {
			v.current.(*signedInScreen).offline.press()
			waitForSlow(v)
		}}.window},
		{"offline-still", pose{state: offline(zhangsan(), lastNight, away), then: func(v *view) { v.answered(away) }}.window},
		{"offline-certificate", pose{state: offline(zhangsan(), lastNight.AddDate(-1, 0, 0), expired)}.window},
		{"offline-locked", pose{state: offline(zhangsan(), lastNight, keychain.ErrLocked)}.window},
		{"offline-long", pose{state: offline(withALongName(), lastNight, away)}.window},
		{"offline-full", pose{before: inTheFirst(all), state: offline(all, lastNight, away)}.window},
	}
}

// againShots are of somebody whose session has ended.
func againShots() []shot {
	ended := &auth.SessionEndedError{Issuer: "https://login.example.com/oidc", Reason: "invalid_grant"}
	out := func(s auth.Session, err error) auth.State {
		return auth.State{Phase: auth.SignedOut, Session: s, Err: err}
	}
	other := auth.Profile{ID: "y", Name: "张三", Phone: "13800000000"}
	return []shot{
		{"again", pose{state: out(zhangsan(), ended)}.window},
		{"again-phone", pose{before: withPhone, state: out(zhangsan(), ended)}.window},
		{"again-long", pose{state: out(withALongName(), ended)}.window},
		{"again-chinese", pose{state: out(withALongChineseName(), ended)}.window},
		{"again-person", pose{state: out(zhangsan(), &auth.DifferentPersonError{Want: zhangsan().Profile, Got: other})}.window},
		{"again-locked", pose{state: out(zhangsan(), keychain.ErrLocked)}.window},
		{"again-leaving", pose{state: out(zhangsan(), ended), then: func(v *view) { v.current.(*againScreen).signOut.OnTapped() }}.window},
		{"again-full", pose{before: dressedAs(tenantWithAll()), state: out(zhangsanWithAll(), &auth.DifferentPersonError{Want: zhangsan().Profile, Got: other})}.window},
	}
}
