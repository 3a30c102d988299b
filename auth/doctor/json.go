package doctor

import "encoding/json"

// MarshalJSON implements [json.Marshaler]: id, status, code, params, looked, found,
// remedy, details and error, without what is empty.
func (c Check) MarshalJSON() ([]byte, error) {
	form := struct {
		ID      string   `json:"id"`
		Status  string   `json:"status"`
		Code    string   `json:"code"`
		Params  Params   `json:"params,omitempty"`
		Looked  string   `json:"looked,omitempty"`
		Found   string   `json:"found"`
		Remedy  string   `json:"remedy,omitempty"`
		Details []string `json:"details,omitempty"`
		Error   string   `json:"error,omitempty"`
	}{c.ID, c.Status.String(), c.Code, c.Params, c.Looked, c.Found, c.Remedy, c.Details, ""}
	if c.Err != nil {
		form.Error = quote(c.Err.Error())
	}
	return json.Marshal(form)
}
