import { fc, test as propertyTest } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";

import { hasInexactNumbers, parseExactly } from "../src/json/exact-json.js";
import { emailOf, lead, ndjson } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { objectsOf, run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const CUSTOM_FIELD = "66f1c0ffee0000000000c001";
const DIGITS = "1234567890123456789";

const blueprint = JSON.stringify({
  events: ["Demo Requested"],
  consent: "marketing",
  fields: { first_name: "traits.first_name", last_name: "traits.last_name", email: "traits.email" },
  typed_custom_fields: { [CUSTOM_FIELD]: "properties.ad_id" },
  labels: [],
});

/** A lead as a line of JSON, with a number as no JavaScript program could write it. */
function lineOf(person: number, parts: Record<string, unknown> = {}): string {
  return JSON.stringify({ ...lead(person, parts), properties: { ad_id: "DIGITS" } }).replace('"DIGITS"', DIGITS);
}

/** With one that is rejected: it has no last name. */
const namelessLine = lineOf(2, { traits: { first_name: "Mara", last_name: "", email: emailOf(2) } });

describe("a number beyond 2^53 keeps its digits", () => {
  test("in the contact", async () => {
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", [lineOf(1)]);

    const { stdout } = await run(["preview", "--json", "--blueprint", await folder.write("b.json", blueprint), file]);

    expect(objectsOf(stdout)).toMatchObject([
      { contact: { typed_custom_fields: { [CUSTOM_FIELD]: DIGITS } }, warnings: [] },
    ]);
  });

  test("in a dead letter, which holds the line as it came", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [namelessLine, lineOf(3)]);

    await run(["deliver", "--blueprint", await folder.write("b.json", blueprint), file], { env: sandbox.env });

    const [letter, ...others] = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ reason: "missing_name", event: { properties: { ad_id: DIGITS } } });
    expect(letter?.line).toBe(namelessLine);
    expect(sandbox.contacts()).toMatchObject([{ email: emailOf(3) }]);
  });

  test("through a replay, which sends the event as it was corrected", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const mapping = await folder.write("b.json", blueprint);
    const file = await folder.write("leads.ndjson", [namelessLine]);
    await run(["deliver", "--blueprint", mapping, file], { env: sandbox.env });
    const [letter] = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    const event = letter?.event as { traits: object };
    const corrected = { ...event, traits: { ...event.traits, last_name: "Quill" } };
    const letters = await folder.write("corrected.ndjson", [{ ...letter, event: corrected }]);

    const { exitCode } = await run(["dead-letters", "replay", "--blueprint", mapping, letters], { env: sandbox.env });

    expect(exitCode).toBe(0);
    expect(sandbox.contacts()).toMatchObject([{ last_name: "Quill", typed_custom_fields: { [CUSTOM_FIELD]: DIGITS } }]);
  });

  test("when a replayed letter fails again", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [namelessLine]);
    await run(["deliver", file], { env: sandbox.env });
    const letters = folder.at("leads.ndjson.dead-letters.ndjson");

    await run(["dead-letters", "replay", letters], { env: sandbox.env });

    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toMatchObject([
      { event: { properties: { ad_id: DIGITS } }, line: namelessLine },
    ]);
  });
});

test("a letter of an ordinary event holds no line beside the event", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write(
    "leads.ndjson",
    ndjson([lead(1, { traits: {}, properties: { id: "4".repeat(20) } })]),
  );

  await run(["deliver", file], { env: sandbox.env });

  const [letter] = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
  expect(letter).not.toHaveProperty("line");
});

describe("JSON with long numbers", () => {
  test.each([
    [`{"a":${DIGITS}}`, { a: DIGITS }],
    [`[-${DIGITS},1,${DIGITS}]`, [`-${DIGITS}`, 1, DIGITS]],
    [`{"a":"${DIGITS}","b":${DIGITS}}`, { a: DIGITS, b: DIGITS }],
    [`{"a":"\\"${DIGITS}","b":1}`, { a: `"${DIGITS}`, b: 1 }],
    [`{"a":"\\\\","b":${DIGITS}}`, { a: "\\", b: DIGITS }],
    [`{"${DIGITS}":1}`, { [DIGITS]: 1 }],
    [`9007199254740991`, 9007199254740991],
    [`[1.5e18, -2E+16, 3e5]`, ["1.5e18", "-2E+16", 300000]],
    [`9007199254740992`, "9007199254740992"],
    [`[0.123456789012345, 9007199254740992.5]`, [0.123456789012345, "9007199254740992.5"]],
    [`[1e3, 12345678901234567890e5]`, [1000, "12345678901234567890e5"]],
  ])("%s", (json, expected) => {
    expect(parseExactly(json)).toStrictEqual(expected);
  });

  test.each(["", "{", `{"a":${DIGITS}`, `{"a":${DIGITS}x}`, `${DIGITS} ${DIGITS}`, `0${DIGITS}`])(
    "what is not JSON stays so: %s",
    (text) => {
      expect(() => parseExactly(text)).toThrow(SyntaxError);
    },
  );

  propertyTest.prop([fc.json()])("what JavaScript can hold is parsed as ever", (json) => {
    if (!hasInexactNumbers(json)) expect(parseExactly(json)).toStrictEqual(JSON.parse(json));
  });

  propertyTest.prop([fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.string()])(
    "every integer keeps its digits, whatever text is beside it",
    (number, text) => {
      const parsed = parseExactly(`{"text":${JSON.stringify(text)},"number":${number}}`);
      expect(parsed).toMatchObject({ text });
      expect(String((parsed as { number: unknown }).number)).toBe(String(number));
    },
  );
});
