// Package sandbox is a Kingdee Cosmic tenant server that speaks real HTTP, for tests.
package sandbox
