import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { PROGRAMS, type Command } from "../../docs/tools/regions/command-reference.js";
import { blocksOf } from "../blocks.js";
import { pages, root } from "../pages.js";
import { shellCommands } from "./shell-command.js";

const { scripts, packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
  packageManager: string;
};

const commands = pages
  .flatMap(({ path, text }) => blocksOf(path, text, "sh"))
  .flatMap(({ where, code }) => shellCommands(code).map((command) => ({ where, ...command })))
  .map((command) => ({ ...command, line: [command.program, ...command.args].join(" ") }));

const ofPrograms = commands.filter(({ program }) => program in PROGRAMS);
const ofNpm = commands.filter(({ program }) => program === "npm");
const ofPnpm = commands.filter(({ program }) => program.startsWith("pnpm@"));
const ofFiles = commands.filter(({ program }) => program === "tsx" || program === "node");

/** Options that commander adds by itself. */
const BUILT_IN = ["-h", "--help"];

describe("the blocks of shell", () => {
  test("are read as a shell would", () => {
    const block =
      "export A=1 # a variable\nnpx --package @a/b signal-apollo preview\nB=2 npx signal-apollo deliver \\\n  --consent-key 'a|{b}' - | head -1\n";
    expect(shellCommands(block)).toEqual([
      { program: "", args: [], env: { A: "1" } },
      { program: "signal-apollo", args: ["preview"], env: {} },
      { program: "signal-apollo", args: ["deliver", "--consent-key", "a|{b}", "-"], env: { B: "2" } },
      { program: "head", args: ["-1"], env: {} },
    ]);
  });

  test("show both programs", () => {
    expect(new Set(ofPrograms.map(({ program }) => program))).toEqual(new Set(Object.keys(PROGRAMS)));
  });

  test.each(ofPrograms)("$where: `$line` is a command, with options that it has", ({ program, args }) => {
    const { command, rest } = find(PROGRAMS[program]?.(), args);
    const known = [...BUILT_IN, ...command.options.flatMap(({ short, long }) => [short, long])];
    const options = rest.filter((word) => /^-./.test(word)).map((word) => word.split("=", 1)[0]);
    expect(options.filter((option) => !known.includes(option))).toEqual([]);
    // What is no option and no option's value is an argument; a command without any was not found.
    if (command.commands.length > 0) expect(options).not.toEqual([]);
  });

  test.each(ofNpm)(
    "$where: `$line` is a script of the repository, or npm's own",
    ({ args: [verb = "", script = ""] }) => {
      if (verb === "run") expect(Object.keys(scripts)).toContain(script);
      else expect(["test", "install"]).toContain(verb);
    },
  );

  test.each(ofPnpm)("$where: `$line` is a script, with the version that is pinned", ({ program, args }) => {
    const [verb = "", script = ""] = args;
    expect(program).toBe(packageManager);
    if (verb === "run") expect(Object.keys(scripts)).toContain(script);
    else expect(["exec", "install", "--filter", "--recursive"]).toContain(verb);
  });

  test.each(ofFiles)("$where: `$line` runs a file that is there", ({ args: [file = ""] }) => {
    expect(existsSync(join(root, file))).toBe(true);
  });
});

/** The command that is meant, and what follows its name. `help deliver` means `deliver`, too. */
function find(command: Command | undefined, words: readonly string[]): { command: Command; rest: readonly string[] } {
  if (command === undefined) throw new Error("There is no such program.");
  const [name, ...rest] = words;
  if (name === "help" && command.commands.length > 0) return find(command, [...rest, "--help"]);
  const part = command.commands.find((one) => one.name() === name);
  return part === undefined ? { command, rest: words } : find(part, rest);
}
