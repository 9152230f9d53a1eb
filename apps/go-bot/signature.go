// Authentication: the API key, and the signature of Genesys Cloud (RFC 9421 as AudioHook uses it).
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

var (
	apiKey, clientSecret = os.Getenv("API_KEY"), os.Getenv("CLIENT_SECRET")
	secret               []byte // set by readSecret
	required             = []string{"@request-target", "@authority", "x-api-key", "audiohook-organization-id", "audiohook-session-id", "audiohook-correlation-id"}
	signatureInput       = regexp.MustCompile(`^\s*([a-z*][a-z0-9_.*-]*)=(\(((?:"[^"]*"\s*)*)\)((?:;[a-z]+=(?:"[^"]*"|\d+))*))`)
	quoted, parameter    = regexp.MustCompile(`"([^"]*)"`), regexp.MustCompile(`;([a-z]+)="?([^";]*)"?`)
	nonces, noncesLock   = map[string]time.Time{}, sync.Mutex{}
)

const maxAge, skew = 10 * time.Second, 3 * time.Second

// readSecret decodes the client secret. Its padding is optional.
func readSecret() (err error) {
	if clientSecret != "" && apiKey == "" {
		return errors.New("CLIENT_SECRET is set without API_KEY, which the signature covers; set both")
	}
	if secret, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(clientSecret, "=")); err != nil {
		return errors.New("CLIENT_SECRET is not base64; copy it from the integration")
	}
	return nil
}

// refusal returns the reason to refuse a request, or an empty string.
func refusal(r *http.Request) string {
	if apiKey != "" && r.Header.Get("X-API-KEY") != apiKey {
		return "the API key is unknown"
	}
	if clientSecret == "" {
		return ""
	}
	input := signatureInput.FindStringSubmatch(r.Header.Get("Signature-Input"))
	if input == nil {
		return "the request is not signed"
	}
	values, given := map[string]string{"@request-target": r.RequestURI, "@authority": strings.ToLower(r.Host)}, map[string]string{}
	for _, match := range parameter.FindAllStringSubmatch(input[4], -1) {
		given[match[1]] = match[2]
	}
	base, covered := "", map[string]bool{}
	for _, match := range quoted.FindAllStringSubmatch(input[3], -1) {
		value, derived := values[match[1]]
		if !derived {
			value = strings.TrimSpace(strings.Join(r.Header.Values(match[1]), ", "))
		}
		base, covered[match[1]] = base+fmt.Sprintf("\"%s\": %s\n", match[1], value), true
	}
	for _, name := range required {
		if !covered[name] {
			return "the signature does not cover " + name
		}
	}
	if given["keyid"] != apiKey || len(given["nonce"]) < 22 {
		return "keyid or nonce of the signature is wrong"
	}
	seconds := func(name string) time.Time { n, _ := strconv.ParseInt(given[name], 10, 64); return time.Unix(n, 0) }
	now, created := time.Now(), seconds("created")
	if now.Sub(created) > maxAge+skew || created.Sub(now) > skew || given["expires"] != "" && now.Sub(seconds("expires")) > skew {
		return "the signature is too old, expired, or from the future"
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(base + `"@signature-params": ` + input[2]))
	_, after, _ := strings.Cut(r.Header.Get("Signature"), input[1]+"=:")
	sent, _, _ := strings.Cut(after, ":")
	if !hmac.Equal([]byte(sent), []byte(base64.StdEncoding.EncodeToString(mac.Sum(nil)))) {
		return "the signature does not match"
	}
	noncesLock.Lock()
	defer noncesLock.Unlock()
	for nonce, at := range nonces {
		if now.Sub(at) > maxAge+2*skew {
			delete(nonces, nonce)
		}
	}
	if _, used := nonces[given["nonce"]]; used {
		return "the nonce was used before"
	}
	nonces[given["nonce"]] = now
	return ""
}
