import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";

import { Option } from "commander";

import { ExitCode } from "../exit-code.js";
import { forTheReal } from "../help-text.js";
import { blueprintTemplate, SCHEMA_FILE } from "../init/blueprint-template.js";
import { exampleEvents } from "../init/example-events.js";
import { askedSetting } from "./init-question.js";
import type { Settings } from "../connector-settings.js";
import type { CommandIo } from "../io.js";
import { commandText } from "../text/command-text.js";
import { Output } from "../report/output.js";
import { shellWord } from "../text/shell-word.js";
import { fileErrorReason, UsageError } from "../usage-error.js";

const BLUEPRINT_FILE = "blueprint.jsonc";
const EVENTS_FILE = "leads.ndjson";

/**
 * Writes a blueprint and example events to begin with, and says what to do next. Never writes over a file.
 *
 * @param flags what is decided already; the rest is asked for in a terminal
 */
export async function init(folder: string, flags: Settings, io: CommandIo): Promise<ExitCode> {
  const output = new Output(io.stdout);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`Cannot make the folder ${folder}: ${fileErrorReason(error)}.`);
  }
  const { blueprint, words } = io.definition;
  const files = [
    [BLUEPRINT_FILE, "the mapping, with comments", blueprintTemplate(io)],
    [
      SCHEMA_FILE,
      "with which editors complete and check it",
      `${JSON.stringify(blueprint.jsonSchema(), undefined, 2)}\n`,
    ],
    [EVENTS_FILE, "example events, one for each decision", exampleEvents(words?.examples)],
  ] as const;
  for (const [name, what, content] of files) {
    const path = join(folder, name);
    const written = await writeNew(path, content);
    await output.line(written ? `Written: ${path}, ${what}` : `${path} is there already, and was left as it is`);
  }
  const decided = await askedOption(flags, io);
  await output.write(commandText(nextSteps(folder, decided, io), io));
  return ExitCode.done;
}

/** Writes a file, if there is none. Returns whether it did. */
async function writeNew(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new UsageError(`Cannot write ${path}: ${fileErrorReason(error)}.`);
  }
}

/** What is to be typed for the decision; empty for the default. Any answer that is not the beginning of a choice is the default. */
async function askedOption(flags: Settings, io: CommandIo): Promise<string> {
  const field = askedSetting(io);
  const { question } = io.definition.words ?? {};
  const [standard, ...others] = field?.choices ?? [];
  if (field?.flag === undefined || question === undefined) return "";
  const given = flags[new Option(field.flag).attributeName()];
  const chosen = typeof given === "string" ? given : await ask(question.text, io);
  const choice = others.find((other) => chosen !== "" && other.startsWith(chosen)) ?? standard;
  return choice === standard ? "" : ` ${new Option(field.flag).long ?? ""} ${choice ?? ""}`;
}

/** The answer to a question, if there is a person to ask. */
async function ask(text: string, { stdin, stdout }: CommandIo): Promise<string> {
  if (!isTerminal(stdin) || !isTerminal(stdout)) return "";
  const dialogue = createInterface({ input: stdin, output: stdout });
  try {
    return (await dialogue.question(text)).trim().toLowerCase();
  } finally {
    dialogue.close();
  }
}

function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}

function nextSteps(folder: string, decided: string, io: CommandIo): string {
  const { program, definition, settings } = io;
  const { trial } = definition.words ?? {};
  const [blueprint, events, letters] = [BLUEPRINT_FILE, EVENTS_FILE, `${EVENTS_FILE}.dead-letters.ndjson`].map((name) =>
    shellWord(join(folder, name)),
  );
  const flags = `--blueprint ${blueprint}${decided} ${events}`;
  const exports = (variables: readonly (readonly [string, string])[]) =>
    variables.map(([variable, value]) => `       export ${variable}=${value}`).join("\n");
  const secrets = settings.flatMap(({ secret, env }) => (secret && env !== undefined ? [[env, "…"] as const] : []));
  const deliver =
    trial === undefined
      ? `  2. Deliver:

${exports(secrets)}`
      : `  2. Try it with ${trial.title}, without an account. In another terminal:

       ${trial.command}

     Then deliver to it:

${exports(Object.entries(trial.env))}`;
  return `
What next:

  1. See what would be sent, and why not; nothing is:

       ${program.name} preview ${flags}

${deliver}
       ${program.name} deliver ${flags}

  3. Look at what could not be delivered, and why:

       ${program.name} dead-letters list ${letters}
${trial === undefined ? "" : `\n${forTheReal(io)}\n`}`;
}
