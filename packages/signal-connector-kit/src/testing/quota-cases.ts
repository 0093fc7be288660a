import { ensure, type ConformanceCase } from "./conformance-case.js";
import { answer, type Respond } from "./hostile-server.js";
import { sendOnce } from "./send-once.js";
import type { Suite } from "./suite.js";

/** Names of headers in which many vendors tell a quota. */
const QUOTA_HEADERS = [
  ...["limit", "remaining", "reset"].flatMap((name) => [
    `x-ratelimit-${name}`,
    `x-rate-limit-${name}`,
    `ratelimit-${name}`,
  ]),
  "ratelimit",
];

const LIES = [
  "",
  "-1",
  "NaN",
  "Infinity",
  "1e309",
  "9".repeat(40),
  "0x10",
  "ten",
  "1,2",
  "1;w=60",
  "null",
  "2.5",
  " 7 ",
  "7 of 10",
];

/** Checks that a quota that makes no sense does no harm. */
export function quotaCases<Payload>(suite: Suite<Payload>): readonly ConformanceCase[] {
  const { written, quotaHeaders = QUOTA_HEADERS } = suite.server;
  return [
    {
      name: "quota: headers that lie neither fail a call nor get into its result",
      run: async () => {
        const [first, ...others] = quotaHeaders;
        for (const lie of LIES)
          for (const value of [lie, "10"]) {
            const lies = { ...Object.fromEntries(others.map((name) => [name, value])), ...(first && { [first]: lie }) };
            const respond: Respond = (response) => {
              answer(response, { ...written, headers: { ...written.headers, ...lies } });
            };
            // What is in the quota of a result is checked of every result.
            await sendOnce(suite, { respond }, ({ result }) => {
              ensure(
                result.status === "delivered",
                `The record is written, and the quota headers say ${JSON.stringify(lie)}, but the result is failed: ${JSON.stringify(result)}.`,
                "take a quota that cannot be read for unknown, and the record for written",
              );
            });
          }
      },
    },
  ];
}
