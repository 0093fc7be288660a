import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { PassThrough } from "node:stream";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { lead, leads, ndjson, nameless } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { posix } from "./support/posix.js";
import { objectsOf, run, start } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const events = leads(3);
const bom = Buffer.from([0xff, 0xfe]);

/** What is no NDJSON, what is said of it, and the command that makes NDJSON of it. */
const formats: [string, string | Uint8Array, string, string | undefined][] = [
  ["a JSON array in one line", JSON.stringify(events), "a JSON array", "jq -c '.[]' "],
  [
    "a JSON array with an event a line",
    `[\n${events.map((e) => JSON.stringify(e)).join(",\n")}\n]\n`,
    "a JSON array",
    "jq -c '.[]' ",
  ],
  ["a pretty-printed JSON array", JSON.stringify(events, undefined, 2), "a JSON array", "jq -c '.[]' "],
  ["a JSON array of one event on three lines", `[\n${JSON.stringify(lead(1))}\n]\n`, "a JSON array", "jq -c '.[]' "],
  ["a long JSON array", JSON.stringify(leads(2000)), "a JSON array", "jq -c '.[]' "],
  [
    "pretty-printed events",
    events.map((e) => JSON.stringify(e, undefined, 2)).join("\n"),
    "pretty-printed JSON, with an event on several lines",
    "jq -c . ",
  ],
  ["gzip", gzipSync(ndjson(events)), "gzip", "gunzip -c < "],
  [
    "UTF-16 with a mark",
    Buffer.concat([bom, Buffer.from(ndjson(events), "utf16le")]),
    "UTF-16",
    "iconv -f UTF-16 -t UTF-8 ",
  ],
  ["UTF-16 without one", Buffer.from(ndjson(events), "utf16le"), "UTF-16LE", "iconv -f UTF-16LE -t UTF-8 "],
  ["CSV", "first_name,last_name,email\nAda,Byron,ada@byron.example\n", "CSV", undefined],
  ["CSV of a spreadsheet", "\u{feff}Vorname;Nachname\r\nAda;Byron\r\n", "CSV", undefined],
  [
    "what is no text",
    Buffer.from([0x89, 0x50, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x0a, 0x49]),
    "binary",
    undefined,
  ],
  ["a page", "<!doctype html>\n<title>Sign in</title>\n", "HTML or XML", undefined],
];

describe("what is no NDJSON is told at once, instead of line by line", () => {
  test.each(formats)("%s", async (_, content, format, command) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("export.json", content);

    for (const name of ["preview", "deliver"]) {
      const { exitCode, stdout, stderr } = await run([name, file], { env: sandbox.env });

      expect([exitCode, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(
        `${file} looks like ${format}, and not like NDJSON, one event a line. Nothing was sent. `,
      );
      if (command === undefined) expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      else expect(stderr).toContain(`Convert it:\n\n  ${command}${file} > ${folder.at("export.converted.ndjson")}\n`);
    }
    expect(sandbox.requests()).toEqual([]);
    // Nothing stands in the way of the same file, once it is put right.
    expect(existsSync(`${file}.journal`) || existsSync(`${file}.dead-letters.ndjson`)).toBe(false);
  });

  test.each(formats)("%s, from standard input, also in small pieces", async (_, content, format) => {
    const folder = await folderForTest();
    const stdin = new PassThrough();
    const bytes = Buffer.from(content);
    const dead = folder.at("dead.ndjson");
    const { ended } = start(["deliver", "--dead-letters", dead], { stdin, env: { APOLLO_API_KEY: "key" } });
    for (let at = 0; at < bytes.length; at += 7000) stdin.write(bytes.subarray(at, at + 7000));
    stdin.end();

    const { exitCode, stdout, stderr } = await ended;

    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`Standard input looks like ${format}, and not like NDJSON`);
    expect(await folder.deadLetters("dead.ndjson")).toEqual([]);
  });

  test.runIf(posix).for(formats.filter(([, , , command]) => command !== undefined))(
    "the command that is named makes NDJSON of %s",
    async ([, content], { skip }) => {
      const folder = await folderForTest();
      const file = await folder.write("it's an export.json", content);
      const { stderr } = await run(["preview", file]);
      const [, command = ""] = /Convert it:\n\n {2}(.*)\n/.exec(stderr) ?? [];
      const [tool = ""] = command.split(" ");
      skip(!(await isInstalled(tool)), `${tool} is not installed`);

      await promisify(execFile)("sh", ["-c", command]);

      const { stdout } = await run(["preview", "--json", folder.at("it's an export.converted.ndjson")]);
      expect(new Set(objectsOf(stdout).map(({ action }) => action))).toEqual(new Set(["deliver"]));
    },
  );
});

describe("a bad line among good ones is a dead letter, and nothing is lost", () => {
  const good = ndjson([lead(1), nameless]);
  test.each([
    ["half a line", `{"half\n${good}`, 3],
    ["half a line and nothing else", '{"half', 1],
    ["an array", `[{"type":"track"}]\n${good}`, 3],
    ["what a lost block left", `${"\0".repeat(512)}\n${good}`, 3],
    ["a zero in mid-stream", `${good}\0\n`, 3],
    ["half an array", `[{"type":\n${good}`, 3],
    ["text", `hello, world\n${good}`, 3],
    ["blank lines", `\n\n\n${good}`, 2],
  ])("%s at the beginning", async (_, content, count) => {
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", content);

    const fromFile = await run(["preview", "--json", file]);
    const fromInput = await run(["preview", "--json"], { stdin: content });

    expect(fromFile.exitCode).toBe(0);
    expect(objectsOf(fromFile.stdout)).toHaveLength(count);
    expect(fromInput.stdout).toBe(fromFile.stdout);
  });

  test("of a stream that comes byte by byte", async () => {
    const stdin = new PassThrough();
    const { ended } = start(["preview", "--json"], { stdin });
    for (const byte of Buffer.from(`{"half\n${good}`)) stdin.write(Buffer.from([byte]));
    stdin.end();

    const { stdout } = await ended;

    expect(objectsOf(stdout).map(({ action }) => action)).toEqual(["reject", "deliver", "reject"]);
  });

  test("an event is taken up as soon as its line is there, though the stream goes on", async () => {
    const stdin = new PassThrough();
    const preview = start(["preview", "--json"], { stdin });

    stdin.write(ndjson([lead(1)]));

    await expect.poll(preview.stdout).toContain("message-1");
    stdin.end();
    await preview.ended;
  });
});

async function isInstalled(tool: string): Promise<boolean> {
  return promisify(execFile)("sh", ["-c", `command -v ${tool}`]).then(
    () => true,
    () => false,
  );
}
