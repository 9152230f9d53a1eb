// The part of WebSocket (RFC 6455) that a bot needs: the upgrade, reading whole messages, writing unfragmented frames.
package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	opText, opBinary, opClose, opPing, opPong = 1, 2, 8, 9, 10
	// A message has at most 64 KiB; the limit is higher, so that only a peer that sends without end is disconnected.
	maxMessage = 1 << 20
)

// Socket is one WebSocket. Write may be called from several goroutines, Read from one.
type Socket struct {
	conn net.Conn
	in   *bufio.Reader
	lock sync.Mutex
}

// Upgrade answers the handshake with 101. After an error, no answer has been sent.
func Upgrade(w http.ResponseWriter, r *http.Request) (*Socket, error) {
	key := r.Header.Get("Sec-WebSocket-Key")
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") || r.Header.Get("Sec-WebSocket-Version") != "13" || key == "" {
		return nil, errors.New("expected a WebSocket handshake, version 13")
	}
	conn, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return nil, err
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	_, err = fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	return &Socket{conn: conn, in: buffered.Reader}, err
}

// Write sends one frame. Errors can be ignored, because the next Read fails too.
func (s *Socket) Write(kind byte, payload []byte) error {
	head := []byte{0x80 | kind}
	switch n := len(payload); {
	case n < 126:
		head = append(head, byte(n))
	case n < 1<<16:
		head = binary.BigEndian.AppendUint16(append(head, 126), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 127), uint64(n))
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	// A peer that does not read delays only its own call, and not for long.
	s.conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	_, err := s.conn.Write(append(head, payload...))
	return err
}

// Read returns the next text or binary message, joined if it was fragmented, and answers pings.
func (s *Socket) Read() (kind byte, message []byte, err error) {
	for {
		code, isLast, payload, err := s.frame(maxMessage - len(message))
		switch {
		case err != nil:
			return 0, nil, err
		case code == opClose:
			if len(payload) > 2 {
				payload = payload[:2]
			}
			s.Write(opClose, payload)
			return 0, nil, io.EOF
		case code == opPing:
			s.Write(opPong, payload)
			continue
		case code == opPong:
			continue
		case code > opBinary || (code == 0) != (kind != 0):
			return 0, nil, s.fail(1002, "a frame that may not come here")
		case code != 0:
			kind = code
		}
		message = append(message, payload...)
		if isLast && kind == opText && !utf8.Valid(message) {
			return 0, nil, s.fail(1007, "a text that is not UTF-8")
		}
		if isLast {
			return kind, message, nil
		}
	}
}

func (s *Socket) frame(limit int) (code byte, isLast bool, payload []byte, err error) {
	head := make([]byte, 8)
	if _, err = io.ReadFull(s.in, head[:2]); err != nil {
		return
	}
	code, isLast = head[0]&15, head[0]&0x80 != 0
	isMasked, n := head[1]&0x80 != 0, uint64(head[1]&127)
	if head[0]&0x70 != 0 || !isMasked || code >= opClose && (n > 125 || !isLast) {
		return 0, false, nil, s.fail(1002, "a frame that RFC 6455 does not allow")
	}
	if n >= 126 {
		size := map[uint64]int{126: 2, 127: 8}[n]
		if _, err = io.ReadFull(s.in, head[8-size:]); err != nil {
			return
		}
		for i := 0; i < 8-size; i++ {
			head[i] = 0
		}
		n = binary.BigEndian.Uint64(head)
	}
	if n > uint64(limit) {
		return 0, false, nil, s.fail(1009, "a message that is too long")
	}
	mask := make([]byte, 4)
	payload = make([]byte, n)
	if _, err = io.ReadFull(s.in, mask); err == nil {
		_, err = io.ReadFull(s.in, payload)
	}
	for i := range payload {
		payload[i] ^= mask[i&3]
	}
	return code, isLast, payload, err
}

// fail sends a close frame with the status, and returns an error.
func (s *Socket) fail(status uint16, what string) error {
	s.Write(opClose, binary.BigEndian.AppendUint16(nil, status))
	return errors.New(what)
}

// Close ends the connection.
func (s *Socket) Close() { s.conn.Close() }
