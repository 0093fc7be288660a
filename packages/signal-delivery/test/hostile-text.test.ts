import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";

import { lead } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { serverForTest } from "./support/http-server.js";
import { posix } from "./support/posix.js";
import { objectsOf, run } from "./support/run.js";

/** An escape sequence, its one-character form, DEL, and what turns a text around, hides in it or ends its line. */
const HOSTILE = "a\u001b]0;b\u009bc\u007fd\u202ee\u2066f\u200bg\u2028h\ufeffi";
/** What a terminal may act on; the line feeds of the output itself are none. */
const UNSAFE = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u;
/** What the program itself says to a terminal. */
const ESCAPE = String.fromCharCode(27);
const OUR_SEQUENCES = new RegExp(`${ESCAPE}\\[[0-9;]*[mK]|\\r`, "g");

const hostileLead = lead(1, {
  event: "Demo Requested",
  messageId: HOSTILE,
  traits: { first_name: HOSTILE, last_name: HOSTILE, email: "ada@lead.example", title: HOSTILE, phone: HOSTILE },
  properties: { lead_source: HOSTILE },
});
const hostileName = lead(2, { event: HOSTILE });
const hostileLine = `{"broken": ${HOSTILE}`;
const nameless = lead(3, { traits: { first_name: HOSTILE, email: HOSTILE }, messageId: HOSTILE });

async function worldForTest() {
  const folder = await folderForTest();
  const { url } = await serverForTest((response) => {
    response.writeHead(422, { "content-type": "application/json; charset=utf-8" });
    response.end(JSON.stringify({ error: `Refused: ${HOSTILE}` }));
  });
  const name = posix ? `leads${HOSTILE.replaceAll("/", "")}.ndjson` : "leads.ndjson";
  const file = await folder.write(name, [hostileLead, hostileName, hostileLine, nameless]);
  return { folder, file, name, env: { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url } };
}

test("no command prints, logs or writes what a terminal could act on, whatever events, files and answers hold", async () => {
  const { folder, file, name, env } = await worldForTest();
  const audit = folder.at("audit.ndjson");
  const letters = `${file}.dead-letters.ndjson`;
  const missing = `${file}${HOSTILE}`;
  const commands = [
    ["preview", file],
    ["preview", "--json", file],
    ["preview", missing],
    ["deliver", "--audit", audit, file],
    ["deliver", file],
    ["deliver", "--restart", "--json", file],
    ["deliver", "--restart", "--log-json", file],
    ["deliver", missing],
    ["deliver", "--dead-letters", folder.path + HOSTILE + "/x", file],
    ["deliver", "--journal", folder.path + HOSTILE + "/x", file],
    ["deliver", "--audit", folder.path + HOSTILE + "/x", file],
    ["deliver", "--blueprint", missing, file],
    ["deliver", "--metrics-host", HOSTILE, "--metrics-port", "1", file],
    ["deliver", `--${HOSTILE}`],
    ["deliver", "--concurrency", HOSTILE, file],
    [HOSTILE],
    ["explain", HOSTILE],
    ["dead-letters", "list", letters],
    ["dead-letters", "list", "--json", letters],
    ["dead-letters", "show", letters, "1"],
    ["dead-letters", "show", letters, HOSTILE],
    ["dead-letters", "list", missing],
    ["dead-letters", "replay", missing],
    ["dead-letters", "replay", letters],
  ];

  const unsafe: string[] = [];
  for (const terminal of [false, true]) {
    for (const argv of commands) {
      const { stdout, stderr } = await run(argv, { env, terminal });
      for (const output of [stdout, stderr]) {
        const found = UNSAFE.exec(terminal ? output.replace(OUR_SEQUENCES, "") : output);
        if (found)
          unsafe.push(
            `${argv.slice(0, 3).join(" ")}: ${JSON.stringify(output.slice(found.index - 60, found.index + 20))}`,
          );
      }
    }
  }
  for (const path of [audit, letters]) if (UNSAFE.test(await readFile(path, "utf8"))) unsafe.push(path);

  expect(unsafe).toEqual([]);
  // What it parses to is the same as ever.
  const dead = objectsOf(await readFile(letters, "utf8"));
  expect(dead.map(({ event, line }) => event ?? line)).toContainEqual(hostileLead);
  expect(dead.map(({ event, line }) => event ?? line)).toContainEqual(hostileLine);
  expect(name).toContain("leads");
});
