package main

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"os"

	"filippo.io/age"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/crypto/ssh"
)

// keyVerb makes a pair of keys: key FILE makes FILE and FILE.pub of ed25519, key
// -rsa FILE of RSA, and key -locked FILE protects the private one.
func keyVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 || len(args) > 2 {
		ts.Fatalf("usage: key [-rsa|-locked|-age] FILE")
	}
	file := ts.MkAbs(args[len(args)-1])
	if args[0] == "-age" {
		private, err := age.GenerateX25519Identity()
		ts.Check(err)
		ts.Check(os.WriteFile(file, []byte("# made by a test\n"+private.String()+"\n"), 0o600))
		ts.Check(os.WriteFile(file+".pub", []byte(private.Recipient().String()+"\n"), 0o644))
		return
	}
	var private crypto.Signer
	var err error
	if args[0] == "-rsa" {
		private, err = rsa.GenerateKey(rand.Reader, 2048)
	} else {
		_, private, err = ed25519.GenerateKey(rand.Reader)
	}
	ts.Check(err)
	var block *pem.Block
	if args[0] == "-locked" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte("passphrase"))
	} else {
		block, err = ssh.MarshalPrivateKey(private, "")
	}
	ts.Check(err)
	public, err := ssh.NewPublicKey(private.Public())
	ts.Check(err)
	ts.Check(os.WriteFile(file, pem.EncodeToMemory(block), 0o600))
	ts.Check(os.WriteFile(file+".pub", ssh.MarshalAuthorizedKey(public), 0o600))
}
