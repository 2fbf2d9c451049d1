package journal

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"cosmicctl/engine"
)

// A line of a journal is the hash of the line before it and of its own record, a
// space, and the record. The hash covers the bytes as they stand, so that nobody
// has to agree on how JSON is written.

// record is what a line says.
type record struct {
	Seq  int             `json:"seq"`
	At   time.Time       `json:"at"`
	Type string          `json:"type"`
	Body json.RawMessage `json:"body"`
}

// The types of records, in the order in which a run has them.
const (
	typeHeader  = "journal"
	typeBegin   = "begin"
	typeRequest = "request"
	typeResults = "results"
	typeEnd     = "end"
)

// maxLine is how long a line may be: what a run of 100,000 changes needs.
const maxLine = 512 << 20

// A Fault says where a journal is not as it was written.
type Fault struct {
	File   string
	Record int // counted from 1, as lines are
	Reason engine.Code
	// Torn tells that only the end of the last record is missing, as after a
	// crash in the middle of its writing.
	Torn bool
}

func (f *Fault) Error() string { return fmt.Sprintf("%s: record %d: %s", f.File, f.Record, f.Reason) }

// Coded is what it is to be put into words by.
func (f *Fault) Coded() (engine.Code, []any) {
	return "journal-record", []any{"file", f.File, "record", f.Record, "reason", engine.Fail(f.Reason)}
}

// chain is a journal as far as it holds.
type chain struct {
	records []record
	last    string // hash of the last record
	size    int64  // up to and with it
	fault   *Fault // why the rest does not hold; nil if there is none
}

// readChain reads records up to the first that does not hold.
func readChain(file string, r io.Reader) (*chain, error) {
	c := &chain{}
	lines := bufio.NewReaderSize(r, 1<<16)
	for {
		line, err := readLine(lines)
		switch {
		case errors.Is(err, io.EOF) && len(line) == 0:
			return c, nil
		case errors.Is(err, io.EOF):
			c.fault = &Fault{file, len(c.records) + 1, "journal-cut-off", true}
			return c, nil
		case err != nil:
			return c, err
		}
		if reason := c.add(line); reason != "" {
			c.fault = &Fault{file, len(c.records) + 1, reason, false}
			return c, nil
		}
		c.size += int64(len(line)) + 1
	}
}

// readLine reads a line without its end; with io.EOF, what stands after the last.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			return line[:len(line)-1], nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return line, err
		case len(line) > maxLine:
			return nil, engine.Fail("journal-long", "most", maxLine>>20)
		}
	}
}

// add takes a line, or says why it does not hold.
func (c *chain) add(line []byte) engine.Code {
	hash, data, ok := bytes.Cut(line, []byte(" "))
	if want := link(c.last, data); !ok || string(hash) != want {
		return "journal-changed"
	}
	var r record
	if err := json.Unmarshal(data, &r); err != nil || r.Seq != len(c.records)+1 {
		return "journal-misplaced"
	}
	c.records, c.last = append(c.records, r), string(hash)
	return ""
}

func link(last string, data []byte) string {
	h := sha256.New()
	h.Write([]byte(last + "\n"))
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil))
}
