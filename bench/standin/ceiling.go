package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// measure sends orders over so many connections, one after the other on each, and tells how many
// requests a second were answered. The sender shares the machine: more could be had.
func measure(address string, connections int, lasting time.Duration) float64 {
	var answered atomic.Int64
	var senders sync.WaitGroup
	began := time.Now()
	for sender := range connections {
		senders.Add(1)
		go func() {
			defer senders.Done()
			connection, err := net.Dial("tcp", address)
			if err != nil {
				log.Fatal(err)
			}
			defer connection.Close()
			reader := bufio.NewReader(connection)
			for number := 0; time.Since(began) < lasting; number++ {
				if err := exchange(connection, reader, order(sender, number)); err != nil {
					log.Fatal(err)
				}
				answered.Add(1)
			}
		}()
	}
	senders.Wait()
	return float64(answered.Load()) / time.Since(began).Seconds()
}

func order(sender, number int) []byte {
	body := fmt.Sprintf(`{"OmedaCustomerId":%d,"ClientOrderId":"seq-%d-%d","OrderDate":"2024-01-02 03:04",`+
		`"Products":[{"OmedaProductId":12,"RequestedVersion":"P","Quantity":1,"Amount":"0.00","Receive":0}]}`,
		1001+sender, sender, number)
	return fmt.Appendf(nil, "POST /webservices/rest/brand/DEMO/storecustomerandorder/* HTTP/1.1\r\n"+
		"Host: 127.0.0.1\r\nUser-Agent: ceiling\r\nx-omeda-appid: an-app-id\r\nx-omeda-inputid: an-input-id\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

func exchange(connection net.Conn, reader *bufio.Reader, message []byte) error {
	if _, err := connection.Write(message); err != nil {
		return err
	}
	length := 0
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return err
		}
		if value, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
		if len(line) <= 2 {
			break
		}
	}
	_, err := io.CopyN(io.Discard, reader, int64(length))
	return err
}
