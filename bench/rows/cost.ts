import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { compare } from "../compare.js";
import { writeLeads } from "../leads.js";
import { runNode, startFixedAnswer, succeed, type Ended } from "../processes.js";
import { rowOf, type Effort, type Row } from "../row.js";
import { signalApollo } from "../signal-apollo.js";

const CONCURRENCY = 16;
const loop = (name: string) => fileURLToPath(new URL(`../loops/${name}-loop.mjs`, import.meta.url));

/** What a delivery costs: the CPU time of the process alone, against loops that only send. The server costs next to nothing. */
export async function costRows({ quick, progress }: Effort): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "signal-apollo-bench-"));
  const server = await startFixedAnswer();
  try {
    const events = quick ? 5_000 : 20_000;
    progress(`CPU time of deliver of ${events} events beside loops that only send`);
    const file = await writeLeads(join(folder, "events.ndjson"), events);
    const env = { APOLLO_API_KEY: "the-key", APOLLO_BASE_URL: server.url };
    const ended: Partial<Record<string, Ended[]>> = {};
    const measured = (name: string, args: readonly string[]) => async () => {
      const one = succeed(await runNode(args, { env }));
      (ended[name] ??= []).push(one);
      return one.cpuMs / 1000;
    };
    const audit = join(folder, "audit.ndjson");
    const flags = ["--restart", "--json", "--audit", audit, "--concurrency", String(CONCURRENCY)];
    const loopOf = (name: string) => measured(name, [loop(name), file, String(CONCURRENCY)]);
    const figures = await compare(quick ? 2 : 5, {
      deliver: async () => {
        await rm(audit, { force: true });
        return measured("deliver", [signalApollo, "deliver", ...flags, file])();
      },
      pool: loopOf("pool"),
      http: loopOf("http"),
      fetch: loopOf("fetch"),
      client: loopOf("client"),
    });

    const what = `CPU time of signal-apollo deliver, ${events.toLocaleString("en")} events, journal and audit on`;
    const row = (name: "pool" | "http" | "fetch", against: string, goal?: Row["goal"]): Row => ({
      ...rowOf({ id: `cost.${name}`, what, unit: "s", against, ...(goal && { goal }) }, figures.deliver, figures[name]),
      note: `${wallAndPeak(ended.deliver)}; theirs: ${wallAndPeak(ended[name])}`,
    });
    return [
      row("pool", "a loop of undici's Pool.request", { atMost: 3.5 }),
      row("http", "a loop of node:http"),
      row("fetch", "a loop of bare fetches"),
      {
        ...rowOf(
          {
            id: "cost.client",
            what: `CPU time of contacts.create with Node's fetch, ${events.toLocaleString("en")} times`,
            unit: "s",
            against: "a loop of bare fetches",
            goal: { atMost: 1.15 },
          },
          figures.client,
          figures.fetch,
        ),
        note: `${wallAndPeak(ended.client)}; theirs: ${wallAndPeak(ended.fetch)}`,
      },
    ];
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}

/** The middle of the rounds, warming up included. */
function wallAndPeak(ended: readonly Ended[] = []): string {
  const middle = (figures: number[]) => figures.sort((a, b) => a - b).at(Math.floor(figures.length / 2)) ?? NaN;
  const seconds = middle(ended.map(({ tookMs }) => tookMs / 1000)).toFixed(1);
  return `${seconds} s, ${Math.round(middle(ended.map(({ peakBytes }) => peakBytes / 1e6)))} MB`;
}
