package main

import (
	"context"
	"iter"

	"cosmicctl/engine"
)

// eachTenant does something for each tenant, which is the function's own, for some at
// once, and yields what came of it in the order of their names. What is done waits for
// those before it, and keeps no more than it must.
func eachTenant[T any](ctx context.Context, s *session, do func(context.Context, *engine.Tenant) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		results := make([]chan T, len(s.loaded.Tenants))
		slots := make(chan struct{}, max(1, s.flags.tenants))
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for i := range results {
			results[i] = make(chan T, 1)
		}
		go func() {
			for i := range s.loaded.Tenants {
				slots <- struct{}{}
				go func() {
					defer func() { <-slots }()
					results[i] <- do(ctx, s.loaded.Tenants[i].Whole())
				}()
			}
		}()
		for i := range results {
			if !yield(<-results[i]) {
				return
			}
		}
	}
}
