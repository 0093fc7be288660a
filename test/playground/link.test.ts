import { fc, test as propertyTest } from "@fast-check/vitest";
import { expect, test } from "vitest";

import { COUNTRIES } from "../../docs/playground/src/countries.js";
import { jsonText } from "../../docs/playground/src/json-text.js";
import { readLink, writeLink } from "../../docs/playground/src/link.js";
import { INITIAL_STATE } from "../../docs/playground/src/state.js";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.json(),
  fc.jsonValue({ maxDepth: 3 }).map((value) => jsonText({ value })),
);
const state = fc.record(
  {
    event: fc.oneof(fc.constant(INITIAL_STATE.event), text),
    deduplicate: fc.boolean(),
    defaultCountry: fc.constantFrom("", ...COUNTRIES.map(({ code }) => code)),
    blueprint: fc.option(text, { nil: undefined }),
  },
  { noNullPrototype: true },
);

propertyTest.prop([state])("any state comes back from its link as it was", (written) => {
  const fragment = writeLink(written) ?? expect.unreachable("it is short enough for a link");
  if (fragment === "") expect(written).toStrictEqual(INITIAL_STATE);
  else expect(readLink(fragment)).toStrictEqual({ kind: "state", state: written });
});

propertyTest.prop([state])("a link is made of characters that no program changes", (written) => {
  expect(writeLink(written)).toMatch(/^(?:#v1\.[\w-]+)?$/);
});

propertyTest.prop([fc.oneof(fc.string(), fc.base64String(), fc.json().map(btoaOfAscii))])(
  "whatever follows the version, reading never throws, and gives a state or says that it cannot be read",
  (garbage) => {
    expect(["state", "unreadable"]).toContain(readLink(`#v1.${garbage}`).kind);
  },
);

test.each(["", "#", "#result", "#v", "#vx.abc"])("the fragment %j is none of the playground's", (fragment) => {
  expect(readLink(fragment)).toEqual({ kind: "none" });
});

test.each([
  ["an unknown version", "#v2.e30"],
  ["nothing", "#v1."],
  ["no base64url", "#v1.%7B%7D"],
  ["a text that was cut off", (writeLink({ ...INITIAL_STATE, event: "abcdef" }) ?? "").slice(0, -3)],
  ["a list", `#v1.${btoaOfAscii("[]")}`],
  ["an event that is a number", `#v1.${btoaOfAscii('{"event":1}')}`],
  ["a flag that is a text", `#v1.${btoaOfAscii('{"deduplicate":"yes"}')}`],
  ["a country that there is not", `#v1.${btoaOfAscii('{"defaultCountry":"ZZ"}')}`],
  ["a blueprint that is a list", `#v1.${btoaOfAscii('{"blueprint":[]}')}`],
  ["more than a link holds", `#v1.${btoaOfAscii(JSON.stringify({ event: "x".repeat(20_000) }))}`],
])("a link with %s is unreadable", (_, fragment) => {
  expect(readLink(fragment)).toEqual({ kind: "unreadable" });
});

test("a state that is too long has no link", () => {
  expect(writeLink({ ...INITIAL_STATE, event: "x".repeat(20_000) })).toBeUndefined();
});

function btoaOfAscii(text: string): string {
  return Buffer.from(text).toString("base64url");
}
