import { describe, expect, test } from "vitest";

import { SIGNAL_APOLLO } from "../../signal-apollo-worker/src/main.js";
import { commandText } from "../src/text/command-text.js";
import { lead, nameless } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const cache = "/home/ada/.npm/_npx/0123456789abcdef/node_modules/.bin:/usr/bin";

test.each([
  ["on the path", {}, "signal-apollo explain 403"],
  [
    "run by npm in a project",
    { npm_command: "exec", PATH: "/project/node_modules/.bin" },
    "npx signal-apollo explain 403",
  ],
  [
    "fetched by npx",
    { npm_command: "exec", PATH: cache },
    "npx --package @datafly/signal-apollo-worker signal-apollo explain 403",
  ],
  [
    "fetched by npx on Windows",
    { npm_command: "exec", Path: String.raw`C:\npm-cache\_npx\0123\node_modules\.bin` },
    "npx --package @datafly/signal-apollo-worker signal-apollo explain 403",
  ],
])("a command is named as it is typed where the program is %s", (_, env, command) => {
  expect(commandText("What to do: signal-apollo explain 403", { env, program: SIGNAL_APOLLO })).toBe(
    `What to do: ${command}`,
  );
});

test.each([
  "signal-apollo.dead-letters.ndjson",
  "/srv/signal-apollo deliver",
  "@datafly/signal-apollo-worker",
  "signal-apollo 0.1.0",
])("what is no command stays as it is: %s", (text) => {
  expect(commandText(text, { env: { npm_command: "exec" }, program: SIGNAL_APOLLO })).toBe(text);
});

describe("by npx, in a project", () => {
  const npx = { npm_command: "exec" };

  test("a delivery names the commands that can be pasted, for its dead letters too", async () => {
    const sandbox = await sandboxForTest();
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", [lead(1), nameless]);
    const env = { ...sandbox.env, ...npx };
    const replay = `npx signal-apollo dead-letters replay ${file}.dead-letters.ndjson\n`;

    const { stderr } = await run(["deliver", file], { env });
    const again = await run(["deliver", file], { env });

    expect(stderr).toContain("What to do: npx signal-apollo explain missing_name\n");
    expect(stderr).toContain(`To send them again: ${replay}`);
    expect(again.stderr).toContain(
      `Nothing is left to do. --restart begins anew.\nDead letters are kept in ${file}.dead-letters.ndjson. To send them again: ${replay}`,
    );
  });

  test("so does a list of dead letters", async () => {
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", [nameless]);
    await run(["deliver", file], { env: { ...npx, APOLLO_API_KEY: "key" } });

    const { stderr } = await run(["dead-letters", "list", `${file}.dead-letters.ndjson`], { env: npx });

    expect(stderr).toBe("What to do: npx signal-apollo explain missing_name\n");
  });

  test.each([
    ["init", ["init"]],
    ["preview", ["preview"]],
    ["a mistake", ["explain", "weather"]],
  ])("so does %s", async (_, argv) => {
    const folder = await folderForTest();

    const { stdout, stderr } = await run(argv[0] === "init" ? ["init", folder.at("trial")] : argv, {
      env: npx,
      stdin: `${JSON.stringify(nameless)}\n`,
    });

    expect(stdout + stderr).toMatch(/npx signal-apollo [a-z]/);
    expect(stdout + stderr).not.toMatch(/(?<!npx )signal-apollo (?:explain|preview|deliver|dead-letters)/);
  });
});
