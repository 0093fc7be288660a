import { fc, test as propertyTest } from "@fast-check/vitest";
import { expect, test } from "vitest";

import { jsonText } from "../../docs/playground/src/json-text.js";

test("what cannot be seen is escaped: reversed writing, zero-width spaces, tags beyond the first plane", () => {
  expect(jsonText("a\u202eb\u200bc\u{e0041}d\u2028e\u009bf", 0)).toBe(
    String.raw`"a\u202eb\u200bc\udb40\udc41d\u2028e\u009bf"`,
  );
});

test("letters of any script and emoji stay as they are", () => {
  expect(jsonText({ name: "Ада 美咲 Zoë 🎉" }, 0)).toBe('{"name":"Ада 美咲 Zoë 🎉"}');
});

propertyTest.prop([fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" })), fc.constantFrom(0, 2)])(
  "it reads back as the same value",
  (value, indent) => {
    expect(JSON.parse(jsonText(value, indent))).toStrictEqual(JSON.parse(JSON.stringify(value)));
  },
);
