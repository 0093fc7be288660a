import type { Plan } from "@datafly/apollo-sandbox";

import { APOLLO } from "../../packages/signal-apollo-worker/src/apollo-connector.js";
import { Pacer } from "../../packages/signal-delivery/src/pace/pacer.js";
import { drain, type Gate } from "../../packages/signal-delivery/test/pace/drain.js";
import { theoreticalMs } from "../../packages/signal-delivery/test/pace/theoretical.js";
import type { VirtualTime } from "../../packages/signal-delivery/test/pace/virtual-time.js";
import { rowOf, type Effort, type Row } from "../row.js";

const CONCURRENCY = 4;
const HOUR_MS = 3_600_000;
const plans = {
  free: { minute: 50, hour: 200, day: 600 },
  professional: { minute: 200, hour: 400, day: 2000 },
  organization: { minute: 200, hour: 600, day: 6000 },
} as const satisfies Record<string, Plan>;

/** Sends, and where Apollo refuses, waits as long as it was told to; each call for itself. */
function fireAndObey(time: VirtualTime): Gate {
  return {
    run: async (_signal, call) => {
      const { result, report } = await call();
      if (report.throttledForMs !== undefined) await time.sleep(report.throttledForMs);
      return result;
    },
  };
}

/**
 * A token bucket that holds what a minute allows and is filled at that rate, which is what a general queue offers; after a refusal it obeys,
 * too.
 */
function tokenBucket(perMinute: number): (time: VirtualTime) => Gate {
  return (time) => {
    const obeying = fireAndObey(time);
    const perMs = perMinute / 60_000;
    let tokens = perMinute;
    let filledAt = time.now();
    return {
      run: async (signal, call) => {
        const now = time.now();
        tokens = Math.min(perMinute, tokens + (now - filledAt) * perMs) - 1;
        filledAt = now;
        // Below zero it is owed to those who wait.
        if (tokens < 0) await time.sleep(-tokens / perMs);
        return obeying.run(signal, call);
      },
    };
  };
}

/** How well the quota is used, in virtual time: the answers are the sandbox's, the hours are not waited for. */
export async function paceRows({ quick, progress }: Effort): Promise<Row[]> {
  const events = quick ? 500 : 5_000;
  const rows: Row[] = [];
  for (const [name, plan] of Object.entries(plans)) {
    const gates = {
      "our pacer": (time: VirtualTime, concurrency: number) => new Pacer(time, concurrency, APOLLO.quotas),
      "fire and obey retry-after": fireAndObey,
      "token bucket at the minute's rate": tokenBucket(plan.minute),
    };
    for (const [label, gate] of Object.entries(gates)) {
      progress(`${events} events on the ${name} plan: ${label}`);
      const { tookMs, refused } = await drain({ plan, events, concurrency: CONCURRENCY, gate });
      rows.push(
        rowOf(
          {
            id: `pace.${name}.${label}`,
            what: `${events.toLocaleString("en")} events on the ${name} plan, ${label}`,
            unit: "hours",
            against: "what the windows allow",
            note: `${refused.toLocaleString("en")} refused (429)`,
            ...(label === "our pacer" && { goal: { atMost: 1.02 } }),
          },
          [tookMs / HOUR_MS],
          [theoreticalMs(plan, events) / HOUR_MS],
        ),
      );
    }
  }
  return rows;
}
