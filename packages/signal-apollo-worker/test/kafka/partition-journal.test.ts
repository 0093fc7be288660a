import { setImmediate } from "node:timers/promises";

import { expect, test } from "vitest";

import { PartitionJournal, type PartitionJournalOptions } from "../../src/kafka/partition-journal.js";
import { MAX_WINDOW, type PartitionProgress } from "../../src/kafka/partition-progress.js";

/** A journal that begins at offset 10, and what was committed. */
function journalForTest(options: Partial<PartitionJournalOptions> = {}) {
  const commits: PartitionProgress[] = [];
  const world = { ours: true, fenced: 0 };
  const journal = new PartitionJournal({
    progress: { offset: 10, settled: [], attempted: [] },
    committed: true,
    deduplicate: true,
    markAt: () => undefined,
    isOurs: () => world.ours,
    commit: (progress) => {
      commits.push(progress);
      return Promise.resolve();
    },
    onFenced: () => {
      world.fenced += 1;
    },
    ...options,
  });
  return { journal, commits, world };
}

test("what is settled out of order is committed beside the offset, and not before it", async () => {
  const { journal, commits } = journalForTest();
  for (const position of [10, 11, 12]) journal.begin(position);

  journal.settle(11);
  await journal.commit();
  journal.settle(10);
  await journal.commit();
  await journal.commit();

  expect(commits).toEqual([
    { offset: 10, settled: [11], attempted: [] },
    { offset: 12, settled: [], attempted: [] },
  ]);
});

test("a commit that the broker does not take is made again", async () => {
  let refuse = true;
  const commits: PartitionProgress[] = [];
  const { journal } = journalForTest({
    commit: (progress) => {
      commits.push(progress);
      return refuse ? Promise.reject(new Error("away")) : Promise.resolve();
    },
  });
  journal.begin(10);
  journal.settle(10);

  await expect(journal.commit()).rejects.toThrow("away");
  refuse = false;
  await journal.commit();

  expect(commits).toHaveLength(2);
});

test("what an earlier batch could not commit is committed, though nothing changes", async () => {
  const { journal, commits } = journalForTest({ committed: false });

  await journal.commit();

  expect(commits).toEqual([{ offset: 10, settled: [], attempted: [] }]);
});

test("without deduplication an attempt is committed before the call, and not after it was certainly in vain", async () => {
  const { journal, commits } = journalForTest({ deduplicate: false });
  journal.begin(10);

  await journal.attempt(10);
  expect(commits).toEqual([{ offset: 10, settled: [], attempted: [10] }]);
  journal.withdraw(10);
  await journal.commit();

  expect(commits.at(-1)).toEqual({ offset: 10, settled: [], attempted: [] });
});

test("with deduplication an attempt costs no commit", async () => {
  const { journal, commits } = journalForTest();
  journal.begin(10);

  await journal.attempt(10);

  expect(commits).toEqual([]);
});

test("nothing of a partition that is another worker's is sent or committed", async () => {
  const { journal, commits, world } = journalForTest();
  journal.begin(10);
  journal.settle(10);
  journal.begin(11);
  world.ours = false;

  await expect(journal.attempt(11)).rejects.toThrow("another worker's");
  await expect(journal.commit()).rejects.toThrow("another worker's");

  expect(commits).toEqual([]);
  expect(world.fenced).toBe(1);
});

test("an attempt during whose commit the partition was lost is not made", async () => {
  const lost = journalForTest({
    deduplicate: false,
    commit: () => {
      lost.world.ours = false;
      return Promise.resolve();
    },
  });
  lost.journal.begin(10);

  await expect(lost.journal.attempt(10)).rejects.toThrow("another worker's");

  expect(lost.world.fenced).toBe(1);
});

test("what the last owner has settled is settled, and what it was sending may have been delivered", () => {
  const { journal } = journalForTest({ progress: { offset: 10, settled: [12], attempted: [10] } });

  expect([10, 11, 12].map((position) => journal.isSettled(position))).toEqual([false, false, true]);
  expect([10, 11, 12].map((position) => journal.wasInTheAir(position))).toEqual([true, false, false]);
  expect(journal.progress).toEqual({ offset: 10, settled: [12], attempted: [10] });
});

test("offsets that are gone, by retention or a transaction's end, are passed over: an attempt beyond them is recorded", async () => {
  const { journal, commits } = journalForTest({ deduplicate: false });
  const far = 10 + 3 * MAX_WINDOW;

  journal.begin(far);
  await journal.attempt(far);

  expect(commits).toEqual([{ offset: far, settled: [], attempted: [far] }]);
});

test("a position too far from the watermark waits for room", async () => {
  const { journal } = journalForTest();
  const stop = new AbortController();
  journal.begin(10);
  journal.begin(11);
  const seen: string[] = [];

  const room = journal.room(10 + MAX_WINDOW, stop.signal).then(() => seen.push("room"));
  journal.settle(11);
  await setImmediate();
  expect(seen).toEqual([]);
  journal.settle(10);
  await room;

  expect(seen).toEqual(["room"]);
});

test("who waits for room is let go when the batch is stopped", async () => {
  const { journal } = journalForTest();
  const stop = new AbortController();
  journal.begin(10);

  const room = journal.room(10 + MAX_WINDOW, stop.signal);
  stop.abort();

  await expect(room).resolves.toBeUndefined();
});

test("a commit has the mark of the last message that it is about, of this batch or of one before", async () => {
  const markAt = (offset: number) =>
    offset < 10 ? undefined : { offset: Math.min(offset, 12), fingerprint: `of ${Math.min(offset, 12)}` };
  const before = { offset: 9, fingerprint: "of 9" };
  const { journal, commits } = journalForTest({
    progress: { offset: 10, settled: [], attempted: [], mark: before },
    committed: false,
    markAt,
  });

  await journal.commit();
  for (const position of [10, 11, 12]) journal.begin(position);
  journal.settle(12);
  await journal.commit();
  journal.settle(10);
  await journal.commit();

  expect(commits.map(({ mark }) => mark?.offset)).toEqual([9, 12, 12]);
});

test("without deduplication it is committed before a letter is written that the event may have been sent", async () => {
  const { journal, commits } = journalForTest({ deduplicate: false });
  journal.begin(10);

  await journal.beforeDeadLetter(10);
  expect(commits).toEqual([{ offset: 10, settled: [], attempted: [10] }]);
  journal.settle(10);
  await journal.commit();

  expect(commits.at(-1)).toEqual({ offset: 11, settled: [], attempted: [] });
});

test("with deduplication a letter costs no commit of its own", async () => {
  const { journal, commits } = journalForTest();
  journal.begin(10);

  await journal.beforeDeadLetter(10);

  expect(commits).toEqual([]);
});

test("an attempt is not forgotten because the commit before its letter failed", async () => {
  let away = false;
  const { journal, world } = journalForTest({
    deduplicate: false,
    commit: () => (away ? Promise.reject(new Error("away")) : Promise.resolve()),
  });
  for (const position of [10, 11]) journal.begin(position);
  await journal.attempt(10);
  away = true;
  journal.begin(12);
  journal.settle(11);

  await expect(journal.beforeDeadLetter(10)).rejects.toThrow("away");

  expect(journal.progress.attempted).toEqual([10]);
  expect(world.fenced).toBe(1);
});
