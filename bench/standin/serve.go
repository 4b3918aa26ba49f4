package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"strconv"
	"time"
)

// HTTP/1.1 by hand, as far as clients of the benchmark speak it: it costs a fraction of what
// net/http costs, and what is measured shares the machine.

const mostBody = 16 << 20

type service int

const (
	none service = iota
	behaviors
	bulk
	orders
)

var endings = map[service][]byte{
	behaviors: []byte("/assignbehavior/*"),
	bulk:      []byte("/assignbehavior/bulk/*"),
	orders:    []byte("/storecustomerandorder/*"),
}

type request struct {
	service service
	post    bool
	known   bool // who sends it: an app id was shown
	last    bool
	body    []byte
}

func serve(listener net.Listener, b *book) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go converse(connection, b)
	}
}

func converse(connection net.Conn, b *book) {
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, 16<<10)
	var came request
	var answer []byte
	for {
		if err := came.read(reader); err != nil {
			return
		}
		answer = respond(answer[:0], &came, b)
		if _, err := connection.Write(answer); err != nil || came.last {
			return
		}
	}
}

func respond(answer []byte, came *request, b *book) []byte {
	switch {
	case came.service == none:
		b.refuse()
		return fault(answer, "404 Not Found", "There is no such service.")
	case !came.post:
		b.refuse()
		return fault(answer, "405 Method Not Allowed", "Only POST is accepted.")
	case !came.known:
		b.refuse()
		return fault(answer, "403 Forbidden", "The credentials are not valid.")
	}
	events, ok := read(came.body)
	if !ok {
		b.refuse()
		return fault(answer, "400 Bad Request", "No behavior information, or no customer.")
	}
	delay, run := b.arrived(events)
	if delay > 0 {
		time.Sleep(delay)
	}
	b.accept(events, run)
	return accepted(answer, came.service, events)
}

func (r *request) read(reader *bufio.Reader) error {
	line, err := reader.ReadSlice('\n')
	if err != nil {
		return err
	}
	method, rest, _ := bytes.Cut(line, []byte(" "))
	path, _, _ := bytes.Cut(rest, []byte(" "))
	*r = request{service: serviceOf(path), post: string(method) == "POST", body: r.body[:0]}
	length := -1
	for {
		line, err = reader.ReadSlice('\n')
		if err != nil {
			return err
		}
		name, value, found := bytes.Cut(line, []byte(":"))
		if !found {
			break // the empty line
		}
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return err
			}
		case bytes.EqualFold(name, []byte("x-omeda-appid")):
			r.known = len(value) > 0
		case bytes.EqualFold(name, []byte("Connection")):
			r.last = bytes.EqualFold(value, []byte("close"))
		}
	}
	if length < 0 || length > mostBody {
		return errors.New("a body without length, or too long a one")
	}
	if cap(r.body) < length {
		r.body = make([]byte, length)
	}
	r.body = r.body[:length]
	_, err = io.ReadFull(reader, r.body)
	return err
}

func serviceOf(path []byte) service {
	for found, ending := range endings {
		if bytes.HasSuffix(path, ending) {
			return found
		}
	}
	return none
}
