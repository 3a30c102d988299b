package app

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// countdown is the time left, as a bar and in words, redrawn once a second until
// it is stopped.
type countdown struct {
	view     *view
	left     *widget.Label
	bar      *timeBar
	begun    time.Time
	deadline time.Time
	ended    chan struct{}
}

func newCountdown(v *view) *countdown {
	c := &countdown{view: v, left: caption(""), bar: newTimeBar(), begun: time.Now(), ended: make(chan struct{})}
	v.work.Go(c.tick)
	return c
}

// until sets when it ends.
func (c *countdown) until(deadline time.Time) {
	c.deadline = deadline
	c.showLeft(time.Now())
}

func (c *countdown) tick() {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case now := <-second.C:
			c.view.post(func() { c.showLeft(now) })
		case <-c.ended:
			return
		}
	}
}

func (c *countdown) showLeft(now time.Time) {
	left := max(0, c.deadline.Sub(now).Round(time.Second))
	clock := fmt.Sprintf("%d:%02d", int(left.Minutes()), int(left.Seconds())%60)
	c.left.SetText(lang.X("doorkey.waiting.left", "{{.Left}} left", map[string]string{"Left": clock}))
	c.bar.set(float64(left) / float64(max(time.Second, c.deadline.Sub(c.begun))))
}

func (c *countdown) stop() { close(c.ended) }
