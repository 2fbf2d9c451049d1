package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/testscript"
)

// The verbs of continuous integration run the shell of the examples as their
// machines do:
//
//	forge                    a GitHub and a GitLab at FORGE, with one change request
//	forge say USER FILE      somebody comments
//	forge approve USER       somebody approves
//	forge base REV           the commit that the change request goes to
//	forge head REV           its last commit
//	forge merged REV         it was merged as this commit, which now runs
//	forge comments           print the comments
//	action N COMMAND         the steps of the GitHub action, which must exit with N;
//	                         ${{ a.b }} is the variable a_b
//	gitlab N JOB             the script of a job of the GitLab example
//	jenkins N STAGE          the shell of a stage of the Jenkinsfile
//
// The condition [tool:jq] holds where that program is; with COSMICCTL_TOOLS=required
// its absence is a failure.

const top = "../../"

// present tells whether a program is there.
func present(name string) (bool, error) {
	_, err := exec.LookPath(name)
	if os.Getenv("COSMICCTL_TOOLS") == "required" {
		return err == nil, err
	}
	return err == nil, nil
}

func forgeVerb(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	if neg || w.forge == nil && len(args) > 0 {
		ts.Fatalf("usage: forge, then forge say|approve|head|merged|comments …")
	}
	if w.forge == nil {
		w.forge = newForge()
		ts.Defer(w.forge.server.Close)
		ts.Setenv("FORGE", w.forge.server.URL)
		secretVerb(ts, false, []string{"FORGE_TOKEN", forgeToken})
		return
	}
	switch {
	case args[0] == "say" && len(args) == 3:
		w.forge.say(args[1], ts.ReadFile(args[2]))
	case args[0] == "approve" && len(args) == 2:
		w.forge.approve(args[1])
	case args[0] == "head" && len(args) == 2:
		w.forge.head = revision(ts, args[1])
	case args[0] == "base" && len(args) == 2:
		ts.Setenv("github_event_pull_request_base_sha", revision(ts, args[1]))
		ts.Setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", revision(ts, args[1]))
	case args[0] == "merged" && len(args) == 2:
		w.forge.merged = revision(ts, args[1])
		ts.Setenv("GITHUB_SHA", w.forge.merged)
		ts.Setenv("CI_COMMIT_SHA", w.forge.merged)
		ts.Setenv("github_event_pull_request_base_sha", "")
		ts.Setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")
	case args[0] == "comments":
		fmt.Fprint(ts.Stdout(), w.forge.String())
	default:
		ts.Fatalf("forge: no %q", args)
	}
}

func revision(ts *testscript.TestScript, name string) string {
	cmd := exec.Command("git", "rev-parse", "--verify", name)
	cmd.Dir = ts.MkAbs(".")
	out, err := cmd.Output()
	ts.Check(err)
	return strings.TrimSpace(string(out))
}

// shell runs a script in bash and compares its exit code.
func shell(ts *testscript.TestScript, want, text string, env map[string]string) {
	file := filepath.Join(ts.Getenv("WORK"), ".step.sh")
	ts.Check(os.WriteFile(file, []byte(text), 0o600))
	old := map[string]string{}
	for name, value := range env {
		old[name] = ts.Getenv(name)
		ts.Setenv(name, value)
	}
	err := ts.Exec("bash", "--noprofile", "--norc", "-eo", "pipefail", file)
	for name, value := range old {
		ts.Setenv(name, value)
	}
	got := 0
	if err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	noSecrets(ts)
	if strconv.Itoa(got) != want {
		ts.Fatalf("exit code %d, want %s", got, want)
	}
}

type actionStep struct {
	Name, If, Uses, Shell, Run string
	Env                        map[string]string
}

func readYAML(ts *testscript.TestScript, path string, into any) {
	data, err := os.ReadFile(filepath.FromSlash(top + path))
	ts.Check(err)
	ts.Check(yaml.Unmarshal(data, into))
}

var expression = regexp.MustCompile(`\$\{\{ ([a-z._]+) \}\}`)

func actionVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: action N COMMAND")
	}
	var action struct {
		Runs struct{ Steps []actionStep }
	}
	readYAML(ts, ".github/actions/cosmicctl/action.yml", &action)
	var steps []actionStep
	for _, s := range action.Runs.Steps {
		if s.Name != "Build" && s.Uses == "" && (s.If == "" || s.If == "inputs.command == '"+args[1]+"'") {
			steps = append(steps, s)
		}
	}
	if len(steps) < 2 {
		ts.Fatalf("the action has no step for %s", args[1])
	}
	temp := filepath.Join(ts.Getenv("WORK"), ".runner")
	ts.Check(os.RemoveAll(temp))
	ts.Check(os.MkdirAll(temp, 0o700))
	ts.Setenv("RUNNER_TEMP", temp)
	for _, name := range []string{"GITHUB_ENV", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"} {
		ts.Setenv(name, filepath.Join(temp, name))
	}
	said := ""
	for i, s := range steps {
		env := runnerEnv(ts, s.Env)
		want := "0"
		if i == len(steps)-1 {
			want = args[0]
		}
		shell(ts, want, s.Run, env)
		said += ts.ReadFile("stdout")
	}
	fmt.Fprint(ts.Stdout(), said)
}

// runnerEnv is the environment of a step: its own, and what earlier steps set.
func runnerEnv(ts *testscript.TestScript, own map[string]string) map[string]string {
	env := map[string]string{}
	if data, err := os.ReadFile(ts.Getenv("GITHUB_ENV")); err == nil {
		for line := range strings.Lines(string(data)) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
			env[name] = value
		}
	}
	for name, value := range own {
		env[name] = expression.ReplaceAllStringFunc(value, func(e string) string {
			return ts.Getenv(strings.ReplaceAll(expression.FindStringSubmatch(e)[1], ".", "_"))
		})
	}
	return env
}

func gitlabVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: gitlab N JOB")
	}
	var file map[string]any
	readYAML(ts, "examples/ci/gitlab/.gitlab-ci.yml", &file)
	env := map[string]string{}
	for name, value := range file["variables"].(map[string]any) {
		env[name] = fmt.Sprint(value)
	}
	job, _ := file[args[1]].(map[string]any)
	lines := scriptLines(job["script"])
	if len(lines) == 0 {
		ts.Fatalf("no job %s", args[1])
	}
	shell(ts, args[0], strings.Join(lines, "\n"), env)
}

// scriptLines flattens a script, as GitLab does with those that anchors bring in.
func scriptLines(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, item := range v {
			out = slices.Concat(out, scriptLines(item))
		}
		return out
	}
	return nil
}

var stage = regexp.MustCompile(`(?s)stage\('([^']+)'\)(.*?)sh '''(.*?)'''`)

func jenkinsVerb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: jenkins N STAGE")
	}
	data, err := os.ReadFile(filepath.FromSlash(top + "examples/ci/jenkins/Jenkinsfile"))
	ts.Check(err)
	for _, m := range stage.FindAllStringSubmatch(string(data), -1) {
		if m[1] == args[1] {
			text := strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(m[3]) // a text in Groovy
			shell(ts, args[0], text, map[string]string{"MANIFESTS": "manifests", "POLICY": "policy"})
			return
		}
	}
	ts.Fatalf("no stage %s", args[1])
}
