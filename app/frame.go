package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// edge is a layout of two objects: one keeps its height at an edge of the
// window and the other gets the rest. Other than Fyne's Border it leaves them
// in the order in which Tab is to reach them.
type edge struct{ top bool }

func (e edge) split(objects []fyne.CanvasObject) (kept, rest fyne.CanvasObject) {
	if e.top {
		return objects[0], objects[1]
	}
	return objects[1], objects[0]
}

func (e edge) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(a.Width, b.Width), a.Height+b.Height)
}

func (e edge) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	kept, rest := e.split(objects)
	kept.Resize(fyne.NewSize(size.Width, kept.MinSize().Height)) // wraps
	height := kept.MinSize().Height
	kept.Resize(fyne.NewSize(size.Width, height))
	rest.Resize(fyne.NewSize(size.Width, size.Height-height))
	if e.top {
		kept.Move(fyne.NewPos(0, 0))
		rest.Move(fyne.NewPos(0, height))
	} else {
		kept.Move(fyne.NewPos(0, size.Height-height))
		rest.Move(fyne.NewPos(0, 0))
	}
}

// withFooter is a screen's page with quiet links below it.
func withFooter(page fyne.CanvasObject, links ...*button) fyne.CanvasObject {
	if len(links) == 0 {
		return page
	}
	row := container.NewHBox(layout.NewSpacer())
	for _, l := range links {
		row.Add(l)
	}
	row.Add(layout.NewSpacer())
	return container.New(edge{}, page, container.New(layout.NewCustomPaddedLayout(0, 8, 12, 12), row))
}

// footer are the links under a screen; legal ones only where somebody is about
// to sign in.
func (v *view) footer(signingIn bool) []*button {
	var links []*button
	link := func(text string, do func()) {
		links = append(links, newButton(text, nil, widget.LowImportance, do, func() { v.top().escape() }))
	}
	if terms := v.tenant.Terms; signingIn && terms != "" {
		link(lang.X("doorkey.footer.terms", "Terms of use"), func() { v.actions.browse(terms) })
	}
	if privacy := v.tenant.Privacy; signingIn && privacy != "" {
		link(lang.X("doorkey.footer.privacy", "Privacy"), func() { v.actions.browse(privacy) })
	}
	switch {
	case v.actions.save != nil && !v.without.Settings:
		link(lang.X("doorkey.footer.settings", "Settings"), func() { v.openPage(func() screen { return newSettingsScreen(v) }) })
	case !v.without.Diagnostics && v.actions.facts != nil:
		link(lang.X("doorkey.footer.diagnostics", "Diagnostics"), func() { v.openPage(func() screen { return newDiagnosticsScreen(v) }) })
	}
	return links
}

// subpage is the content of a page that was opened over the screen: its name,
// the way back, and what is on it from the top down.
func (v *view) subpage(name string, back *button, objects ...fyne.CanvasObject) fyne.CanvasObject {
	heading := widget.NewLabelWithStyle(name, fyne.TextAlignCenter, fyne.TextStyle{Bold: true})
	heading.SizeName = theme.SizeNameSubHeadingText
	heading.Truncation = fyne.TextTruncateEllipsis
	header := container.New(headerLayout{}, back, heading)
	inner := container.New(column{top: true}, objects...)
	scroll := container.NewVScroll(container.New(layout.NewCustomPaddedLayout(6, 14, 20, 20), inner))
	for _, o := range objects {
		if b, ok := o.(*banner); ok {
			b.page = scroll
		}
	}
	return container.New(edge{top: true}, container.New(layout.NewCustomPaddedLayout(8, 4, 8, 8), header), scroll)
}

// backButton leads from a page to the screen under it.
func (v *view) backButton() *button {
	return newButton(lang.X("doorkey.back", "Back"), theme.NavigateBackIcon(), widget.LowImportance, v.closePage, v.closePage)
}

// headerLayout has a button at the left and a title in the middle of the
// window, as long as there is room for it.
type headerLayout struct{}

func (headerLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(a.Width+b.Width, max(a.Height, b.Height))
}

func (headerLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	back, heading := objects[0], objects[1]
	width := back.MinSize().Width
	back.Resize(fyne.NewSize(width, size.Height))
	heading.Resize(fyne.NewSize(max(0, size.Width-2*width), size.Height))
	heading.Move(fyne.NewPos(width, 0))
}
