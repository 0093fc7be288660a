import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";

import { Watermark } from "../src/journal/watermark.js";

/** Steps: begin the next position, so many further on, or settle one of those that are open. */
const step = fc.oneof(
  fc.record({ kind: fc.constant("begin" as const), gap: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant("settle" as const), which: fc.nat() }),
);

test.prop([fc.array(step, { maxLength: 60 })])("the watermark is what a look at all positions would say", (steps) => {
  const watermark = new Watermark();
  const begun: { position: number; settled: boolean }[] = [];

  for (const next of steps) {
    const open = begun.filter(({ settled }) => !settled);
    if (next.kind === "begin") {
      const position = (begun.at(-1)?.position ?? 0) + next.gap;
      begun.push({ position, settled: false });
      watermark.begin(position);
    } else {
      const one = open[next.which % open.length];
      if (one === undefined) continue;
      one.settled = true;
      watermark.settle(one.position);
    }

    const firstOpen = begun.findIndex(({ settled }) => !settled);
    const below = firstOpen === -1 ? begun : begun.slice(0, firstOpen);
    const beyond = begun.slice(below.length).filter(({ settled }) => settled);
    expect(watermark.position).toBe(below.at(-1)?.position ?? 0);
    expect(watermark.settledBeyond()).toEqual(beyond.map(({ position }) => position));
  }
});
