import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { deliveryConformance, type ConformanceCase } from "@datafly/signal-connector-kit/testing";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("delivery-program.mjs", import.meta.url));

/** The cases of a program that breaks one promise, or none. */
function casesOf(broken: string, idempotent = true): readonly ConformanceCase[] {
  return deliveryConformance({
    start: ({ file, baseUrl }) =>
      spawn(process.execPath, [program, file, baseUrl], { env: { PATH: process.env.PATH, BREAK: broken } }),
    event: (lead) => ({ type: "track", event: "Demo Requested", properties: { ...lead } }),
    leadOf: ({ body }) => (JSON.parse(body) as { properties: { person: number; step: number } }).properties,
    server: { written: { status: 200, body: {} } },
    idempotent,
  });
}

async function failing(cases: readonly ConformanceCase[]): Promise<string[]> {
  const names: string[] = [];
  for (const { name, run } of cases) {
    try {
      await run();
    } catch (error) {
      expect(error).toMatchObject({ name: "ConformanceError" });
      names.push(name);
    }
  }
  return names;
}

const LOST = "delivery: nothing is lost over kill -9 and restarts";
const ORDER = "delivery: each person's events arrive in their order";
const TWICE_IN_A_RUN = "delivery: no run sends anything twice";
const TWICE = "delivery: nothing is sent twice, not even by a run that follows a kill";
const AFTERWARDS = "delivery: a run after the end sends nothing";
const END = "delivery: a program that is killed several times comes to its end when it is restarted";

test.each([
  ["keeps all promises", "", true, []],
  ["settles an event before its result is known", "settled", true, [LOST]],
  ["delivers in another order", "order", true, [ORDER]],
  ["sends everything twice", "once", true, [TWICE_IN_A_RUN, ORDER]],
  ["forgets what is settled", "journal", true, [AFTERWARDS]],
  ["ends with a code of its own", "end", true, [END, AFTERWARDS]],
  ["retries what may have been written, although that does harm", "", false, [TWICE]],
] as const)(
  "a delivery program that %s fails exactly where it should",
  { timeout: 120_000 },
  async (_, broken, idempotent, names) => {
    expect((await failing(casesOf(broken, idempotent))).sort()).toEqual([...names].sort());
  },
);
