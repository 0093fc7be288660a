import { createApolloClient } from "@datafly/apollo-client";
import { request as undiciRequest } from "undici";

import { compare } from "../compare.js";
import { startSandboxProcess } from "../processes.js";
import { rowOf, type Effort, type Row } from "../row.js";

/** Few people, so that the sandbox stays as it is however long this takes. */
const PEOPLE = 200;
const contactOf = (turn: number) => ({
  first_name: "Ada",
  last_name: "Byron",
  email: `ada${turn % PEOPLE}@example.com`,
  organization_name: "Analytical Engines",
  title: "Countess",
  label_names: ["Signal - Marketing Opt-in", "Website demo form"],
  run_dedupe: true,
});

type Call = (turn: number) => Promise<unknown>;

/** One call, through the whole of the client. */
export async function clientRows({ quick, progress }: Effort): Promise<Row[]> {
  const sandbox = await startSandboxProcess();
  try {
    const url = `${sandbox.url}/contacts`;
    const headers = { "X-Api-Key": sandbox.apiKey, "Content-Type": "application/json", Accept: "application/json" };
    const client = createApolloClient({ apiKey: sandbox.apiKey, baseUrl: sandbox.url });
    const calls = {
      ours: (turn) => client.contacts.create(contactOf(turn)),
      fetch: async (turn) => {
        const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(contactOf(turn)) });
        return answer.json();
      },
      undici: async (turn) => {
        const answer = await undiciRequest(url, { method: "POST", headers, body: JSON.stringify(contactOf(turn)) });
        return answer.body.json();
      },
    } as const satisfies Record<string, Call>;

    const rows: Row[] = [];
    for (const concurrency of [1, 8, 64]) {
      progress(`contacts.create beside bare loops, ${concurrency} at a time`);
      const times = quick ? 200 : 4_000;
      const measured = (call: Call) => () => callsPerSecond(times, concurrency, call);
      const figures = await compare(quick ? 2 : 7, {
        ours: measured(calls.ours),
        fetch: measured(calls.fetch),
        undici: measured(calls.undici),
      });
      const head = { what: `contacts.create, ${concurrency} at a time`, unit: "calls/s" };
      rows.push(
        rowOf(
          { id: `client.fetch.${concurrency}`, ...head, against: "a bare fetch loop", goal: { atLeast: 0.9 } },
          figures.ours,
          figures.fetch,
        ),
        rowOf(
          { id: `client.undici.${concurrency}`, ...head, against: "a bare undici.request loop" },
          figures.ours,
          figures.undici,
        ),
      );
    }
    return rows;
  } finally {
    await sandbox.close();
  }
}

async function callsPerSecond(times: number, concurrency: number, call: Call): Promise<number> {
  let turn = 0;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (turn < times) await call(turn++);
    }),
  );
  return (times / (performance.now() - startedAt)) * 1000;
}
