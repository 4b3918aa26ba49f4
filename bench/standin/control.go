package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const glance = 2 * time.Millisecond

// control is what the harness asks: begin a run, wait for it, read its book.
func control(b *book) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/begin", func(w http.ResponseWriter, r *http.Request) {
		var wanted plan
		if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		b.begin(wanted)
		tell(w, b.now())
	})
	mux.HandleFunc("/wait", func(w http.ResponseWriter, r *http.Request) {
		requests, _ := strconv.Atoi(r.FormValue("requests"))
		events, _ := strconv.Atoi(r.FormValue("events"))
		seconds, _ := strconv.ParseFloat(r.FormValue("seconds"), 64)
		until := time.Now().Add(time.Duration(seconds * float64(time.Second)))
		found := b.now()
		for (found.Requests < requests || found.Distinct < events) && time.Now().Before(until) {
			time.Sleep(glance)
			found = b.now()
		}
		tell(w, found)
	})
	mux.HandleFunc("/events", func(w http.ResponseWriter, _ *http.Request) {
		out := bufio.NewWriter(w)
		defer out.Flush()
		for _, one := range b.accepted() {
			fmt.Fprintf(out, "%s %d %d\n", one.seq, one.customer, one.at)
		}
	})
	return mux
}

func tell(w http.ResponseWriter, found status) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(found)
}
