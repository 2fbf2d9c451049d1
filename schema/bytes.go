package schema

import (
	"bytes"
	"unicode/utf8"

	"cosmicctl/engine"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Limits of a manifest file.
const (
	MaxFileBytes   = 2 << 20 // bytes of one file
	MaxDepth       = 32      // nesting of maps and lists
	MaxLabels      = 32      // of one document
	MaxBaseDepth   = 8       // bases that name further ones
	MaxFields      = 1000    // fields of one map
	MaxDocuments   = 1000    // documents of one file
	MaxDiagnostics = 1000    // mistakes reported of one file, and pieces of advice
)

// text brings the bytes of a file to plain UTF-8 with line feeds, or says why
// that cannot be done.
func text(file string, data []byte) ([]byte, *engine.Diagnostic) {
	pos := engine.Position{File: file, Line: 1, Col: 1}
	fault := func(code engine.Code, args map[string]string) *engine.Diagnostic {
		return &engine.Diagnostic{Severity: engine.Error, Code: code, Pos: pos, Args: args}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if isUTF16(data) {
		return nil, fault(CodeEncoding, map[string]string{"encoding": "UTF-16"})
	}
	if bytes.IndexByte(data, '\r') >= 0 { // before anything is placed by its line
		data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, fault(CodeEmptyFile, nil)
	case bytes.IndexByte(data, 0) >= 0:
		return nil, fault(CodeBinary, nil)
	case !utf8.Valid(data):
		pos = firstInvalid(file, data)
		if isGBK(data) {
			return nil, fault(CodeEncoding, map[string]string{"encoding": "GBK"})
		}
		return nil, fault(CodeBinary, nil)
	}
	for i, r := range string(data) {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			pos = positionAt(file, data[:i])
			return nil, fault(CodeControl, nil)
		}
	}
	return data, nil
}

// isUTF16 tells whether a file begins with a mark of UTF-16.
func isUTF16(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
}

// isGBK tells whether bytes that are not UTF-8 read as GBK.
func isGBK(data []byte) bool {
	out, err := simplifiedchinese.GBK.NewDecoder().Bytes(data)
	return err == nil && !bytes.ContainsRune(out, utf8.RuneError)
}

func firstInvalid(file string, data []byte) engine.Position {
	i := 0
	for i < len(data) {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		i += n
	}
	return positionAt(file, data[:i])
}

// positionAt is the place right after the bytes before.
func positionAt(file string, before []byte) engine.Position {
	line := bytes.Count(before, []byte("\n"))
	start := bytes.LastIndexByte(before, '\n') + 1
	return engine.Position{File: file, Line: line + 1, Col: utf8.RuneCount(before[start:]) + 1}
}
