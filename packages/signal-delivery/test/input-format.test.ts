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

const SOMETHING_BEHIND = "events with something behind each, such as a comma";
const SOMETHING_BEFORE = "events with something before each, such as a time";
const JSON_IN_JSON = "JSON in JSON: events as texts";
const BATCH = "an envelope with a batch of events";
const SPREADSHEET = "a spreadsheet (Excel or OpenDocument)";

/** The events, each written otherwise, a line each. */
function lines(write: (line: string) => string): string {
  return events.map((event) => `${write(JSON.stringify(event))}\n`).join("");
}

/** What a zip archive begins with that has files of these names. */
function zipOf(...names: string[]): Uint8Array {
  return Buffer.concat(names.map((name) => Buffer.from(`PK\u0003\u0004${"\0".repeat(26)}${name}`, "latin1")));
}

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
  ["a comma behind each event", lines((line) => `${line},`), SOMETHING_BEHIND, "sed 's/[,;[:space:]]*$//' "],
  [
    "a comma behind each event but the last",
    lines((line) => `${line},`).replace(/,\n$/, "\n"),
    SOMETHING_BEHIND,
    "sed 's/[,;[:space:]]*$//' ",
  ],
  [
    "a comma behind the first of two events",
    `${JSON.stringify(lead(1))},\r\n${JSON.stringify(lead(2))}\r\n`,
    SOMETHING_BEHIND,
    "sed 's/[,;[:space:]]*$//' ",
  ],
  ["a semicolon behind one event", `${JSON.stringify(lead(1))} ;\n`, SOMETHING_BEHIND, "sed 's/[,;[:space:]]*$//' "],
  [
    "a time before each event",
    lines((line) => `2026-02-25T14:30:00Z ${line}`),
    SOMETHING_BEFORE,
    "sed 's/^[^{]*{/{/' ",
  ],
  ["a key and a tab before each event", lines((line) => `user_1\t${line}`), SOMETHING_BEFORE, "sed 's/^[^{]*{/{/' "],
  [
    "a level and a number before one event",
    `INFO [7] ${JSON.stringify(lead(1))}`,
    SOMETHING_BEFORE,
    "sed 's/^[^{]*{/{/' ",
  ],
  ["a stream of events for browsers", lines((line) => `data: ${line}\n`), SOMETHING_BEFORE, "sed 's/^[^{]*{/{/' "],
  ["a record separator before each event", lines((line) => `\u001e${line}`), SOMETHING_BEFORE, "sed 's/^[^{]*{/{/' "],
  [
    "labels in braces before each event",
    lines((line) => `{app="web"} ${line}`),
    SOMETHING_BEFORE,
    `sed -E 's/^([^{]|\\{[^"{])*\\{"/{"/' `,
  ],
  ["JSON in JSON", lines((line) => JSON.stringify(line)), JSON_IN_JSON, "jq -c 'fromjson' "],
  [
    "JSON in JSON in JSON",
    lines((line) => JSON.stringify(JSON.stringify(line))),
    JSON_IN_JSON,
    "jq -c 'fromjson | fromjson' ",
  ],
  ["an array of texts", JSON.stringify(events.map((e) => JSON.stringify(e))), JSON_IN_JSON, "jq -c '.[] | fromjson' "],
  [
    "texts in an envelope",
    lines((line) => JSON.stringify({ offset: 1, value: line })),
    JSON_IN_JSON,
    "jq -c '.value | fromjson' ",
  ],
  [
    "texts in records in an envelope",
    JSON.stringify({ Records: events.map((e) => ({ body: JSON.stringify({ detail: e }) })) }),
    JSON_IN_JSON,
    "jq -c '.Records[].body | fromjson | .detail' ",
  ],
  ["a batch", `${JSON.stringify({ batch: events, sentAt: "2026-02-25" })}\n`, BATCH, "jq -c '.batch[]' "],
  ["batches", `${JSON.stringify({ sentAt: "x", events })}\n`.repeat(2), BATCH, "jq -c '.events[]' "],
  [
    "a batch further inside",
    JSON.stringify({ data: { "the events": events } }),
    BATCH,
    `jq -c '.data["the events"][]' `,
  ],
  ["a long batch", JSON.stringify({ sentAt: "x", batch: leads(2000) }), BATCH, "jq -c '.batch[]' "],
  ["batches in an array", JSON.stringify([{ batch: events }]), "a JSON array", "jq -c '.[].batch[]' "],
  [
    "an envelope around each event",
    lines((line) => `{"id":7,"message":${line}}`),
    "events with an envelope around each",
    "jq -c '.message' ",
  ],
  [
    "events in the quotes of CSV",
    lines((line) => `"${line.replaceAll('"', '""')}"`),
    "JSON in the quotes of CSV",
    String.raw`sed -e 's/[[:space:]]*$//' -e 's/^"\(.*\)"$/\1/' -e 's/""/"/g' `,
  ],
  ["an Excel workbook", zipOf("[Content_Types].xml", "xl/workbook.xml"), SPREADSHEET, undefined],
  [
    "an OpenDocument spreadsheet",
    zipOf("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
    SPREADSHEET,
    undefined,
  ],
  ["an old Excel workbook", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), SPREADSHEET, undefined],
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
    ["an event with a comma", `${JSON.stringify(lead(1))},\n${good}`, 3],
    ["an event with a time before it", `12:00 ${JSON.stringify(lead(1))}\n${good}`, 3],
    ["an event as a text", `${JSON.stringify(JSON.stringify(lead(1)))}\n${good}`, 3],
    ["a batch", `{"batch":[${JSON.stringify(lead(1))}]}\n${good}`, 3],
    ["a torn event with another behind it", `{"type":"track","eve${JSON.stringify(lead(1))}`, 1],
    ["a torn event with blanks", '{ "type": "track", "traits": {}', 1],
    ["an event without a type", `{"event":"x","traits":{},"context":{"type":"track"}}`, 1],
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
