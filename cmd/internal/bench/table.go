package bench

import (
	"fmt"
	"math"
	"strings"
)

// Table returns the results as a table in Markdown, in their order.
func Table(results []*Result) string {
	var out strings.Builder
	out.WriteString("| | Doorkey | yardstick | | ratio [10 % to 90 %] | target | met |\n|---|---|---|---|---|---|---|\n")
	for _, r := range results {
		met := ""
		if yes, is := r.Met(); is {
			met = map[bool]string{true: "yes", false: "**no**"}[yes]
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s | %s |\n",
			r.Name, amount(r.Ours, r.Unit), amount(r.Yardsticks, r.Unit), r.Yardstick, r.spread(), r.target(), met)
	}
	return out.String()
}

// line is a result in words.
func (r *Result) line() string {
	return fmt.Sprintf("%s; %s (%s); %s; target %s", amount(r.Ours, r.Unit), amount(r.Yardsticks, r.Unit), r.Yardstick, r.spread(), r.target())
}

func (r *Result) spread() string {
	var parts []string
	if all := r.ratios(); len(all) == 1 {
		parts = append(parts, fmt.Sprintf("%.2f", all[0]))
	} else if len(all) > 1 {
		parts = append(parts, fmt.Sprintf("%.2f [%.2f to %.2f], %d pairs", median(all), quantile(all, 0.1), quantile(all, 0.9), len(all)))
	}
	return strings.Join(append(parts, r.Notes...), "; ")
}

func (r *Result) target() string {
	var parts []string
	if r.MaxRatio > 0 {
		parts = append(parts, fmt.Sprintf("≤ %g ×", r.MaxRatio))
	}
	if r.MaxOurs > 0 {
		parts = append(parts, fmt.Sprintf("≤ %g %s", r.MaxOurs, r.Unit))
	}
	return strings.Join(parts, ", ")
}

// amount is the median, with three digits.
func amount(values []float64, unit string) string {
	if len(values) == 0 {
		return ""
	}
	m := median(values)
	digits := 0
	if m > 0 {
		digits = max(0, 2-int(math.Floor(math.Log10(m))))
	}
	return fmt.Sprintf("%.*f %s", min(digits, 3), m, unit)
}
