import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ExitCode } from "../exit-code.js";
import { forTheReal } from "../help-text.js";
import { blueprintTemplate, SCHEMA_FILE } from "../init/blueprint-template.js";
import { exampleEvents } from "../init/example-events.js";
import type { CommandIo } from "../io.js";
import { commandText } from "../text/command-text.js";
import { Output } from "../report/output.js";
import { shellWord } from "../text/shell-word.js";
import { fileErrorReason, UsageError } from "../usage-error.js";

const BLUEPRINT_FILE = "blueprint.jsonc";
const EVENTS_FILE = "leads.ndjson";

/** Writes a blueprint and example events to begin with, and says what to do next. Never writes over a file. */
export async function init(folder: string, io: CommandIo): Promise<ExitCode> {
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
  await output.write(commandText(nextSteps(folder, io), io));
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

function nextSteps(folder: string, io: CommandIo): string {
  const { program, definition, settings } = io;
  const { trial } = definition.words ?? {};
  const [blueprint, events, letters] = [BLUEPRINT_FILE, EVENTS_FILE, `${EVENTS_FILE}.dead-letters.ndjson`].map((name) =>
    shellWord(join(folder, name)),
  );
  const flags = `--blueprint ${blueprint} ${events}`;
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
