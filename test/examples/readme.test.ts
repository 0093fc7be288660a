import { exec } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { startSandbox } from "@datafly/apollo-sandbox";
import { expect, onTestFinished, test } from "vitest";

import { root } from "../pages.js";

const page = readFileSync(join(root, "examples/README.md"), "utf8");

/** The command of each row of the table, as a reader copies it. */
const commands = [...page.matchAll(/^\|.*\| `(.+)` +\|$/gm)].map(([, command = ""]) => command);

/** What each command prints, among other things, when all is well. */
const telling: Readonly<Record<string, readonly RegExp[]>> = {
  "npx tsx examples/create-contact.ts": [/^Created [0-9a-f]{24} Ada Byron$/m, /^Updated .* Analyst email_match$/m],
  "npx tsx examples/handle-errors.ts": [
    /AuthenticationError\n {2}stop/,
    /InvalidRequestError\n {2}give/,
    /RateLimitError\n {2}send it again later$/m,
    /an answer that never ends: TimeoutError, maybe delivered\n {2}look into Apollo first; with run_dedupe: send/,
  ],
  "npx tsx examples/blueprint.ts": [
    /'66f1c0ffee0000000000c001': 'Pro'/,
    /What became of it: delivered/,
    /blueprint\.json decides the same: true/,
    /refused: .*blueprint\.consent.*blueprint\.fields\.first_name/,
  ],
  "npx signal-apollo preview --blueprint examples/blueprint.json examples/events/webinar.ndjson": [
    /66f1c0ffee0000000000c001/,
  ],
  "npx tsx examples/webhook/main.ts": [
    /^A signed event: 200/m,
    /tampered with: 401/,
    /an hour old: 401/,
    /Apollo is down: 503 .* retry after 30 s/,
    /megabyte: 413/,
    /^Contacts: 1\. Dead letters: 1\.$/m,
  ],
  "npx tsx examples/queue/main.ts": [/^1 failed server_error$/m, /^1 delivered$/m, /^Dead letters: missing_name,/m],
  "npx tsx examples/edge/main.ts": [/^200 /m, /^202 /m, /^Dead letters: .*not an event/m],
  "npx tsx examples/second-connector/main.ts preview examples/events/leads.ndjson": [
    /given_name +Tim/,
    /consent_denied/,
    /missing_email/,
  ],
  "npx vitest run --root examples": [/5 passed/],
  "node examples/commonjs.cjs": [/connector: delivered Tim Zheng/, /client: Invalid API key/],
};

test("every row has a command, and its output is looked at", () => {
  // The demo installs and builds, which these tests must not do while others run on what is built.
  expect([...commands].sort()).toEqual(["npm run demo", ...Object.keys(telling)].sort());
});

test("no example is forgotten", () => {
  const files = ["", "webhook", "queue", "edge"].flatMap((folder) =>
    readdirSync(join(root, "examples", folder))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(root, "examples", folder, name), "utf8")),
  );
  const isHelper = (name: string) => files.some((text) => text.includes(`/${name.replace(/\.ts$/, ".js")}"`));
  const others = [".types", "node_modules", "README.md", "package.json", "tsconfig.json", "vitest.config.ts", "events"];
  const examples = readdirSync(join(root, "examples")).filter((name) => !others.includes(name) && !isHelper(name));
  const linked = [...page.matchAll(/^\| \[`([\w.-]+)\/?`\]/gm)].map(([, name]) => name);

  expect(linked.sort()).toEqual(examples.sort());
});

test.concurrent.each(Object.entries(telling))(
  "%s runs, and tells what it did",
  { timeout: 60_000 },
  async (command, lines) => {
    const { exitCode, output, errors } = await run(command);

    expect({ exitCode, errors: exitCode === 0 ? "" : errors }).toEqual({ exitCode: 0, errors: "" });
    for (const line of lines) expect(output).toMatch(line);
  },
);

test("an example goes to the Apollo that APOLLO_BASE_URL names, with the key in APOLLO_API_KEY", async () => {
  const sandbox = await startSandbox({ keys: { "another-key": "contacts/create" } });
  onTestFinished(() => sandbox.close());
  const { exitCode } = await run("npx tsx examples/create-contact.ts", {
    APOLLO_BASE_URL: sandbox.url,
    APOLLO_API_KEY: "another-key",
  });

  expect(exitCode).toBe(0);
  expect(sandbox.contacts()).toMatchObject([{ name: "Ada Byron", title: "Analyst" }]);
});

/** Runs a command at the top of the repository, in a shell, where no Apollo is set but the one given. */
async function run(
  command: string,
  apollo: Record<string, string> = {},
): Promise<{ exitCode: number | null; output: string; errors: string }> {
  const ofThisRun = /^(APOLLO_|VITEST|NODE_ENV$|TEST$|FORCE_COLOR$)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ofThisRun.test(name)));
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...env, ...apollo, NO_COLOR: "1" }, timeout: 55_000 };
    const child = exec(command, options, (_error, output, errors) => {
      resolve({ exitCode: child.exitCode, output, errors });
    });
  });
}
