package main

import (
	"sync"
	"time"
)

// An event as it was accepted.
type event struct {
	seq      string
	customer int64
	at       int64 // nanoseconds since the epoch
}

// A plan says how Omeda is in a run.
type plan struct {
	LatencyMs int `json:"latency_ms"`
	SlowOneIn int `json:"slow_one_in"` // customers whose id this divides are slow; 0: none
	SlowMs    int `json:"slow_ms"`
}

func (p plan) delay(events []event) time.Duration {
	if p.SlowOneIn > 0 {
		for _, one := range events {
			if one.customer%int64(p.SlowOneIn) == 0 {
				return time.Duration(p.SlowMs) * time.Millisecond
			}
		}
	}
	return time.Duration(p.LatencyMs) * time.Millisecond
}

// A status is what the harness waits by.
type status struct {
	Requests int   `json:"requests"`
	Accepted int   `json:"accepted"` // events, repeats included
	Distinct int   `json:"distinct"`
	Overlaps int   `json:"overlaps"` // requests of a customer who had one under way
	Refused  int   `json:"refused"`  // requests that were none of Omeda's
	FirstNs  int64 `json:"first_ns"` // when the first request had been read
	LastNs   int64 `json:"last_ns"`  // when an event was accepted for the first time, at last
}

// A book holds one run. Events stand in the order of their acceptance, which is the moment before
// the answer is written: whoever waits for it cannot have sent the next one.
type book struct {
	mutex    sync.Mutex
	plan     plan
	events   []event
	seen     map[string]struct{}
	underWay map[int64]int
	status   status
	run      int
}

func newBook() *book {
	b := &book{}
	b.begin(plan{})
	return b
}

func (b *book) begin(p plan) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.run++
	b.plan, b.status, b.events = p, status{}, nil
	b.seen, b.underWay = map[string]struct{}{}, map[int64]int{}
}

// arrived returns how long the request takes, and of which run it is.
func (b *book) arrived(events []event) (time.Duration, int) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.status.Requests++
	if b.status.FirstNs == 0 {
		b.status.FirstNs = time.Now().UnixNano()
	}
	for index, one := range events {
		if again(events, index) {
			continue
		}
		if b.underWay[one.customer] > 0 {
			b.status.Overlaps++
		}
		b.underWay[one.customer]++
	}
	return b.plan.delay(events), b.run
}

// accept enters what arrived. What a contender left under way when its run ended is nobody's.
func (b *book) accept(events []event, run int) {
	now := time.Now().UnixNano()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if run != b.run {
		return
	}
	b.status.Accepted += len(events)
	for index, one := range events {
		one.at = now
		b.events = append(b.events, one)
		if _, known := b.seen[one.seq]; !known {
			b.seen[one.seq] = struct{}{}
			b.status.Distinct++
			b.status.LastNs = now
		}
		if again(events, index) {
			continue
		}
		if b.underWay[one.customer]--; b.underWay[one.customer] <= 0 {
			delete(b.underWay, one.customer)
		}
	}
}

func (b *book) refuse() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.status.Refused++
}

func (b *book) now() status {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.status
}

func (b *book) accepted() []event {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.events[:len(b.events):len(b.events)]
}

// again tells whether the customer's events began before this one: in a request they stand together.
func again(events []event, index int) bool {
	return index > 0 && events[index-1].customer == events[index].customer
}
