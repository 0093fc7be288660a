import { describe, expect, test } from "vitest";

import { DEFAULT_KEY_TEMPLATE, parseKeyTemplate } from "../../src/consent/key-template.js";
import { UsageError } from "../../src/usage-error.js";

const visitor = { anonymousId: "a-1" };
const member = { anonymousId: "a-1", userId: "u-1", groupId: "g-1" };

test.each([
  [DEFAULT_KEY_TEMPLATE, visitor, "consent:a-1"],
  ["consent:{userId}", member, "consent:u-1"],
  ["{groupId}", member, "g-1"],
  ["c:{groupId}:{userId}:now", member, "c:g-1:u-1:now"],
  // the first that is there
  ["c:{userId|anonymousId}", member, "c:u-1"],
  ["c:{userId|anonymousId}", visitor, "c:a-1"],
  ["c:{anonymousId|userId}", member, "c:a-1"],
  ["c:{userId|anonymousId}", { userId: null, anonymousId: "a-1" }, "c:a-1"],
  ["c:{userId|anonymousId}", { userId: "  ", anonymousId: "a-1" }, "c:a-1"],
  // numbers
  ["c:{userId}", { userId: 4711 }, "c:4711"],
  ["c:{userId}", { userId: 0 }, "c:0"],
  // as it stands
  ["c:{userId}", { userId: " u 1\n" }, "c: u 1\n"],
  ["c:{userId}", { userId: "{anonymousId}", anonymousId: "a-1" }, "c:{anonymousId}"],
  ["c:{userId}", { userId: "$&" }, "c:$&"],
])("%s of %j is %j", (template, event, key) => {
  expect(parseKeyTemplate(template)(event)).toEqual({ key });
});

describe("without the identifier there is no key", () => {
  test.each([
    [{}],
    [{ userId: "u-1" }],
    [{ anonymousId: undefined }],
    [{ anonymousId: null }],
    [{ anonymousId: "" }],
    [{ anonymousId: " \t" }],
    [{ anonymousId: true }],
    [{ anonymousId: ["a-1"] }],
    [{ anonymousId: { id: "a-1" } }],
    [{ anonymousId: Number.NaN }],
    [{ anonymousId: 1.5 }],
    // 9007199254740993 comes out of JSON.parse as the number before it: somebody else's
    [JSON.parse('{ "anonymousId": 9007199254740993 }')],
    [Object.create({ anonymousId: "a-1" })],
    [null],
    [undefined],
    ["a-1"],
    [[]],
  ])("%j", (event: unknown) => {
    expect(parseKeyTemplate(DEFAULT_KEY_TEMPLATE)(event)).toEqual({ lacks: "anonymousId" });
  });

  test("where several would do, all are named", () => {
    expect(parseKeyTemplate("{userId|anonymousId}")({})).toEqual({ lacks: "userId or anonymousId" });
  });

  test("where several are needed, the first that lacks is named", () => {
    expect(parseKeyTemplate("{groupId}:{userId}")({ groupId: "g-1" })).toEqual({ lacks: "userId" });
  });
});

test.each([
  "",
  // one entry for everybody
  "consent",
  "{}",
  "{email}",
  "{userId|}",
  "{userId|email}",
  "{userId",
  "userId}",
  "{{userId}}",
  "{userId}}",
  "{ userId }",
  "{USERID}",
])("%j is no template", (template) => {
  expect(() => parseKeyTemplate(template)).toThrow(UsageError);
  expect(() => parseKeyTemplate(template)).toThrow(/^Write --consent-key as .*\.$/);
});
