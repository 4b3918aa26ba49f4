package main

import "bytes"

// read finds the events of a request's body, in their order, without decoding the rest: the sequence
// texts, and whose they are. It tells whether there were any, each of a customer.
func read(body []byte) ([]event, bool) {
	events := make([]event, 0, 1)
	var customer int64
	for at := 0; ; {
		start := bytes.IndexByte(body[at:], '"')
		if start < 0 {
			break
		}
		name, end := text(body, at+start)
		value := space(body, end)
		at = end
		if value >= len(body) || body[value] != ':' {
			continue
		}
		value = space(body, value+1)
		switch string(name) {
		case "OmedaCustomerId":
			customer = number(body[value:])
		case "BehaviorPromoCode", "ClientOrderId":
			if value < len(body) && body[value] == '"' {
				var seq []byte
				seq, at = text(body, value)
				events = append(events, event{seq: string(seq), customer: customer})
			}
		}
	}
	for index := range events {
		if events[index].customer == 0 {
			events[index].customer = customer // an order may name its customer behind its own id
		}
		if events[index].customer == 0 {
			return nil, false
		}
	}
	return events, len(events) > 0
}

// text is the string whose quotation mark stands at start, as it was escaped, and where it ends.
func text(body []byte, start int) ([]byte, int) {
	for at := start + 1; at < len(body); at++ {
		switch body[at] {
		case '\\':
			at++
		case '"':
			return body[start+1 : at], at + 1
		}
	}
	return nil, len(body)
}

func space(body []byte, at int) int {
	for at < len(body) && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t') {
		at++
	}
	return at
}

func number(text []byte) int64 {
	var found int64
	for _, digit := range text {
		if digit < '0' || digit > '9' {
			break
		}
		found = found*10 + int64(digit-'0')
	}
	return found
}
