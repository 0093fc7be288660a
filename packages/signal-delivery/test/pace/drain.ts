import { createApolloClient, isApolloError } from "@datafly/apollo-client";
import { startSandbox, type Plan, type PlanName, type QuotaUsage, type Sandbox } from "@datafly/apollo-sandbox";

import type { CallReport } from "../../src/pace/pacer.js";
import { VirtualTime } from "./virtual-time.js";

const LATENCY_MS = 200;
const never = new AbortController().signal;

/** What decides when a call may be made: the pacer, or what it is compared with. */
export interface Gate {
  run<T>(signal: AbortSignal, call: () => Promise<{ result: T; report: CallReport }>): Promise<T>;
}

/** How a batch was drained. */
export interface Drained {
  /** How many calls were refused for the quota. */
  readonly refused: number;
  /** Until the last event was delivered, in milliseconds of virtual time. */
  readonly tookMs: number;
  readonly delivered: number;
  readonly usage: QuotaUsage;
}

/** Workers that drain a batch of events in virtual time, against a sandbox's real answers, each with a gate of its own. */
export async function drain({
  plan,
  events,
  workers = 1,
  concurrency = 4,
  gate,
  before,
}: {
  plan: PlanName | Plan;
  events: number;
  workers?: number;
  concurrency?: number;
  gate: (time: VirtualTime, concurrency: number) => Gate;
  before?: (sandbox: Sandbox, time: VirtualTime) => Promise<void>;
}): Promise<Drained> {
  const time = new VirtualTime();
  const sandbox = await startSandbox({ plan, clock: time, matchDelayMs: 0, maxRequests: 100 });
  try {
    await before?.(sandbox, time);
    const client = createApolloClient({ apiKey: sandbox.apiKey, baseUrl: sandbox.url, maxRetries: 0 });
    let refused = 0;
    let left = events;
    const startedAt = time.now();
    let lastAt = startedAt;

    const call = async () => {
      await time.sleep(LATENCY_MS / 2);
      const answer = await time.real(async () => {
        try {
          return await client.contacts.create({ first_name: "Ada", last_name: "Byron" });
        } catch (error) {
          if (isApolloError(error) && error.status === 429) return error;
          throw error;
        }
      });
      await time.sleep(LATENCY_MS / 2);
      const { rateLimit } = answer;
      const quota = rateLimit && { ...rateLimit };
      const throttledForMs = "retryAfterMs" in answer ? answer.retryAfterMs : undefined;
      return { result: throttledForMs === undefined, report: { quota, throttledForMs } };
    };
    const worker = async () => {
      const own = gate(time, concurrency);
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          while (left > 0) {
            left -= 1;
            while (!(await own.run(never, call))) refused += 1;
            lastAt = time.now();
          }
        }),
      );
    };
    await time.passUntil(Promise.all(Array.from({ length: workers }, worker)));
    return { refused, tookMs: lastAt - startedAt, usage: sandbox.usage(), delivered: sandbox.contacts().length };
  } finally {
    await sandbox.close();
  }
}
