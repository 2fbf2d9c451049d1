package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A line of the log is the CRC-32 of a record in eight hex digits, a blank, the record as JSON, and a line feed.

func encodeRecord(r *record) ([]byte, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.ChecksumIEEE(data), data), nil
}

var errTorn = errors.New("record is not whole")

func decodeRecord(line []byte) (*record, error) {
	sum, data, found := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
	if !found || !bytes.HasSuffix(line, []byte("\n")) || string(sum) != fmt.Sprintf("%08x", crc32.ChecksumIEEE(data)) {
		return nil, errTorn
	}
	var r record
	if err := strict(data, &r); err != nil {
		return nil, err
	}
	return &r, nil
}

// replay does again what the log holds beyond the snapshot.
func (st *store) replay(s *Sandbox) error {
	file, err := os.Open(st.logPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	st.sequence, err = s.replayLog(file, st.sequence)
	return err
}

// replayLog reads records up to the end or to a torn last one, which nobody was told about and which is dropped.
// A damaged record with others behind it was acknowledged once, and is an error.
func (s *Sandbox) replayLog(log io.Reader, sequence uint64) (uint64, error) {
	in := bufio.NewReader(log)
	for n := 1; ; n++ {
		line, readErr := in.ReadBytes('\n')
		if readErr != nil && readErr != io.EOF {
			return 0, readErr
		}
		if len(line) == 0 {
			return sequence, nil
		}
		r, err := decodeRecord(line)
		if errors.Is(err, errTorn) {
			if _, more := in.Peek(1); more != nil {
				return sequence, nil
			}
		}
		if err == nil && r.Sequence > sequence {
			sequence, err = r.Sequence, s.apply(r)
		}
		if err != nil {
			return 0, fmt.Errorf("record %d: %w", n, err)
		}
	}
}

// compact writes a new snapshot and empties the log. A crash between the two is harmless: the snapshot knows the last
// record it holds, and older ones are passed over.
func (st *store) compact(s *Sandbox) error {
	sequence := st.latest()
	snapshot := s.state()
	snapshot.Sequence = sequence
	data, err := json.Marshal(snapshot)
	if err != nil {
		return err
	}
	if err := replaceFile(st.path, data); err != nil {
		return err
	}
	if st.file != nil {
		_ = st.file.Close()
	}
	st.synced = sequence
	st.file, err = os.OpenFile(st.logPath(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	return st.file.Sync()
}

// replaceFile puts data in place of a file, whole or not at all.
func replaceFile(path string, data []byte) error {
	temporary := path + ".tmp"
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	syncDir(filepath.Dir(path))
	return nil
}

// syncDir makes a rename durable where the system can; Windows cannot open a directory and needs no such thing.
func syncDir(path string) {
	if dir, err := os.Open(path); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
}
