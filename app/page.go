package app

// opened is a page that was opened.
type opened struct {
	open  func() screen
	from  int    // the stop that had the keyboard on what is beneath: see stopAt
	shown screen // while another page is over it
}

// openPage shows a page over what there is, until the person goes back or the
// state is one that the page is not for.
func (v *view) openPage(open func() screen) {
	from := v.keyboard()
	if v.page != nil {
		v.page.close()
		v.opened[len(v.opened)-1].shown = v.page
	}
	v.opened = append(v.opened, opened{open: open, from: from})
	v.makePage()
	v.put(noStop)
}

// closePage goes back to where the page was opened.
func (v *view) closePage() {
	if v.page == nil {
		return
	}
	v.page.close()
	last := len(v.opened) - 1
	from := v.opened[last].from
	v.page, v.opened = nil, v.opened[:last]
	if last > 0 {
		v.makePage()
	}
	v.put(from)
}

// makePage makes the page that was opened last, with what was typed in it
// before.
func (v *view) makePage() {
	last := &v.opened[len(v.opened)-1]
	v.page = last.open()
	if page, is := v.page.(interface{ resume(screen) }); is && last.shown != nil {
		page.resume(last.shown)
	}
	last.shown = nil
}

// leavePages is for a state that no page is for.
func (v *view) leavePages() {
	v.page.close()
	v.page, v.opened = nil, nil
}
