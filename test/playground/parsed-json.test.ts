import { fc, test as propertyTest } from "@fast-check/vitest";
import { expect, test } from "vitest";

import { parseCommentedJson, parseJson } from "../../docs/playground/src/parsed-json.js";

test.each([
  ["", 1, 1, "a value is expected"],
  ['{"a": tru}', 1, 7, "something that JSON does not know"],
  ['{"a": 1,}', 1, 9, "a name in double quotes is expected"],
  ["{'a': 1}", 1, 2, "something that JSON does not know"],
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3, "a comma is expected"],
  ['{"a" 1}', 1, 6, "a colon is expected"],
  ["[1 2]", 1, 4, "a comma is expected"],
  ["[", 1, 2, "a ] is missing"],
  ["{} {}", 1, 4, "there is more behind the end"],
  ['["one line\nand another"]', 1, 2, "a text without an end"],
  [String.raw`["C:\new\x"]`, 1, 2, "a backslash before a character that needs none"],
  ["[1.]", 1, 2, "a number without an end"],
  ["// a comment\n{}", 1, 1, "a comment; JSON has none"],
])("%j is wrong at line %d, column %d: %s", (text, line, column, message) => {
  const { error } = parseJson(text);
  expect(error).toMatchObject({ line, column });
  expect(error?.message).toContain(message);
});

test.each([parseJson, parseCommentedJson])(
  "what is nested too deeply for all that reads it later is refused",
  (parse) => {
    const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    expect(parse(nested(500)).error).toBeUndefined();
    expect(parse(nested(200_000)).error).toMatchObject({ message: "nested too deeply" });
  },
);

test("comments and a last comma are welcome in a blueprint, and nothing else beyond JSON", () => {
  expect(parseCommentedJson('{ // why\n  "a": [1, /* two */],\n}').value).toEqual({ a: [1] });
  expect(parseCommentedJson("{ a: 1 }").error).toMatchObject({ line: 1, column: 3 });
});

/** JSON, and texts that are almost JSON: some characters of it are taken out or put in. */
const almostJson = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.nat(),
    fc.nat(3),
    fc.constantFrom("", ",", '"', "\\", "{", "]", "1", "-", "e", " ", "\u2028", "x"),
  )
  .map(([json, position, left, put]) => {
    const at = position % (json.length + 1);
    return json.slice(0, at) + put + json.slice(at + left);
  });

propertyTest.prop([fc.oneof(fc.json(), almostJson, fc.string())], { numRuns: 5_000 })(
  "what JSON.parse takes is taken, with the same value, and nothing else is",
  (text) => {
    const { value, error } = parseJson(text);
    if (error) expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    else expect(value).toStrictEqual(JSON.parse(text));
  },
);

propertyTest.prop([fc.jsonValue({ maxDepth: 4 }), fc.nat()])(
  "a character that has no place between two parts is found there, or where the word begins that it spoils",
  (value, choice) => {
    const text = JSON.stringify({ value }, null, 2);
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => index);
    const at = ends[choice % ends.length] ?? 0;
    const found = parseJson(`${text.slice(0, at)}@${text.slice(at)}`).error?.offset ?? -1;
    expect(text.slice(found, at)).toMatch(/^\w*$/);
  },
);
