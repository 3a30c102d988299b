package app

import (
	"context"
	"slices"
	"strings"

	"doorkey/auth"
	"doorkey/auth/doctor"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// diagnosticsScreen is for whoever is asked for help: what there is to know, to
// be copied and sent. What the checks find comes below as they find it.
type diagnosticsScreen struct {
	view   *view
	root   fyne.CanvasObject
	back   *button
	copy   *button
	again  *button
	list   *fyne.Container
	moving *fyne.Container // has a progress bar while checks are on their way
	facts  []Fact
	checks []Fact

	ctx context.Context // ends with the page
	end context.CancelFunc
}

func newDiagnosticsScreen(v *view) *diagnosticsScreen {
	s := &diagnosticsScreen{view: v, back: v.backButton(), list: container.New(column{top: true}), moving: container.New(fixedHeight(barHeight))}
	s.ctx, s.end = context.WithCancel(context.Background())
	s.copy = newButton("", nil, widget.MediumImportance, s.copyAll, v.closePage)
	s.again = newButton(lang.X("doorkey.setup.again", "Check again"), theme.ViewRefreshIcon(), widget.LowImportance, s.check, v.closePage)
	s.again.Hide()
	s.offerCopy()
	s.copy.Disable()
	s.root = v.subpage(lang.X("doorkey.footer.diagnostics", "Diagnostics"), s.back,
		row(s.copy),
		gap(4),
		caption(lang.X("doorkey.diagnostics.note", "For whoever helps you. There is no password, token or name in it.")),
		gap(8),
		s.list,
		gap(4),
		s.moving,
		s.again,
	)
	v.actions.facts(s.show)
	s.check()
	return s
}

func (s *diagnosticsScreen) closed() bool { return s.ctx.Err() != nil }

// all is what is shown.
func (s *diagnosticsScreen) all() []Fact { return slices.Concat(s.facts, s.checks) }

func (s *diagnosticsScreen) show(facts []Fact) {
	if s.closed() {
		return
	}
	s.facts = facts
	s.list.RemoveAll()
	s.add(s.all()...)
	s.copy.Enable()
}

// add shows some more at the end.
func (s *diagnosticsScreen) add(facts ...Fact) {
	for _, f := range facts {
		shown := newFact(f.Name)
		for _, o := range shown.root.Objects {
			o.(*widget.Label).SizeName = theme.SizeNameCaptionText
		}
		shown.value.Wrapping = fyne.TextWrapBreak // addresses have no blanks
		shown.show(f.Value)
		s.list.Add(shown.root)
	}
	s.offerCopy() // there is something else to copy now
	s.root.Refresh()
}

// check looks at the set-up anew.
func (s *diagnosticsScreen) check() {
	if s.view.actions.check == nil {
		return
	}
	s.checks = nil
	if s.facts != nil {
		s.show(s.facts)
	}
	s.again.Disable()
	bar := widget.NewProgressBarInfinite()
	s.moving.Add(bar)
	s.moving.Refresh() // adding alone paints nothing
	s.view.actions.check(s.ctx, s.found, func() {
		if !s.closed() {
			s.still()
			s.again.Enable()
			s.again.Show()
			s.root.Refresh()
		}
	})
}

// found shows what one check has found.
func (s *diagnosticsScreen) found(c doctor.Check) {
	if s.closed() {
		return
	}
	what := []Fact{{"Check: " + c.ID, c.Status.String() + ": " + strings.TrimSpace(c.Found+". "+c.Remedy)}}
	for _, detail := range c.Details {
		what = append(what, Fact{c.ID, detail})
	}
	s.checks = append(s.checks, what...)
	s.add(what...)
}

// still stops what moves.
func (s *diagnosticsScreen) still() {
	for _, o := range s.moving.Objects {
		o.(*widget.ProgressBarInfinite).Stop()
	}
	s.moving.RemoveAll()
	s.moving.Refresh()
}

func (s *diagnosticsScreen) copyAll() {
	s.view.actions.copy(factsText(s.all()))
	s.copy.SetText(lang.X("doorkey.waiting.copied", "Copied"))
	s.copy.SetIcon(theme.ConfirmIcon())
}

func (s *diagnosticsScreen) offerCopy() {
	s.copy.SetText(lang.X("doorkey.diagnostics.copy", "Copy all"))
	s.copy.SetIcon(theme.ContentCopyIcon())
}

// factsText is what is copied.
func factsText(facts []Fact) string {
	var b strings.Builder
	for _, f := range facts {
		b.WriteString(f.Name + ": " + f.Value + "\n")
	}
	return b.String()
}

func (s *diagnosticsScreen) update(auth.State) bool     { return true }
func (s *diagnosticsScreen) content() fyne.CanvasObject { return s.root }
func (s *diagnosticsScreen) first() fyne.Focusable      { return s.back }
func (s *diagnosticsScreen) escape()                    { s.view.closePage() }

func (s *diagnosticsScreen) close() {
	s.end()
	s.still()
}
