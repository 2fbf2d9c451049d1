package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"cosmicctl/cmd/cosmicctl/report"
	"cosmicctl/engine"
)

// ask asks a question on the terminal and returns the line that is answered.
func (a *app) ask(ctx context.Context, question engine.Code, args ...string) (string, error) {
	fmt.Fprint(a.err, a.words.Message(said(question, args...)))
	type answer struct {
		line string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(a.in).ReadString('\n')
		if err == io.EOF && line != "" {
			err = nil
		}
		got <- answer{strings.TrimSpace(line), err}
	}()
	select {
	case got := <-got:
		if got.err != nil {
			return "", coded(exitRefused, report.Fault("not-answered", "error", got.err))
		}
		return got.line, nil
	case <-ctx.Done():
		fmt.Fprintln(a.err)
		return "", interrupted(ctx, "the question was not answered")
	}
}
