package main

import (
	"strconv"

	"cosmicctl/cmd/cosmicctl/report"

	"github.com/spf13/cobra"
)

func (a *app) schemaCommand() *cobra.Command {
	var format, output string
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Write the JSON Schema of manifests, for editors",
		Long: `Write what a manifest may hold, tenant or base, as JSON Schema 2020-12: editors complete
fields by it, show what each means and mark mistakes while they are typed. It is made of
the kind files, with descriptions in the language of --lang. It says less than 'cosmicctl
validate' does, and nothing that validate does not.

Exit codes: 0 written, 1 the file cannot be written. See 'cosmicctl help editors'.`,
		Example: `  cosmicctl schema --format jsonschema -o cosmicctl.schema.json
  cosmicctl schema --lang zh > cosmicctl.schema.json`,
		Args: nothing,
		RunE: func(*cobra.Command, []string) error {
			if format != "jsonschema" {
				return coded(exitInvalid, report.Fault("format-unknown", "format", strconv.Quote(format)))
			}
			return a.writeSchema(output)
		},
	}
	cmd.Flags().StringVar(&format, "format", "jsonschema", "language of the schema: jsonschema")
	cmd.Flags().StringVarP(&output, "output", "o", "", "`FILE` to write (default: stdout)")
	return cmd
}

func (a *app) writeSchema(file string) error {
	text, err := a.schema.JSONSchema(a.words.Text)
	if err != nil {
		return err
	}
	if file == "" {
		_, err = a.out.Write(text)
		return err
	}
	if err := writeFile(file, 0o644, writeBytes(text)); err != nil {
		return err
	}
	a.say(report.CodeSchemaWritten, "file", file)
	return nil
}
