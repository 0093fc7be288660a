import { chmod } from "node:fs/promises";
import { getuid } from "node:process";

import { describe, expect, test } from "vitest";

import { version } from "../package.json";
import { leads } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const help = "(signal-apollo --help tells how this is used)";

describe("what is wrong is said in one sentence, with exit 2 and before any call", () => {
  test.each([
    ["a flag that there is not", ["deliver", "--frobnicate"], /^unknown option '--frobnicate'$/],
    ["a flag for the key, which there is not", ["deliver", "--api-key", "x"], /^unknown option '--api-key'$/],
    ["a command that there is not", ["send"], /^unknown command 'send'/],
    ["a misspelt command", ["delivre"], /^unknown command 'delivre'$\n\(Did you mean deliver\?\)/m],
    ["two files", ["deliver", "a", "b"], /^too many arguments for 'deliver'/],
    ["no value", ["deliver", "--concurrency"], /'--concurrency <number>' argument missing$/],
    ...["0", "-1", "257", "1.5", "many", "NaN", "Infinity", ""].map((value): [string, string[], RegExp] => [
      `a concurrency of "${value}"`,
      ["deliver", `--concurrency=${value}`],
      /'--concurrency <number>' argument '.*' is invalid\. Give a whole number from 1 to 256\.$/,
    ]),
    ["a country that there is not", ["deliver", "--default-country", "USA"], /^Wrong settings: defaultCountry: /],
    ["no country", ["preview", "--default-country", ""], /^Wrong settings: defaultCountry: /],
    [
      "a base URL that is none",
      ["deliver", "--base-url", "apollo"],
      /^--base-url \(or APOLLO_BASE_URL\) must be an http or https URL/,
    ],
    [
      "a base URL of files",
      ["deliver", "--base-url", "file:///etc"],
      /^--base-url \(or APOLLO_BASE_URL\) must be an http or https URL/,
    ],
    [
      "a base URL with a password",
      ["deliver", "--base-url", "http://a:b@127.0.0.1/"],
      /^--base-url \(or APOLLO_BASE_URL\) must have no user name/,
    ],
    [
      "a file that there is not",
      ["deliver", "no.ndjson"],
      /^Cannot read no\.ndjson: there is no such file or folder\.$/,
    ],
    ["the same in a preview", ["preview", "no.ndjson"], /^Cannot read no\.ndjson: there is no such file or folder\.$/],
    ["a folder", ["deliver", "."], /^Cannot read \.: it is a folder\.$/],
    [
      "no blueprint",
      ["preview", "--blueprint", "no.json"],
      /^Cannot read the blueprint no\.json: there is no such file/,
    ],
    ["a folder as a blueprint", ["preview", "--blueprint", "."], /^Cannot read the blueprint \.: it is a folder\.$/],
  ])("%s", async (_, argv, sentence) => {
    const sandbox = await sandboxForTest();

    const { exitCode, stdout, stderr } = await run(argv, { env: sandbox.env });

    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.replace(`\n${help}`, "").trimEnd()).toMatch(sentence);
    expect(stderr).not.toContain("\n    at ");
    expect(sandbox.requests()).toEqual([]);
  });

  test.each([
    ["text on two lines", "hello\nworld", /^The blueprint \S+ is not JSON: [^\n]+\.\n$/],
    ["escape sequences", "\u001b[2J", /^The blueprint \S+ is not JSON: \P{Cc}+\.\n$/u],
    ["nothing", "", /^The blueprint \S+ is not JSON: [^\n]+\.\n$/],
    ["no blueprint", "{}", /^Wrong settings: blueprint[^\n]+\n$/],
    [
      "a field that Apollo does not have",
      '{"events":["A"],"consent":"marketing","fields":{"frist_name":"traits.a"},"labels":[]}',
      /^Wrong settings: blueprint\.fields[^\n]+\n$/,
    ],
  ])("a blueprint that holds %s", async (_, content, sentence) => {
    const folder = await folderForTest();
    const blueprint = await folder.write("blueprint.json", content);

    const { exitCode, stderr } = await run(["preview", "--blueprint", blueprint]);

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(sentence);
  });

  test.skipIf(getuid?.() === 0)("a file that may not be read", async () => {
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", leads(1));
    await chmod(file, 0);

    expect(await run(["preview", file])).toMatchObject({
      exitCode: 2,
      stderr: `Cannot read ${file}: permission denied.\n`,
    });
  });

  test.each([{}, { APOLLO_API_KEY: "" }])("no key: %j", async (env) => {
    const { exitCode, stderr } = await run(["deliver"], { env });

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^There is no API key\. Set APOLLO_API_KEY to an Apollo key with the Create a Contact endpoint enabled\. .*apollo-sandbox.*\n$/,
    );
  });

  test.each(["MARKER key", "MARKER\n", "MÄRKER"])("a key that can be none: %j", async (key) => {
    const { exitCode, stderr } = await run(["deliver"], { env: { APOLLO_API_KEY: key } });

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^APOLLO_API_KEY holds a blank, a line break or a character that is not printable ASCII\. [^\n]+\n$/,
    );
    expect(stderr).not.toMatch(/MARKER|MÄRKER/);
  });

  test("no events at all, where a person sits in front of it", async () => {
    expect(await run(["preview"], { terminal: true })).toMatchObject({
      exitCode: 2,
      stderr: "There are no events to read. Name a file, or pipe events in: one JSON object a line.\n",
    });
  });
});

test("without anything it says how it is used, on standard error", async () => {
  const { exitCode, stdout, stderr } = await run([]);

  expect(exitCode).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain("Usage: signal-apollo [options] [command]");
});

test.each([[["--help"]], [["-h"]], [["help"]]])("%j says all that one needs to know", async (argv) => {
  const { exitCode, stdout, stderr } = await run(argv);

  expect(exitCode).toBe(0);
  expect(stderr).toBe("");
  for (const word of [
    "preview",
    "deliver",
    "APOLLO_API_KEY",
    "APOLLO_BASE_URL",
    "NO_COLOR",
    "Exit codes",
    "apollo-sandbox",
  ]) {
    expect(stdout).toContain(word);
  }
  for (const code of [0, 1, 2, 3, 130, 143]) expect(stdout).toMatch(new RegExp(String.raw`\b${code}\b`));
});

test.each([
  [
    ["help", "deliver"],
    ["--no-dedupe", "--default-country", "--blueprint", "--base-url", "--concurrency", "--dead-letters", "--json"],
  ],
  [
    ["deliver", "--help"],
    ["--concurrency", "--dead-letters"],
  ],
  [
    ["preview", "--help"],
    ["--no-dedupe", "--default-country", "--blueprint", "--json"],
  ],
])("%j names the flags", async (argv, flags) => {
  const { exitCode, stdout } = await run(argv);

  expect(exitCode).toBe(0);
  for (const flag of flags) expect(stdout).toContain(flag);
});

test.each(["--version", "-V"])("%s says the version", async (flag) => {
  expect(await run([flag])).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
});
