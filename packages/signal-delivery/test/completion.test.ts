import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

import { beforeAll, describe, expect, test } from "vitest";

import { SHELLS, type Shell } from "../src/completion/shell.js";
import { folderForTest } from "./support/folder.js";
import { run } from "./support/run.js";
import { unless } from "./support/unless.js";

const commands = [
  "check",
  "completion",
  "consume",
  "dead-letters",
  "deliver",
  "explain",
  "init",
  "manifest",
  "preview",
  "schema",
];

/** What is typed, the last word being the one to complete, and what the shell then offers. */
const completions: [string, string[]][] = [
  ["signal-apollo ", commands],
  ["signal-apollo de", ["dead-letters", "deliver"]],
  ["signal-apollo dead-letters ", ["forget", "list", "replay", "show"]],
  ["signal-apollo dead-letters re", ["replay"]],
  ["signal-apollo deliver --con", ["--concurrency", "--consent-key", "--consent-path", "--consent-store"]],
  ["signal-apollo deliver --json --no-", ["--no-dedupe", "--no-journal"]],
  ["signal-apollo preview --con", []],
  ["signal-apollo dead-letters replay --conc", ["--concurrency"]],
  ["signal-apollo completion ", [...SHELLS].sort()],
  ["signal-apollo schema ", ["blueprint", "settings"]],
  ["signal-apollo explain missing", ["missing_name"]],
  ["signal-apollo explain missing_name invalid_j", ["invalid_json"]],
  ["signal-apollo deliver --concurrency ", []],
  ["signal-apollo deliver --blueprint blue", ["blueprint.jsonc"]],
  ["signal-apollo preview lea", ["leads.ndjson"]],
];

/** Asks each shell for completions in its own way: how to hand over the script, and what is typed. */
const ASKED: Readonly<Record<Shell, readonly string[]>> = {
  bash: [
    "--norc",
    "-c",
    // What no word of ours completes, bash completes as a file by itself (complete -o default).
    `eval "$1"
     if [ "$(complete -p signal-apollo)" != "complete -o default -F _signal_apollo signal-apollo" ]; then exit 1; fi
     read -ra COMP_WORDS <<< "$2"; case "$2" in *" ") COMP_WORDS+=("") ;; esac
     COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); _signal_apollo
     if [ \${#COMPREPLY[@]} -gt 0 ]; then printf '%s\\n' "\${COMPREPLY[@]}"
     elif [ -n "\${COMP_WORDS[COMP_CWORD]}" ]; then compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"; fi; true`,
    "bash",
  ],
  // In a terminal of its own, in which Tab is pressed. What is offered goes through compadd.
  zsh: [
    "-f",
    "-c",
    `zmodload zsh/zpty; zpty shell zsh -f -i
     zpty -w shell 'autoload -Uz compinit; compinit -D; eval "$(cat script.zsh)"'
     zpty -w shell 'compadd() { local -a found; builtin compadd -O found "$@"; print -rl -- $found >> found; builtin compadd "$@" }'
     zpty -w shell 'finish() { print "<e""nd>" }; zle -N finish; bindkey "^X" finish; bindkey "^I" complete-word; print "<rea""dy>"'
     zpty -r shell out '*<ready>*'
     zpty -w -n shell "$2"$'\\t\\C-x'
     zpty -r shell out '*<end>*'
     touch found; sort -u found`,
    "zsh",
  ],
  fish: ["--no-config", "-c", 'echo $argv[1] | source; complete -C $argv[2] | string replace -r "\\t.*" ""; true'],
};

describe.each(SHELLS)("%s", (shell) => {
  const installed = isInstalled(shell);
  const unlessInstalled = unless(installed, `no ${shell} on the PATH; apt-get install ${shell}`);
  let script = "";
  beforeAll(async () => {
    script = (await run(["completion", shell])).stdout;
  });

  test.skipIf(!installed).each(completions)(`completes %j${unlessInstalled}`, async (typed, expected) => {
    const folder = await folderForTest();
    for (const name of ["blueprint.jsonc", "leads.ndjson"]) await folder.write(name, "");
    await folder.write("script.zsh", script);

    const { stdout, stderr } = await promisify(execFile)(shell, [...ASKED[shell], script, typed], { cwd: folder.path });

    expect(stderr).toBe("");
    expect(
      stdout
        .split("\n")
        .filter((line) => line !== "")
        .sort(),
    ).toEqual(expected);
  });

  test("has every option of every command", async () => {
    const { stdout } = await run(["deliver", "--help"]);

    const options = [...stdout.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, name = ""]) => name);
    expect(options).toHaveLength(24);
    for (const option of options) expect(script).toContain(option);
  });
});

test("a shell that there is no script for is refused, with those that there are", async () => {
  const { exitCode, stdout, stderr } = await run(["completion", "tcsh"]);

  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("Allowed choices are bash, zsh, fish.");
});

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ["-c", "exit"]);
    return true;
  } catch {
    return false;
  }
}
