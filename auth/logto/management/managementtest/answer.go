package managementtest

import (
	"embed"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
)

//go:embed recorded
var recordings embed.FS

// recording is a request of which a real Logto was asked, and what it answered.
type recording Object

// recorded is fresh with each call.
func recorded(name string) recording {
	data, err := recordings.ReadFile("recorded/" + name + ".json")
	if err != nil {
		panic(err)
	}
	var r recording
	if err := json.Unmarshal(data, &r); err != nil {
		panic(name + ": " + err.Error())
	}
	return r
}

// Object is a member of the recording.
func (r recording) Object(name string) Object { return r[name].(Object) }

// answer sends JSON.
func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// replay sends what a real Logto has answered.
func replay(w http.ResponseWriter, name string) {
	r := recorded(name)
	answer(w, int(r["status"].(float64)), r["body"])
}

// readBody is an empty object where there is none.
func readBody(r *http.Request) Object {
	body := Object{}
	data, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(data, &body)
	return body
}

// answerPage sends one page of a list where the request asks for pages.
func answerPage(w http.ResponseWriter, r *http.Request, all []Object) {
	if all == nil {
		all = []Object{}
	}
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("page_size"))
	switch {
	case page == 0 && size == 0:
		answer(w, http.StatusOK, all)
		return
	case page < 1 || size < 1 || size > 100:
		answer(w, http.StatusBadRequest, Object{"code": "guard.invalid_pagination", "message": "The pagination request value is invalid."})
		return
	}
	w.Header().Set("Total-Number", strconv.Itoa(len(all)))
	from := min((page-1)*size, len(all))
	answer(w, http.StatusOK, all[from:min(from+size, len(all))])
}

// merge sets members as PATCH does: each is replaced as a whole.
func merge(o, change Object) {
	for key, value := range change {
		o[key] = value
	}
}
