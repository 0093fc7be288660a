import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { Lanes } from "../src/stream/lanes.js";

const capacities = fc.integer({ min: 1, max: 11 });
const laneNames = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 });

/** Lanes in which each task ends when the scheduler says so, and all that can be seen of them. */
function observed(scheduler: fc.Scheduler, capacity: number) {
  const lanes = new Lanes(capacity);
  const running = new Set<string>();
  const seen = { started: [] as [string, number][], ended: 0, mostRunning: 0, mostHeld: 0, overlapped: false };
  let entered = 0;

  const enter = async (lane: string, number: number, failure?: Error) => {
    await lanes.enter(lane, async () => {
      seen.overlapped ||= running.has(lane);
      running.add(lane);
      seen.started.push([lane, number]);
      seen.mostRunning = Math.max(seen.mostRunning, running.size);
      await scheduler.schedule(Promise.resolve(), `${lane}${number}`);
      running.delete(lane);
      seen.ended += 1;
      if (failure) throw failure;
    });
    entered += 1;
    seen.mostHeld = Math.max(seen.mostHeld, entered - seen.ended);
  };
  return { lanes, seen, enter };
}

describe("whatever ends in whatever order", () => {
  test.prop([fc.scheduler(), capacities, laneNames])(
    "all tasks run, those of a lane in order and one at a time, never more than are allowed",
    async (scheduler, capacity, names) => {
      const { lanes, seen, enter } = observed(scheduler, capacity);
      const run = async () => {
        for (const [number, lane] of names.entries()) await enter(lane, number);
        await lanes.drained();
      };

      await scheduler.waitFor(run());

      expect(seen.ended).toBe(names.length);
      expect(seen.overlapped).toBe(false);
      expect(seen.mostHeld).toBeLessThanOrEqual(capacity);
      for (const lane of new Set(names)) {
        const numbers = seen.started.filter(([name]) => name === lane).map(([, number]) => number);
        expect(numbers).toEqual([...names.keys()].filter((number) => names[number] === lane));
      }
    },
  );

  test.prop([fc.scheduler(), capacities, laneNames])(
    "as many run side by side as there are lanes",
    async (scheduler, capacity, names) => {
      const { lanes, seen, enter } = observed(scheduler, capacity);
      const held = names.slice(0, capacity);

      for (const [number, lane] of held.entries()) await enter(lane, number);

      expect(seen.mostRunning).toBe(new Set(held).size);
      await scheduler.waitFor(lanes.drained());
    },
  );

  test.prop([fc.scheduler(), capacities, laneNames.filter(({ length }) => length > 0), fc.nat()])(
    "an error surfaces, the first one, and what was held is run to its end all the same",
    async (scheduler, capacity, names, which) => {
      const { lanes, seen, enter } = observed(scheduler, capacity);
      const failing = which % names.length;
      const failure = new Error("boom");
      let entered = 0;
      const run = async () => {
        for (const [number, lane] of names.entries()) {
          await enter(lane, number, number === failing ? failure : undefined);
          entered += 1;
        }
      };

      const caught = await scheduler.waitFor(
        run()
          .then(() => lanes.drained())
          .catch((error: unknown) => error),
      );

      expect(caught).toBe(failure);
      await expect(scheduler.waitFor(lanes.drained())).rejects.toBe(failure);
      expect(seen.ended).toBe(entered);
      expect(seen.overlapped).toBe(false);
    },
  );
});
