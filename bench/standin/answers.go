package main

import (
	"fmt"
	"strconv"
	"sync/atomic"
)

// Whole answers, appended to a buffer that the connection keeps.

const submission = `"SubmissionId":"00000000-0000-4000-8000-000000000042"`

var transactions atomic.Int64

func accepted(answer []byte, to service, events []event) []byte {
	var body [256]byte
	text := append(body[:0], `{"ResponseInfo":[`...)
	switch to {
	case orders:
		text = append(text, `{"TransactionId":`...)
		text = strconv.AppendInt(text, transactions.Add(1), 10)
		text = append(text, `,"Url":"http://127.0.0.1/transaction/*"}`...)
	case bulk:
		text = receipts(text, events)
	default:
		text = append(text, `{"CustomerId":`...)
		text = strconv.AppendInt(text, events[0].customer, 10)
		text = append(text, `,"Url":"http://127.0.0.1/customer/*"}`...)
	}
	text = append(text, `],`...)
	text = append(text, submission...)
	return whole(answer, "200 OK", append(text, '}'))
}

// receipts are one for each customer of a bulk request.
func receipts(text []byte, events []event) []byte {
	for first := 0; first < len(events); {
		next := first + 1
		for next < len(events) && again(events, next) {
			next++
		}
		if first > 0 {
			text = append(text, ',')
		}
		text = append(text, `{"OmedaCustomerId":`...)
		text = strconv.AppendInt(text, events[first].customer, 10)
		text = fmt.Appendf(text, `,"Message":"%d Behaviors Submitted."}`, next-first)
		first = next
	}
	return text
}

func fault(answer []byte, status, says string) []byte {
	return whole(answer, status, fmt.Appendf(nil, `{%s,"Errors":[{"Error":%q}]}`, submission, says))
}

func whole(answer []byte, status string, body []byte) []byte {
	answer = append(answer, "HTTP/1.1 "...)
	answer = append(answer, status...)
	answer = append(answer, "\r\nContent-Type: application/json\r\nContent-Length: "...)
	answer = strconv.AppendInt(answer, int64(len(body)), 10)
	answer = append(answer, "\r\n\r\n"...)
	return append(answer, body...)
}
