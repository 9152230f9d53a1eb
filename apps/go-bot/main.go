// A small Audio Connector bot in Go, standard library only. Run: API_KEY=... CLIENT_SECRET=... go run . [PORT]
//
// Without CLIENT_SECRET, requests with the API key need no signature; without API_KEY, every request is accepted.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
)

func serve(w http.ResponseWriter, r *http.Request) {
	if reason := refusal(r); reason != "" {
		w.WriteHeader(http.StatusUnauthorized)
		json.NewEncoder(w).Encode(map[string]string{"error": "unauthorized", "reason": reason})
		return
	}
	socket, err := Upgrade(w, r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUpgradeRequired)
		return
	}
	defer socket.Close()
	call := &Call{socket: socket, head: r.Header, stop: func() {}}
	for isClosed := false; ; {
		kind, message, err := socket.Read()
		if err != nil {
			break
		}
		// After closed the client ends the connection.
		isClosed = isClosed || kind == opText && call.message(message)
	}
	call.Lock()
	defer call.Unlock()
	call.stop()
}

func main() {
	if err := readSecret(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	port := "8080"
	if len(os.Args) > 1 {
		port = os.Args[1]
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("listening at ws://%s\n", listener.Addr())
	http.Serve(listener, http.HandlerFunc(serve))
}
