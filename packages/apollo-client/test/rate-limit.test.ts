import { describe, expect, test } from "vitest";

import { readRateLimit } from "../src/rate-limit.js";
import { ada, clientOf, sandboxForTest } from "./support/setup.js";

const unknown = { minute: null, hour: null, day: null };

describe("the quota headers", () => {
  test.each([
    ["nothing at all", {}, unknown],
    [
      "empty limits: unlimited",
      { "x-rate-limit-minute": "", "x-rate-limit-hourly": "", "x-rate-limit-24-hour": "" },
      unknown,
    ],
    [
      "all of a window",
      { "x-rate-limit-minute": "200", "x-minute-usage": "3", "x-minute-requests-left": "197" },
      { ...unknown, minute: { limit: 200, used: 3, left: 197 } },
    ],
    [
      "the hour",
      { "x-rate-limit-hourly": "400", "x-hourly-usage": "400", "x-hourly-requests-left": "0" },
      { ...unknown, hour: { limit: 400, used: 400, left: 0 } },
    ],
    [
      "the day, as it is spelt now",
      { "x-rate-limit-24-hour": "2000", "x-24-hour-usage": "1", "x-24-hour-requests-left": "1999" },
      { ...unknown, day: { limit: 2000, used: 1, left: 1999 } },
    ],
    [
      "the day, as it was spelt once",
      { "x-rate-limit-daily": "2000", "x-daily-usage": "1", "x-daily-requests-left": "1999" },
      { ...unknown, day: { limit: 2000, used: 1, left: 1999 } },
    ],
    [
      "a window whose usage is missing",
      { "x-rate-limit-minute": "200", "x-minute-requests-left": "150" },
      { ...unknown, minute: { limit: 200, used: 50, left: 150 } },
    ],
    [
      "a window whose rest is missing",
      { "x-rate-limit-minute": "200", "x-minute-usage": "250" },
      { ...unknown, minute: { limit: 200, used: 250, left: 0 } },
    ],
    ["a limit alone", { "x-rate-limit-minute": "200" }, unknown],
    ["a rest without a limit", { "x-minute-requests-left": "0" }, unknown],
    ...["many", "-1", "1.5", "200 an hour", ""].map((limit): [string, Record<string, string>, typeof unknown] => [
      `a limit that is no count: ${JSON.stringify(limit)}`,
      { "x-rate-limit-minute": limit, "x-minute-requests-left": "1", "x-minute-usage": "1" },
      unknown,
    ]),
  ])("%s", (_, headers, expected) => {
    expect(readRateLimit(new Headers(headers))).toEqual(expected);
  });

  test.each(["24-hour", "daily"] as const)("of a real answer are read, the day spelt %s", async (dailyHeaders) => {
    const sandbox = await sandboxForTest({ plan: "basic", dailyHeaders });

    const { rateLimit } = await clientOf(sandbox).client.contacts.create(ada);

    expect(rateLimit).toEqual({
      minute: { limit: 200, used: 1, left: 199 },
      hour: { limit: 400, used: 1, left: 399 },
      day: { limit: 2000, used: 1, left: 1999 },
    });
  });
});
