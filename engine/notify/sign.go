package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// sign is the HMAC-SHA256 of a text, in base64.
func sign(key []byte, text string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
