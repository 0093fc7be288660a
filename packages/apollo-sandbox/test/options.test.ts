import { InvalidInputError, startSandbox } from "@datafly/apollo-sandbox";
import { describe, expect, it } from "vitest";

import { sandboxForTest } from "./caller.js";

describe("an option that cannot be used throws an InvalidInputError", () => {
  it.each<{ options: object; complaint: string }>([
    { options: { port: 70_000 }, complaint: "port must be a whole number from 0 to 65535." },
    { options: { port: -1 }, complaint: "port must be a whole number from 0 to 65535." },
    { options: { port: 1.5 }, complaint: "port must be a whole number from 0 to 65535." },
    { options: { port: "4010" }, complaint: "port must be a whole number from 0 to 65535." },
    {
      options: { host: "" },
      complaint: "host must be an address or a host name, such as 127.0.0.1 for this machine only.",
    },
    {
      options: { host: " " },
      complaint: "host must be an address or a host name, such as 127.0.0.1 for this machine only.",
    },
    { options: { matchDelayMs: -1 }, complaint: "matchDelayMs must be a whole number from 0 to 2147483647." },
    { options: { matchDelayMs: 2 ** 31 }, complaint: "matchDelayMs must be a whole number from 0 to 2147483647." },
    { options: { maxRequests: 0 }, complaint: "maxRequests must be a whole number, 1 or more." },
    { options: { dailyHeaders: "x y" }, complaint: 'dailyHeaders must be "24-hour" or "daily".' },
    { options: { planWithoutApi: "yes" }, complaint: "planWithoutApi must be true or false." },
    { options: { clock: {} }, complaint: "clock must be an object with the methods now and sleep." },
    { options: { clock: { now: () => 0 } }, complaint: "clock must be an object with the methods now and sleep." },
  ])("$options", async ({ options, complaint }) => {
    const start = startSandbox(options);
    await expect(start).rejects.toThrow(InvalidInputError);
    await expect(start).rejects.toThrow(complaint);
  });
});

it("takes the longest delay that a timer can wait", async () => {
  const matchDelayMs = 2 ** 31 - 1;
  const sandbox = await sandboxForTest({ matchDelayMs });
  sandbox.failNext({ kind: "slow", delayMs: matchDelayMs });
});
