import { chmod } from "node:fs/promises";
import { getuid } from "node:process";

import { describe, expect, test } from "vitest";

import { version } from "../../signal-apollo-worker/package.json";
import { leads } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { posix } from "./support/posix.js";
import { run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const help = "(signal-apollo --help tells how this is used)";

describe("what is wrong is said in one sentence, with exit 2 and before any call", () => {
  test.each([
    ["a flag that there is not", ["deliver", "--frobnicate"], /^unknown option '--frobnicate'$/],
    ["a flag for the key, which there is not", ["deliver", "--api-key", "x"], /^unknown option '--api-key'$/],
    ["one that may be a key", ["deliver", "--api-key=MARKER"], /^unknown option '--api-key'$/],
    ["a short one that may be a key", ["deliver", "-kMARKER"], /^unknown option '-k'$/],
    ["a short one with a sign between", ["deliver", "-k=MARK'ER"], /^unknown option '-k'$/],
    ["a command that there is not", ["send"], /^unknown command 'send'/],
    ["a misspelt command", ["delivre"], /^unknown command 'delivre'$\n\(Did you mean deliver\?\)/m],
    ["help for a command that there is not", ["help", "nonsense"], /^unknown command 'nonsense'/],
    ["help for a misspelt command", ["help", "delivre"], /^unknown command 'delivre'$\n\(Did you mean deliver\?\)/m],
    ["help within a group", ["dead-letters", "help", "lst"], /^unknown command 'lst'$\n\(Did you mean list\?\)/m],
    ["two files", ["deliver", "a", "b"], /^too many arguments for 'deliver'/],
    ["no value", ["deliver", "--concurrency"], /'--concurrency <number>' argument missing$/],
    ...["0", "-1", "257", "1.5", "many", "NaN", "Infinity", ""].map((value): [string, string[], RegExp] => [
      `a concurrency of "${value}"`,
      ["deliver", `--concurrency=${value}`],
      /'--concurrency <number>' argument '.*' is invalid\. Give a whole number from 1 to 256\.$/,
    ]),
    [
      "a misspelt flag",
      ["deliver", "--defalt-country", "US"],
      /^unknown option '--defalt-country'\n\(Did you mean --default-country\?\)$/,
    ],
    [
      "no country",
      ["preview", "--default-country", ""],
      /^--default-country takes a country in two letters: for instance US\.$/,
    ],
    ...[
      ["uk", "GB (United Kingdom)"],
      ["USA", "US (United States)"],
      ["Germany", "DE (Germany)"],
      ["germny", "DE (Germany)"],
      ["Österreich", "AT (Austria)"],
    ].map(([typed = "", meant = ""]): [string, string[], RegExp] => [
      `the country ${typed}`,
      ["preview", "--default-country", typed],
      new RegExp(`^--default-country takes a country in two letters: perhaps ${meant.replace(/[()]/g, "\\$&")}\\.$`),
    ]),
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
    [
      "text on two lines",
      "hello\nworld",
      ["1:1: not JSON: something that JSON does not know (names and texts stand in double quotes)"],
    ],
    [
      "escape sequences",
      "\u001b[2J",
      ["1:1: not JSON: something that JSON does not know (names and texts stand in double quotes)"],
    ],
    ["nothing", "", ["1:1: not JSON: a value is expected"]],
    ["a comma too few", '{\n  "events": ["A"]\n  "labels": []\n}', ["3:3: not JSON: a comma is expected"]],
    ["no blueprint", "[]", ["1:1: Expected an object"]],
    [
      "several mistakes",
      '{\n  "events": ["A"],\n  "consent": "ads",\n  "fields": {\n    "first_name": "traits.a", "last_name": "traits.b",\n    "frist_name": "traits.c"\n  },\n  "labels": ["traits.d", 7]\n}',
      [
        expect.stringMatching(/^3:14: consent: /),
        expect.stringMatching(/^4:13: fields: .*frist_name/),
        expect.stringMatching(/^8:26: labels\.1: Expected a place in the event/),
      ],
    ],
  ])("a blueprint that holds %s: each mistake with its line and column", async (_, content, mistakes) => {
    const folder = await folderForTest();
    const blueprint = await folder.write("blueprint.json", content);

    const { exitCode, stderr } = await run(["preview", "--blueprint", blueprint]);

    expect(exitCode).toBe(2);
    const lines = stderr.trimEnd().split("\n");
    expect(lines.map((line) => line.startsWith(`${blueprint}:`))).toEqual(mistakes.map(() => true));
    expect(lines.map((line) => line.slice(blueprint.length + 1))).toEqual(mistakes);
  });

  describe("a blueprint whose characters would be lost", () => {
    const text = '{ "events": ["Lead Generated"],\n  "labels": [{ "value": "Grüße" }] }';

    test.each([
      ["WINDOWS-1252", Buffer.from(text, "latin1"), "2:28"],
      ["UTF-16", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]), "1:1"],
    ])("is refused with the command that converts it: %s", async (encoding, bytes, place) => {
      const folder = await folderForTest();
      const file = await folder.write("my blueprint.jsonc", bytes);

      const { exitCode, stdout, stderr } = await run(["preview", "--blueprint", file], { stdin: "" });

      expect([exitCode, stdout]).toEqual([2, ""]);
      expect(stderr).toBe(
        `${file}:${place}: not UTF-8. Save the file as UTF-8, or convert it:\n\n  iconv -f ${encoding} -t UTF-8 '${file}' > '${folder.at("my blueprint.utf-8.jsonc")}'\n\n`,
      );
    });

    test("is refused if one was lost before", async () => {
      const folder = await folderForTest();
      const file = await folder.write("blueprint.jsonc", text.replace("ü", "\ufffd"));

      const { exitCode, stderr } = await run(["preview", "--blueprint", file], { stdin: "" });

      expect([exitCode, stderr]).toEqual([
        2,
        `${file}:2:28: a character was lost in a conversion (U+FFFD is in its place). Write it again.\n`,
      ]);
    });
  });

  test.each([1, 2])("a blueprint that is a file of events: %i of them", async (count) => {
    const folder = await folderForTest();
    const blueprint = await folder.write("leads.ndjson", leads(count));

    expect(await run(["preview", "--blueprint", blueprint])).toMatchObject({
      exitCode: 2,
      stderr: `${blueprint} holds events, and not a blueprint. \`signal-apollo init\` writes one to begin with.\n`,
    });
  });

  test.each([
    ["events", ["preview"], "leads.ndjson"],
    ["a blueprint", ["preview", "--blueprint"], "blueprint.jsonc"],
    ["dead letters", ["dead-letters", "list"], "leads.ndjson.dead-letters.ndjson"],
  ])("a misspelt file of %s: the one that is there is named", async (_, argv, name) => {
    const folder = await folderForTest();
    const file = await folder.write(name, "");

    const { exitCode, stderr } = await run([...argv, folder.at(name.replace("e", ""))]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(`there is no such file or folder. Did you mean ${file}?\n`);
  });

  test.runIf(posix && getuid?.() !== 0)("a file that may not be read", async () => {
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

  test("a file that there is not comes before the key that there is not", async () => {
    expect(await run(["deliver", "no.ndjson"])).toMatchObject({
      exitCode: 2,
      stderr: "Cannot read no.ndjson: there is no such file or folder.\n",
    });
  });

  test.each(["MARKER key", "MARKER\n", "MÄRKER"])("a key that can be none: %j", async (key) => {
    const { exitCode, stderr } = await run(["deliver"], { env: { APOLLO_API_KEY: key } });

    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^APOLLO_API_KEY contains a space or another invalid character[^\n]+\n$/);
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

const commands = [
  [],
  ["init"],
  ["preview"],
  ["deliver"],
  ["consume"],
  ["dead-letters"],
  ...["list", "show", "replay"].map((name) => ["dead-letters", name]),
  ["explain"],
  ["completion"],
];

describe("help", () => {
  test.each(commands.map((words) => [words.join(" ") || "the program", words] as const))(
    "of %s fits a terminal of 80 columns, and a file",
    async (_, command) => {
      const options = { env: { NO_COLOR: "1" }, columns: 80 };
      const narrow = await run([...command, "--help"], { ...options, terminal: true });
      const file = await run([...command, "--help"], options);

      expect(narrow).toMatchObject({ exitCode: 0, stderr: "" });
      expect(narrow.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
      expect(file.stdout).toBe(narrow.stdout);
    },
  );

  test("takes the room of a wider terminal", async () => {
    const [narrow, wide] = await Promise.all(
      [80, 160].map((columns) => run(["deliver", "--help"], { terminal: true, columns })),
    );

    expect(wide?.stdout.split("\n").length).toBeLessThan(narrow?.stdout.split("\n").length ?? 0);
  });

  test("groups the options of deliver by what they are about", async () => {
    const { stdout } = await run(["deliver", "--help"]);

    const headings = stdout.split("\n").filter((line) => /^\S.*:$/.test(line));
    expect(headings).toEqual([
      ...["Arguments:", "Options:", "Mapping:", "Sending:", "Consent at delivery:", "Watching:"],
      ...["Progress and what is kept:", "Examples:"],
    ]);
  });
});

test.each(["--version", "-V"])("%s says the version", async (flag) => {
  expect(await run([flag])).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
});
