package bench

import (
	"strings"
	"testing"
)

func TestQuantile(t *testing.T) {
	values := []float64{50, 10, 20, 40, 30}
	for part, want := range map[float64]float64{0: 10, 0.1: 14, 0.5: 30, 0.9: 46, 1: 50} {
		if got := quantile(values, part); got != want {
			t.Errorf("quantile %v is %v, want %v", part, got, want)
		}
	}
	if got := median([]float64{1, 2}); got != 1.5 {
		t.Errorf("median of 1 and 2 is %v", got)
	}
}

func TestTable(t *testing.T) {
	met := &Result{Row: Row{Name: "a", Yardstick: "b", Unit: "ms", MaxRatio: 1.3}}
	missed := &Result{Row: Row{Name: "c", Yardstick: "d", Unit: "ms", MaxRatio: 1.3, MaxOurs: 5}}
	failed := &Result{Row: Row{Name: "e", Yardstick: "f", Unit: "MB"}}
	plain := &Result{Row: Row{Name: "g", Yardstick: "h", Unit: "ns"}}
	for _, pair := range [][2]float64{{12, 10}, {11, 10}, {13, 10}} {
		met.Add(pair[0], pair[1])
		missed.Add(pair[0], pair[1])
	}
	met.Require(true, "1 request")
	failed.Add(3, 2)
	failed.Require(false, "2 requests")
	plain.Add(123.4, 0.5)
	got := Table([]*Result{met, missed, failed, plain})
	want := strings.Join([]string{
		"| | Doorkey | yardstick | | ratio [10 % to 90 %] | target | met |",
		"|---|---|---|---|---|---|---|",
		"| a | 12.0 ms | 10.0 ms | b | 1.20 [1.12 to 1.28], 3 pairs; 1 request | ≤ 1.3 × | yes |",
		"| c | 12.0 ms | 10.0 ms | d | 1.20 [1.12 to 1.28], 3 pairs | ≤ 1.3 ×, ≤ 5 ms | **no** |",
		"| e | 3.00 MB | 2.00 MB | f | 1.50; 2 requests |  | **no** |",
		"| g | 123 ns | 0.500 ns | h | 246.80 |  |  |",
	}, "\n") + "\n"
	if got != want {
		t.Errorf("the table is\n%swant\n%s", got, want)
	}
}
