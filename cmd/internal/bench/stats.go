package bench

import (
	"math"
	"slices"
)

// quantile is the value below which a part of all of them lies, by linear
// interpolation between the two nearest. It is NaN for none.
func quantile(values []float64, part float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	at := part * float64(len(sorted)-1)
	low := int(at)
	if low == len(sorted)-1 {
		return sorted[low]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

func median(values []float64) float64 { return quantile(values, 0.5) }

// ratios are those of the pairs.
func (r *Result) ratios() []float64 {
	all := make([]float64, 0, len(r.Ours))
	for i := range min(len(r.Ours), len(r.Yardsticks)) {
		all = append(all, r.Ours[i]/r.Yardsticks[i])
	}
	return all
}

// Met reports whether every target was met, and whether there is one.
func (r *Result) Met() (met, has bool) {
	met, has = len(r.Failed) == 0, r.Required
	if r.MaxRatio > 0 {
		met, has = met && median(r.ratios()) <= r.MaxRatio, true
	}
	if r.MaxOurs > 0 {
		met, has = met && median(r.Ours) <= r.MaxOurs, true
	}
	return met, has
}
