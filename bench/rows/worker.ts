import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { compare } from "../compare.js";
import { writeLeads } from "../leads.js";
import { runNode, startSandboxProcess, succeed, type Ended } from "../processes.js";
import { rowOf, type Effort, type Row } from "../row.js";
import { signalApollo } from "../signal-apollo.js";

const CONCURRENCY = 16;
/** So much more memory may a hundred times as many events take, in MB. */
const MAY_GROW_MB = 20;
/** A round of a million takes six minutes. */
const ROUNDS_OF_MANY = 2;
const ROUNDS_OF_FEW = 3;

const bareLoop = fileURLToPath(new URL("../loops/fetch-loop.mjs", import.meta.url));

/** The whole way: from a file to the sandbox, with journal and audit. */
export async function workerRows({ quick, progress }: Effort): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "signal-apollo-bench-"));
  const sandbox = await startSandboxProcess();
  const env = { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url };
  const deliver = async (file: string): Promise<Ended> => {
    const audit = join(folder, "audit.ndjson");
    await rm(audit, { force: true });
    const flags = ["--restart", "--json", "--audit", audit, "--concurrency", String(CONCURRENCY)];
    return succeed(await runNode([signalApollo, "deliver", ...flags, file], { env }));
  };
  try {
    const events = quick ? 10_000 : 100_000;
    progress(`deliver of ${events} events beside a bare loop`);
    const file = await writeLeads(join(folder, "events.ndjson"), events);
    const rate = ({ tookMs }: Ended) => (events / tookMs) * 1000;
    const rates = await compare(quick ? 1 : 3, {
      ours: async () => rate(await deliver(file)),
      bare: async () => rate(succeed(await runNode([bareLoop, file, String(CONCURRENCY)], { env }))),
    });

    const few = quick ? 1_000 : 10_000;
    const many = quick ? 10_000 : 1_000_000;
    progress(`memory of deliver at ${few} and ${many} events`);
    const peaks = async (count: number, rounds: number) => {
      const file = await writeLeads(join(folder, `${count}.ndjson`), count);
      const found: number[] = [];
      while (found.length < rounds) found.push((await deliver(file)).peakBytes / 1e6);
      return found;
    };
    const small = await peaks(few, quick ? 1 : ROUNDS_OF_FEW);
    const large = await peaks(many, quick ? 1 : ROUNDS_OF_MANY);
    const memory = rowOf(
      {
        id: "worker.memory",
        what: `peak memory of deliver, ${many.toLocaleString("en")} events`,
        unit: "MB",
        against: `${few.toLocaleString("en")} events`,
      },
      large,
      small,
    );
    const [smallMb, largeMb] = [memory.theirs.median, memory.ours.median];
    return [
      rowOf(
        {
          id: "worker.bare",
          what: `signal-apollo deliver, ${events.toLocaleString("en")} events, journal and audit on`,
          unit: "events/s",
          against: `a loop of bare fetches, ${CONCURRENCY} at a time`,
          goal: { atLeast: 0.7 },
        },
        rates.ours,
        rates.bare,
      ),
      {
        ...memory,
        // Not of the small inputs: with them the memory has not yet come to where it stays.
        ...(!quick && { goal: { atMost: (smallMb + MAY_GROW_MB) / smallMb } }),
        note: `${Math.round(largeMb - smallMb)} MB more; at most ${MAY_GROW_MB} is the goal; ${large.length} and ${small.length} rounds`,
      },
    ];
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true });
  }
}
