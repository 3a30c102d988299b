package management

import (
	"context"
	"net/http"
	"strconv"
	"strings"
)

const (
	pageSize = 100 // Logto's limit
	maxPages = 100 // 10,000 of anything are no longer a person's
)

// list gets all pages of a list. Its header Total-Number tells how many there
// are; a page that is not full is the last one also without it.
func list[T any](ctx context.Context, c *Client, path string) ([]T, error) {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	var all []T
	for page := 1; ; page++ {
		var some []T
		header, err := c.call(ctx, http.MethodGet, path+separator+"page="+strconv.Itoa(page)+"&page_size="+strconv.Itoa(pageSize), nil, &some)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		total, err := strconv.Atoi(header.Get("Total-Number"))
		if known := err == nil; len(some) == 0 || known && len(all) >= total || !known && len(some) < pageSize {
			return all, nil
		}
		if page == maxPages {
			return nil, &AnswerError{"GET /api" + bare(path), c.endpoint, "lists more than 10,000"}
		}
	}
}
