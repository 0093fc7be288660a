import { setImmediate } from "node:timers/promises";

import { expect, test } from "vitest";

import { GroupedWrites } from "../src/stream/grouped-writes.js";

/** Notes what is written at once. */
function writesForTest(pauseMs?: number) {
  const written: string[] = [];
  const writes = new GroupedWrites((text) => {
    written.push(text);
    return Promise.resolve();
  }, pauseMs);
  return { writes, written };
}

test("with a pause, lines that come after a write go together into the next, and each knows when it is written", async () => {
  const { writes, written } = writesForTest(20);
  await writes.add("first");
  expect(written).toEqual(["first\n"]);

  const second = writes.add("second").then(() => [...written]);
  await setImmediate();
  const third = writes.add("third").then(() => [...written]);

  expect(await Promise.all([second, third])).toEqual([
    ["first\n", "second\nthird\n"],
    ["first\n", "second\nthird\n"],
  ]);
});

test("without a pause, a line is written as soon as the one before is", async () => {
  const { writes, written } = writesForTest();
  await writes.add("first");

  const second = writes.add("second");
  await setImmediate();
  const third = writes.add("third");
  await Promise.all([second, third]);

  expect(written).toEqual(["first\n", "second\n", "third\n"]);
});

test("who waits until nothing is written waits for a line that waits for its turn, too", async () => {
  const { writes, written } = writesForTest(20);
  await writes.add("first");
  void writes.add("second");

  await writes.idle();

  expect(written).toEqual(["first\n", "second\n"]);
});
