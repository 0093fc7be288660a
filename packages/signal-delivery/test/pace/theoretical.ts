import type { Plan } from "@datafly/apollo-sandbox";

/** How long the windows alone would make a number of calls take, in milliseconds, if calls took no time. */
export function theoreticalMs(plan: Plan, calls: number): number {
  const windows = [
    { lengthMs: 60_000, limit: plan.minute, used: 0, openedAt: -Infinity },
    { lengthMs: 3_600_000, limit: plan.hour, used: 0, openedAt: -Infinity },
    { lengthMs: 86_400_000, limit: plan.day, used: 0, openedAt: -Infinity },
  ];
  let now = 0;
  for (let call = 0; call < calls; call++) {
    for (const { limit, used, openedAt, lengthMs } of windows) {
      if (limit !== null && used >= limit && now < openedAt + lengthMs) now = openedAt + lengthMs;
    }
    for (const window of windows) {
      if (now >= window.openedAt + window.lengthMs) Object.assign(window, { openedAt: now, used: 0 });
      window.used += 1;
    }
  }
  return now;
}
