package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// stamp tells whether files below some paths changed: their names, sizes and times.
type stamp [sha256.Size]byte

// stampOf takes the stamp of files and folders. One that is not there is as good as
// another state of it.
func stampOf(paths []string) (stamp, error) {
	h := sha256.New()
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil || e.IsDir() {
				return nil
			}
			fmt.Fprintf(h, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
			return nil
		})
		if err != nil {
			return stamp{}, err
		}
	}
	return stamp(h.Sum(nil)), nil
}
