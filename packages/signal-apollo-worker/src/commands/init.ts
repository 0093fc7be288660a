import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ExitCode } from "../exit-code.js";
import { blueprintTemplate } from "../init/blueprint-template.js";
import { exampleEvents } from "../init/example-events.js";
import type { Io } from "../io.js";
import { commandText } from "../text/command-text.js";
import { Output } from "../report/output.js";
import { shellWord } from "../text/shell-word.js";
import { fileErrorReason, UsageError } from "../usage-error.js";

/** What is written, and what it is. */
const FILES = [
  { name: "blueprint.jsonc", what: "the mapping, with comments", content: blueprintTemplate },
  { name: "leads.ndjson", what: "example events, one for each decision", content: exampleEvents },
] as const;

/** Writes a blueprint and example events to begin with, and says what to do next. Never writes over a file. */
export async function init(folder: string, io: Io): Promise<ExitCode> {
  const output = new Output(io.stdout);
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`Cannot make the folder ${folder}: ${fileErrorReason(error)}.`);
  }
  for (const { name, what, content } of FILES) {
    const path = join(folder, name);
    const written = await writeNew(path, content());
    await output.line(written ? `Written: ${path}, ${what}` : `${path} is there already, and was left as it is`);
  }
  await output.write(commandText(nextSteps(folder), io.env));
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

function nextSteps(folder: string): string {
  const [blueprint, events] = FILES.map(({ name }) => shellWord(join(folder, name)));
  const flags = `--blueprint ${blueprint} ${events}`;
  return `
What next:

  1. See what would be sent, and why not; nothing is:

       signal-apollo preview ${flags}

  2. Try it with a local Apollo, without an account. In another terminal:

       npx @datafly/apollo-sandbox

     Then deliver to it:

       export APOLLO_API_KEY=sandbox-key
       export APOLLO_BASE_URL=http://127.0.0.1:4010/api/v1
       signal-apollo deliver ${flags}

  3. Look at what could not be delivered, and why:

       signal-apollo dead-letters list ${shellWord(join(folder, `${FILES[1].name}.dead-letters.ndjson`))}

For the real Apollo, set APOLLO_API_KEY to your key, and no APOLLO_BASE_URL.
`;
}
