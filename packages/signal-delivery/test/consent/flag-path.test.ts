import { expect, test } from "vitest";

import { DEFAULT_FLAG_PATH, parseFlagPath } from "../../src/consent/flag-path.js";
import { UsageError } from "../../src/usage-error.js";

test.each([
  [DEFAULT_FLAG_PATH, ["canonical", "marketing"]],
  ["{purpose}", ["marketing"]],
  ["consent.canonical.{purpose}.granted", ["consent", "canonical", "marketing", "granted"]],
  ["may_{purpose}", ["may_marketing"]],
  ["newsletter", ["newsletter"]],
  ["", []],
])("%j is %j", (path, names) => {
  expect(parseFlagPath(path)("marketing")).toEqual(names);
});

test.each([".", "canonical.", ".canonical", "canonical..marketing", "{userId}", "canonical.{purpose", "purpose}"])(
  "%j is no path",
  (path) => {
    expect(() => parseFlagPath(path)).toThrow(UsageError);
    expect(() => parseFlagPath(path)).toThrow(/^Write --consent-path as .*\.$/);
  },
);
