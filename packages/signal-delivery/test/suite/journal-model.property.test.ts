import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";

import { folderForTest } from "../support/folder.js";
import { live, type Circumstances, type Death } from "./life.js";
import { seed, sized } from "./size.js";
import { SmallWorld, type Answer, type SmallEvent } from "./small-world.js";

const answer = fc.constantFrom<Answer>(
  "delivered",
  "lost_before_write",
  "lost_after_write",
  "refused",
  "throttled",
  "unreachable",
);
const streams = fc
  .array(
    fc.record({
      kind: fc.constantFrom<SmallEvent["kind"]>("lead", "lead", "lead", "dropped", "rejected"),
      person: fc.constantFrom("a", "b", "c", "d"),
      answers: fc.array(answer, { maxLength: 4 }),
      listAnswers: fc.option(fc.array(answer, { maxLength: 4 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 16 },
  )
  .map((parts) => parts.map((part, index): SmallEvent => ({ ...part, position: index + 1 })));
const deaths = fc.array(
  fc.record<Death>({
    afterSteps: fc.integer({ min: 1, max: 30 }),
    linger: fc.boolean(),
    lost: fc.constantFrom(0, 0, 0.5, 1),
  }),
  { maxLength: 4 },
);

test.prop([fc.scheduler(), streams, deaths, fc.boolean()], { numRuns: sized(100, 2_000), seed, endOnFailure: true })(
  "whatever ends in whatever order, and whenever the program dies: what is settled stays settled, and nothing else is",
  async (scheduler, events, itsDeaths, deduplicate) => {
    const folder = await folderForTest();
    const world = new SmallWorld(deduplicate);
    const known = new Set<number>();
    const circumstances: Circumstances = {
      folder,
      input: await folder.write("input", events),
      world,
      scheduler,
      deduplicate,
      onBirth: (journal, dead) => {
        for (const { position, kind } of events) {
          const settled = position <= journal.start.position || journal.isSettled(position);
          const truly = kind === "dropped" || dead.includes(position) || world.delivered.has(position);
          if (settled && !truly) world.broken.push(`${position} is called settled, and is not.`);
          if (!settled && known.has(position)) world.broken.push(`${position} was settled, and is forgotten.`);
          if (settled) known.add(position);
        }
      },
    };

    let life = 0;
    const liveOn = async () => {
      for (const death of itsDeaths) await live(circumstances, life++, death);
      // A host that was never reached stops the line; the next life goes on, and has one such answer less before it.
      while (known.size < events.length && life < itsDeaths.length + 80) await live(circumstances, life++);
      expect(await live(circumstances, life++)).toBe(0);
    };
    await scheduler.waitFor(liveOn());

    expect(world.broken).toEqual([]);
    const letters = await folder.deadLetters(`dead-${life}`);
    const dead = new Set(letters.map(({ position }) => position));
    expect(dead.size).toBe(letters.length);
    for (const { position, kind, person, listAnswers } of events) {
      if (listAnswers !== undefined && world.delivered.has(position)) expect(world.listed).toContain(position);
      const writes = world.writes.get(position) ?? 0;
      if (kind === "lead") expect(dead.has(position) || world.delivered.has(position)).toBe(true);
      else expect(writes).toBe(0);
      expect(dead.has(position) && kind === "dropped").toBe(false);
      if (kind === "rejected") expect(dead).toContain(position);
      if (!deduplicate) expect(writes).toBeLessThanOrEqual(1);
      // An event that was delivered, forgotten in a death, sent again and then refused is a dead letter.
      const newest = world.delivered.has(position) && !dead.has(position);
      if (newest) expect(world.lastOf.get(person)).toBeGreaterThanOrEqual(position);
    }
  },
  sized(60_000, 900_000),
);
