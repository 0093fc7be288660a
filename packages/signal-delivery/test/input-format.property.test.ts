import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";

import { checkInputFormat, showsInputFormat } from "../src/source/input-format.js";
import { ndjson } from "./support/events.js";

const program = { name: "signal-test" };
const object = fc.dictionary(fc.string(), fc.jsonValue());
const objects = fc.array(object, { minLength: 1, maxLength: 5 });
/** What a torn or mistaken line may hold, that by itself is the beginning of no other format. */
const badLine = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  object.map((one) => JSON.stringify(one).slice(0, -1)),
);

test.prop([objects])("NDJSON is never taken for anything else, wherever its beginning is cut off", (events) => {
  const bytes = Buffer.from(ndjson(events));

  for (let length = 0; length <= bytes.length; length++)
    checkInputFormat(bytes.subarray(0, length), undefined, program);
});

test.prop([badLine, objects])("nor is it with a bad line before it", (line, events) => {
  expect(() => {
    checkInputFormat(Buffer.from(`${line}\n${ndjson(events)}`), undefined, program);
  }).not.toThrow();
});

test.prop([objects])("a first line that is an event tells enough", (events) => {
  const [first = {}] = events;

  expect(showsInputFormat(Buffer.from(ndjson([first])))).toBe(true);
  expect(showsInputFormat(Buffer.from(JSON.stringify(first)))).toBe(false);
});
