// Command standin takes what is sent to Omeda, answers as Omeda does, and keeps a book of it.
//
// It serves loopback only: Omeda's services on one port, the harness on another. Both addresses
// are printed as one line of JSON. With -ceiling it measures itself instead, and prints requests
// per second.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	ceiling := flag.Duration("ceiling", 0, "how long to measure what this program can take")
	connections := flag.Int("connections", 64, "of the measurement")
	flag.Parse()

	book := newBook()
	omeda := listen()
	go serve(omeda, book)
	if *ceiling > 0 {
		fmt.Printf("%.0f\n", measure(omeda.Addr().String(), *connections, *ceiling))
		return
	}
	harness := listen()
	addresses := map[string]string{
		"omeda":   omeda.Addr().String(),
		"control": harness.Addr().String(),
	}
	if err := json.NewEncoder(os.Stdout).Encode(addresses); err != nil {
		log.Fatal(err)
	}
	server := http.Server{Handler: control(book), ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.Serve(harness))
}

func listen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	return listener
}
