// The bot: greets with a tone, collects keys until #, and returns them.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
)

// A second of a square wave of 444 Hz: two levels of mu-law. A frame is 250 ms.
var tone = bytes.Repeat(append(bytes.Repeat([]byte{0x9f}, 9), bytes.Repeat([]byte{0x1f}, 9)...), 444)

const frame = 2000

// maxQuiet is the longest pause that a 429 may ask for, maxPlayback the longest wait for playback_completed.
const maxQuiet, maxPlayback = 30 * time.Second, 3 * time.Second

// Call is one session. The lock guards all fields, so that messages are sent in the order of their counters.
type Call struct {
	sync.Mutex
	socket         *Socket
	head           http.Header
	seq, clientseq float64
	digits         string
	opened, ending bool
	stop           context.CancelFunc
	isPlaying      bool
	heard          chan struct{} // closed when the client has reported the end of the last frame's playback
	quietUntil     time.Time
}

func (c *Call) send(kind string, parameters any) {
	c.seq++
	text, _ := json.Marshal(map[string]any{"version": "2", "id": c.head.Get("Audiohook-Session-Id"), "type": kind,
		"seq": c.seq, "clientseq": c.clientseq, "parameters": parameters})
	c.socket.Write(opText, text)
}

// disconnect ends the call: nothing but answers may follow it, so the playback stops.
func (c *Call) disconnect(parameters map[string]any) {
	if !c.ending {
		c.ending = true
		c.stop()
		c.send("disconnect", parameters)
	}
}

func (c *Call) fail(reason, info string) {
	c.disconnect(map[string]any{"reason": reason, "info": info})
}

// bargeIn stops the playback, also what the client still has of it.
func (c *Call) bargeIn() {
	if c.isPlaying {
		c.stop()
		c.isPlaying = false
		c.send("event", map[string]any{"entities": []any{map[string]any{"type": "barge_in", "data": struct{}{}}}})
	}
}

// play stops the current playback, sends the tone in frames of 250 ms, and calls then when the caller has heard it.
func (c *Call) play(then func()) {
	c.stop()
	playing, stop := context.WithCancel(context.Background())
	c.stop, c.isPlaying = stop, true
	// step calls a function after a delay with the lock held, unless the playback was stopped.
	step := func(delay time.Duration, do func()) {
		select {
		case <-time.After(delay):
		case <-playing.Done():
		}
		c.Lock()
		defer c.Unlock()
		if playing.Err() == nil {
			do()
		}
	}
	go func() {
		var heard chan struct{}
		for at := 0; at < len(tone); at += frame {
			end := at + frame
			if end > len(tone) {
				end = len(tone)
			}
			var wait time.Duration
			step(0, func() { wait = time.Until(c.quietUntil) })
			step(wait, func() {
				heard = make(chan struct{})
				c.heard = heard
				c.socket.Write(opBinary, tone[at:end])
			})
			if at > 0 { // one frame ahead of the caller, so that the playback has no gaps
				step(250*time.Millisecond, func() {})
			}
		}
		select {
		case <-heard:
		case <-time.After(maxPlayback): // the client reports no playback
		case <-playing.Done():
		}
		step(0, func() {
			c.isPlaying = false
			then()
		})
	}()
}

// message answers one message; it returns true after closed.
func (c *Call) message(text []byte) bool {
	c.Lock()
	defer c.Unlock()
	var m map[string]any
	fault := json.Unmarshal(text, &m)
	kind, isKind := m["type"].(string)
	seq, isSeq := m["seq"].(float64)
	serverseq, isServerseq := m["serverseq"].(float64)
	p, isObject := m["parameters"].(map[string]any)
	if fault != nil || !isKind || !isSeq || !isServerseq || !isObject {
		c.fail("error", "malformed message")
		return false
	}
	wrong := !c.ending && (seq != c.clientseq+1 || serverseq > c.seq || m["id"] != c.head.Get("Audiohook-Session-Id") || len(utf16.Encode([]rune(string(text)))) > 65535)
	c.clientseq = seq
	digit, _ := p["digit"].(string)
	switch {
	case kind == "close":
		c.stop()
		c.send("closed", struct{}{})
		return true
	case wrong:
		c.fail("error", "ids or counters are wrong")
	case kind == "ping":
		c.send("pong", struct{}{})
	case kind == "open" && !c.opened && !c.ending:
		c.open(p)
	case kind == "dtmf" && (!c.opened || c.ending): // no audio precedes opened or follows disconnect
	case kind == "dtmf":
		c.bargeIn()
		if digit != "#" {
			c.digits += digit
			break
		}
		c.play(func() {
			c.disconnect(map[string]any{"reason": "completed", "outputVariables": map[string]string{"digits": c.digits}})
		})
	case kind == "playback_completed" && c.heard != nil:
		close(c.heard)
		c.heard = nil
	case kind == "error" && p["code"] == 429.0:
		retryAfter, _ := p["retryAfter"].(string)
		pause, fault := time.ParseDuration(strings.ToLower(strings.TrimPrefix(retryAfter, "PT")))
		if fault != nil {
			pause = time.Second
		}
		if pause > maxQuiet {
			pause = maxQuiet
		}
		c.quietUntil = time.Now().Add(pause)
	}
	return false
}

func (c *Call) open(p map[string]any) {
	if p["organizationId"] != c.head.Get("Audiohook-Organization-Id") {
		c.fail("unauthorized", "organizationId is not that of the header")
		return
	}
	offers, _ := p["media"].([]any)
	var chosen map[string]any
	for _, offer := range offers {
		media, _ := offer.(map[string]any)
		channels := fmt.Sprint(media["channels"])
		isFit := media["format"] == "PCMU" && media["rate"] == 8000.0 && strings.Contains(channels, "external")
		if isFit && (chosen == nil || len(channels) < len(fmt.Sprint(chosen["channels"]))) {
			chosen = media
		}
	}
	if chosen == nil {
		c.fail("error", "only PCMU at 8000 Hz is supported")
		return
	}
	c.opened = true
	c.send("opened", map[string]any{"startPaused": false, "media": []any{chosen}})
	// The conversation id of a probe is the null UUID: there is no caller.
	if conversation, _ := p["conversationId"].(string); strings.Trim(conversation, "0-") != "" {
		c.play(func() {})
	}
}
