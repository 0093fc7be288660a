import { describe, expect, test } from "vitest";

import { parseEvent } from "../src/source/parse-event.js";
import { lead, leadWith } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { objectsOf, run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

/** An event whose context is written by hand. */
function withContext(context: string, before = ""): string {
  return `{${before}"type":"track","event":"Demo Requested","traits":{"first_name":"Ada","last_name":"Byron"},${context}}`;
}

const consent = (flags: string) => withContext(`"context":{"consent":{${flags}}}`);

describe("a name that is twice in the consent of an event counts as no consent", () => {
  test.each([
    ["a flag, granted last", consent('"canonical":{"marketing":false,"marketing":true}')],
    ["a flag, granted both times", consent('"canonical":{"marketing":true,"marketing":true}')],
    ["a flag, with other flags between", consent('"canonical":{"marketing":false,"analytics":true,"marketing":true}')],
    ["another flag", consent('"canonical":{"analytics":false,"marketing":true,"analytics":true}')],
    ["a flag of the older, flat form", consent('"marketing":false,"marketing":true')],
    ["the canonical view", consent('"canonical":{"marketing":false},"canonical":{"marketing":true}')],
    ["a category", consent('"categories":{"a":false,"a":true},"canonical":{"marketing":true}')],
    ["something deeper", consent('"categories":[{"a":1,"a":2}],"canonical":{"marketing":true}')],
    [
      "the consent",
      withContext('"context":{"consent":{"canonical":{"marketing":false}},"consent":{"canonical":{"marketing":true}}}'),
    ],
    [
      "the context",
      withContext('"context":{"consent":{"canonical":{"marketing":true}}}', '"context":{"consent":null},'),
    ],
    [
      "a context without consent",
      withContext('"context":{"consent":{"canonical":{"marketing":true}}}', '"context":{},'),
    ],
    ["a flag that is written with blanks", consent('"canonical" : { "marketing" : false , "marketing" :\ttrue }')],
    ["a flag that is written with an escape", consent('"canonical":{"marketin\\u0067":false,"marketing":true}')],
    [
      "a context that is written with an escape",
      withContext('"context":{},"conte\\u0078t":{"consent":{"canonical":{"marketing":true}}}'),
    ],
    [
      "a flag behind a text with quotes",
      consent('"source":"a \\"b\\\\","canonical":{"marketing":false,"marketing":true}'),
    ],
  ])("%s", async (_, line) => {
    const { stdout } = await run(["preview", "--json"], { stdin: `${line}\n` });

    expect(objectsOf(stdout)).toMatchObject([{ action: "drop", reason: "consent_missing" }]);
  });

  test.each([
    ["as usual", JSON.stringify(lead(1))],
    ["with blanks", JSON.stringify(lead(1), undefined, 1).replaceAll("\n", " ")],
    ["in both views", consent('"categories":{"marketing":true},"canonical":{"marketing":true}')],
    [
      "with the same names elsewhere",
      withContext(
        '"context":{"consent":{"canonical":{"marketing":true}}},"properties":{"context":1,"consent":{"a":1},"lead_source":"\\"consent\\""}',
      ),
    ],
    [
      "with other names twice",
      withContext(
        '"context":{"locale":"en","locale":"de","consent":{"canonical":{"marketing":true}}},"properties":{"a":1,"a":2}',
      ),
    ],
    [
      "with the same name further inside",
      withContext('"context":{"x":{"consent":1,"context":2},"consent":{"canonical":{"marketing":true}}}'),
    ],
    ["with escapes", withContext('"context":{"consent":{"canonical":{"m\\u0061rketing":true}},"x":"\\u0041\\n\\\\"}')],
  ])("an event that is right is delivered: %s", async (_, line) => {
    const { stdout } = await run(["preview", "--json"], { stdin: `${line}\n` });

    expect(objectsOf(stdout)).toMatchObject([{ action: "deliver" }]);
  });

  test("nothing is sent, and the audit says that no consent is there", async () => {
    const sandbox = await sandboxForTest();
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", [
      consent('"canonical":{"marketing":false,"marketing":true}'),
      lead(2),
    ]);

    await run(["deliver", "--audit", folder.at("audit.ndjson"), file], { env: sandbox.env });

    expect(sandbox.contacts()).toHaveLength(1);
    expect((await folder.deadLetters("audit.ndjson")).map(({ reason, consent }) => [reason, consent])).toContainEqual([
      "consent_missing",
      { event: "context.consent.marketing = absent" },
    ]);
  });

  test("a dead letter that was edited by hand is held to the same, be it a line or an event", async () => {
    const sandbox = await sandboxForTest();
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", [leadWith(1, { last_name: "" }), '{"half']);
    await run(["deliver", file], { env: sandbox.env });
    const [rejected, unreadable] = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    const bad = consent('"canonical":{"marketing":false,"marketing":true}');
    const letters = [
      JSON.stringify({ ...rejected, event: "EVENT" }).replace('"EVENT"', bad),
      JSON.stringify({ ...unreadable, line: bad }),
    ];
    await folder.write("leads.ndjson.dead-letters.ndjson", letters);

    const { stdout } = await run(["dead-letters", "replay", "--json", `${file}.dead-letters.ndjson`], {
      env: sandbox.env,
    });

    expect(objectsOf(stdout).map(({ reason }) => reason)).toEqual(["consent_missing", "consent_missing"]);
    expect(sandbox.contacts()).toEqual([]);
  });
});

test("a consent that is nested too deeply is said to be", () => {
  const line = withContext(`"context":{"consent":{"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`);

  expect(parseEvent(Buffer.from(line))).toEqual({ problem: "is nested too deeply" });
});

test("a long line is read in linear time: 5 MB of quotes, backslashes and braces", () => {
  const noise = JSON.stringify('\\"{}[]:'.repeat(300_000));
  const line = withContext(
    `"context":{"context":${noise},"consent":{"canonical":{"marketing":false,"marketing":true}}}`,
  );

  expect(parseEvent(Buffer.from(line))).toMatchObject({ event: { context: { consent: null } } });
});
