package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"cosmicctl/engine"
)

// Journal is the journal of one place, open for one run after the other. Its
// methods are not for several goroutines at once.
type Journal struct {
	store *Store
	file  *os.File
	last  string
	seq   int
	run   string // the one under way
	err   error  // of a record that was not kept: nothing may come after it
	// Dropped tells that a record was cut off, and was dropped.
	Dropped bool
}

// Open opens the journal of a place to write to it, and makes it if there is none.
// The caller holds the place's lock. A journal that does not hold is refused: its
// error is a [Fault].
func (s *Store) Open(p Place) (*Journal, error) {
	dir, err := s.folder(p)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, fileName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	j := &Journal{store: s, file: f}
	if err := j.begin(p, path, dir); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return j, nil
}

// begin brings a file to where the next record goes.
func (j *Journal) begin(p Place, path, dir string) error {
	c, err := readChain(path, j.file)
	switch {
	case err != nil:
		return err
	case c.fault != nil && !c.fault.Torn:
		return c.fault
	case c.fault != nil:
		j.Dropped = true
		if err := errors.Join(j.file.Truncate(c.size), j.file.Sync()); err != nil {
			return err
		}
	}
	j.last, j.seq = c.last, len(c.records)
	if j.seq > 0 {
		return known(path, c.records[0], p)
	}
	return errors.Join(j.append(typeHeader, header{FormatVersion, p}), syncDir(dir))
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }

// Begin begins a run. What the journal is told from here on is of it.
func (j *Journal) Begin(b Begin) error {
	j.run = b.Run
	return j.append(typeBegin, b)
}

// Request implements [engine.Journal].
func (j *Journal) Request(r engine.Request) (string, error) {
	if r.Key == "" {
		r.Key = j.store.Unique()
	}
	return r.Key, j.append(typeRequest, request{j.run, r})
}

// Results implements [engine.Journal].
func (j *Journal) Results(list []engine.ChangeResult) error { return j.results(j.run, list) }

func (j *Journal) results(run string, list []engine.ChangeResult) error {
	if len(list) == 0 {
		return nil
	}
	out := results{Run: run}
	for i := range list {
		out.Of = append(out.Of, newOutcome(&list[i]))
	}
	return j.append(typeResults, out)
}

// End ends the run; where none began it does nothing.
func (j *Journal) End() error {
	if j.run == "" {
		return nil
	}
	return j.append(typeEnd, end{Run: j.run})
}

// Settle ends an earlier run that was interrupted, with what was found of its
// changes.
func (j *Journal) Settle(earlier string, found []engine.ChangeResult) error {
	if err := j.results(earlier, found); err != nil {
		return err
	}
	return j.append(typeEnd, end{Run: earlier, By: j.run})
}

// append writes a record and returns when it is on the disk. After an error what
// stands at the end of the file is not known, so nothing is written any more.
func (j *Journal) append(kind string, body any) error {
	if j.err != nil {
		return j.err
	}
	j.err = j.write(kind, body)
	return j.err
}

func (j *Journal) write(kind string, body any) error {
	data, err := json.Marshal(body)
	if err == nil {
		data, err = json.Marshal(record{j.seq + 1, j.store.Now().UTC().Truncate(time.Millisecond), kind, data})
	}
	if err != nil {
		return err
	}
	hash := link(j.last, data)
	if _, err = fmt.Fprintf(j.file, "%s %s\n", hash, data); err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		return err
	}
	j.last, j.seq = hash, j.seq+1
	return nil
}

// known refuses a journal that this program cannot read, or that is of another
// place.
func known(path string, first record, p Place) error {
	h, err := asHeader(path, first)
	if err == nil && h.Place != p {
		err = engine.Fail("journal-other", "file", path, "address", h.BaseURL, "account", h.AccountID)
	}
	return err
}

func asHeader(path string, first record) (header, error) {
	var h header
	err := json.Unmarshal(first.Body, &h)
	switch {
	case first.Type != typeHeader || err != nil || h.FormatVersion < 1:
		return h, engine.Fail("journal-none", "file", path)
	case h.FormatVersion > FormatVersion:
		return h, engine.Fail("journal-newer", "file", path)
	}
	return h, nil
}

// readHeader reads the first record alone.
func readHeader(path string) (header, error) {
	f, err := os.Open(path)
	if err != nil {
		return header{}, err
	}
	defer f.Close()
	c, err := readChain(path, io.LimitReader(f, 64<<10))
	switch {
	case err != nil:
		return header{}, err
	case len(c.records) == 0 && (c.fault == nil || c.fault.Torn):
		return header{}, fs.ErrNotExist // it was never begun
	case len(c.records) == 0:
		return header{}, c.fault
	}
	return asHeader(path, c.records[0])
}

// syncDir makes an entry of a folder last; Windows has no such call.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
