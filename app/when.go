package app

import (
	"fmt"
	"math"
	"time"

	"fyne.io/fyne/v2/lang"
)

// moment is a time for a person to read, with the day where it is not today.
func moment(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	switch {
	case t.Format(time.DateOnly) == now.Format(time.DateOnly):
		return t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format(lang.X("doorkey.when.day", "2 Jan at 15:04"))
	}
	return t.Format(lang.X("doorkey.when.year", "2 Jan 2006 at 15:04"))
}

// span is a time of more than a minute, about, in the largest unit of which
// there are two, so that no language needs a singular.
func span(d time.Duration) string {
	const day, year = 24 * time.Hour, 365 * 24 * time.Hour
	d = d.Abs()
	count := func(unit time.Duration) map[string]string {
		return map[string]string{"N": fmt.Sprint(max(2, math.Round(float64(d)/float64(unit))))}
	}
	switch {
	case d < 2*time.Hour:
		return lang.X("doorkey.span.minutes", "{{.N}} minutes", count(time.Minute))
	case d < 2*day:
		return lang.X("doorkey.span.hours", "{{.N}} hours", count(time.Hour))
	case d < 2*year:
		return lang.X("doorkey.span.days", "{{.N}} days", count(day))
	}
	return lang.X("doorkey.span.years", "{{.N}} years", count(year))
}
