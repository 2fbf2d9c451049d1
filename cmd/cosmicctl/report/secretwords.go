package report

// secretWords are what is wrong with a reference to a secret, or with what it names. This
// package does not know who resolves it, so the codes are spelled out.
func secretWords() Words {
	return Words{
		"secret-of":             "secret {reference}: {error}",
		"secret-none":           "the secret is empty",
		"secret-empty":          "is empty",
		"secret-no-variable":    "the environment variable is not set",
		"secret-names-nothing":  "the reference names nothing",
		"secret-too-long":       "it has more than {most} bytes",
		"secret-outside":        "the file is outside the manifest's folder; use --secrets-dir for another one",
		"secret-leads-outside":  "the path leads outside its folder: {reason}",
		"secret-no-file":        "no such file below {folder}",
		"secret-not-regular":    "not a regular file",
		"secret-file-large":     "the file is larger than {most} bytes",
		"secret-file-open":      "its group or everybody may read or write it (mode {mode}); keep it to yourself: chmod 600 {file}",
		"secret-no-identity":    "no private key of age is given",
		"secret-no-exec":        "commands run only with --allow-exec",
		"secret-slow":           "the command took longer than {limit}",
		"secret-wrote-much":     "the command wrote more than {most} bytes",
		"secret-command-failed": "the command failed: {state}",
		"age-not-private":       "it holds something else than private keys of age (AGE-SECRET-KEY-…, one a line, without a passphrase)",
		"age-not-public":        "it holds something else than public keys of age (age1…, one a line)",
		"age-other-keys":        "it is encrypted to other keys than the private ones that were given",
		"age-not-whole":         "it is no whole file of age",
		"age-cut":               "it was cut or changed after it was encrypted",
		"age-armor":             "its armor is damaged",
		"age-neither":           "it is neither base64 nor an armored file of age",
		"state-key-short":       "it has fewer than {least} characters; make one with openssl rand -hex 32",
	}
}
