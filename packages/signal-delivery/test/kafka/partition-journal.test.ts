import { setImmediate } from "node:timers/promises";

import { expect, test } from "vitest";

import { PartitionJournal, type PartitionJournalOptions } from "../../src/kafka/partition-journal.js";
import { MAX_WINDOW, metadataOf, type PartitionProgress } from "../../src/kafka/partition-progress.js";
import { Turns } from "../../src/kafka/turns.js";

/** A journal that begins at offset 10, and what was committed. */
function journalForTest(options: Partial<PartitionJournalOptions> = {}) {
  const commits: PartitionProgress[] = [];
  const world = { ours: true, fenced: 0 };
  const journal = new PartitionJournal({
    progress: { offset: 10, settled: [], attempted: [] },
    committed: true,
    deduplicate: true,
    markAt: () => undefined,
    turns: new Turns(),
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

test("a record that is written is committed with what is left to do, and is not attempted any more", async () => {
  const { journal, commits } = journalForTest({ deduplicate: false });
  journal.begin(10);
  await journal.attempt(10);

  await journal.progressed(10, "id-10");
  await journal.attempt(10, true);

  expect(commits).toEqual([
    { offset: 10, settled: [], attempted: [10] },
    { offset: 10, settled: [], attempted: [], partial: [[10, "id-10"]] },
  ]);
  expect(journal.resumeOf(10)).toBe("id-10");
  journal.settle(10);
  expect(journal.progress).toEqual({ offset: 11, settled: [], attempted: [] });
});

test("with deduplication a record that is written is committed with the next commit, soon enough", async () => {
  const { journal, commits } = journalForTest();
  journal.begin(10);

  await journal.progressed(10, "id-10");
  expect(commits).toEqual([]);
  await journal.commit();

  expect(commits).toEqual([{ offset: 10, settled: [], attempted: [], partial: [[10, "id-10"]] }]);
});

test("a later owner knows what is left to do", () => {
  const { journal } = journalForTest({
    deduplicate: false,
    progress: { offset: 10, settled: [], attempted: [], partial: [[11, "id-11"]] },
  });

  expect([journal.resumeOf(10), journal.resumeOf(11), journal.wasInFlight(11)]).toEqual([undefined, "id-11", false]);
});

test.each([true, false])(
  "what a commit has no room for is not forgotten: with deduplication %s a later owner does not write it twice",
  async (deduplicate) => {
    const { journal } = journalForTest({ deduplicate });
    const offsets = Array.from({ length: 200 }, (_, index) => 10 + index);
    for (const offset of offsets) journal.begin(offset);
    for (const offset of offsets) await journal.progressed(offset, `66f1c0ffee0a0000000${offset}`);

    const { partial = [], attempted } = journal.progress;

    expect(partial.length).toBeGreaterThan(50);
    expect(partial.length).toBeLessThan(200);
    expect(Buffer.byteLength(metadataOf(journal.progress))).toBeLessThanOrEqual(4_096);
    const known = [...partial.map(([offset]) => offset), ...attempted];
    // With it, writing again is harmless.
    if (!deduplicate) expect(known.sort((one, other) => one - other)).toEqual(offsets);
    else expect(attempted).toEqual([]);
  },
);

test("without deduplication a record that is written is no longer ours if the broker does not take the commit", async () => {
  const { journal, world } = journalForTest({
    deduplicate: false,
    commit: () => Promise.reject(new Error("away")),
  });
  journal.begin(10);

  await expect(journal.progressed(10, "id")).rejects.toThrow("away");

  expect(world.fenced).toBe(1);
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
  expect([10, 11, 12].map((position) => journal.wasInFlight(position))).toEqual([true, false, false]);
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

/** What the last owner has committed, if it ended in the middle of a batch. */
const endedAt = (offset: number): PartitionProgress => ({
  offset,
  settled: [],
  attempted: [],
  carefulBelow: offset + MAX_WINDOW,
});

test("a batch commits once that it is under way, before its first event, and at its end that it is not", async () => {
  const { journal, commits } = journalForTest();

  await journal.start();
  await journal.start();
  expect(commits).toEqual([{ offset: 10, settled: [], attempted: [], carefulBelow: 10 + MAX_WINDOW }]);
  journal.begin(10);
  journal.settle(10);
  await journal.close();

  expect(commits.slice(1)).toEqual([{ offset: 11, settled: [], attempted: [] }]);
});

test("a batch whose beginning the broker does not take takes up nothing", async () => {
  const { journal, world } = journalForTest({ commit: () => Promise.reject(new Error("away")) });

  await journal.start();

  expect(world.fenced).toBe(1);
});

test("an event is planned without a commit if no owner has ended", async () => {
  const { journal, commits } = journalForTest();
  await journal.start();
  commits.length = 0;

  expect(journal.planning(10)).toBeUndefined();
  journal.planned();
  await setImmediate();

  expect(commits).toEqual([]);
});

test("after an owner has ended, each event that it may have planned is committed before it is planned, and after", async () => {
  const { journal, commits } = journalForTest({ progress: endedAt(10) });
  await journal.start();
  commits.length = 0;

  await journal.planning(10);
  expect(commits.map(({ planning }) => planning)).toEqual([{ offset: 10, runs: 1 }]);
  journal.planned();
  await setImmediate();

  expect(commits.map(({ planning }) => planning)).toEqual([{ offset: 10, runs: 1 }, undefined]);
  expect(journal.planning(10 + MAX_WINDOW)).toBeUndefined();
});

test("what was not planned with care before the end of a batch is left to the next one", async () => {
  const { journal, commits } = journalForTest({ progress: endedAt(10) });
  await journal.start();
  await journal.planning(10);
  journal.begin(10);
  journal.planned();
  journal.settle(10);

  await journal.close();

  expect(commits.at(-1)).toEqual({ offset: 11, settled: [], attempted: [], carefulBelow: 10 + MAX_WINDOW });
});

test("an event over which two owners have ended is not planned, and forgotten when it is settled", async () => {
  const { journal, commits } = journalForTest({ progress: { ...endedAt(10), planning: { offset: 11, runs: 2 } } });
  for (const position of [10, 11]) journal.begin(position);

  expect([10, 11, 12].map((position) => journal.hasEndedRuns(position))).toEqual([false, true, false]);
  journal.settle(11);
  await journal.commit();

  expect(journal.hasEndedRuns(11)).toBe(false);
  expect(commits.at(-1)).not.toHaveProperty("planning");
});

test("an event over which one owner has ended is planned once more, and counted", async () => {
  const { journal, commits } = journalForTest({ progress: { ...endedAt(10), planning: { offset: 11, runs: 1 } } });
  for (const position of [10, 11]) journal.begin(position);

  expect(journal.hasEndedRuns(11)).toBe(false);
  await journal.planning(10);
  journal.planned();
  await setImmediate();
  await journal.planning(11);

  expect(commits.map(({ planning }) => planning)).toEqual([
    { offset: 10, runs: 1 },
    { offset: 11, runs: 1 },
    { offset: 11, runs: 2 },
  ]);
});

test("events of two partitions are not planned with care at the same time: one of them would be suspected of what the other does", async () => {
  const turns = new Turns();
  const one = journalForTest({ progress: endedAt(10), turns });
  const other = journalForTest({ progress: endedAt(10), turns });
  await one.journal.planning(10);

  const planning = other.journal.planning(10);
  await setImmediate();
  expect(other.commits).toEqual([]);
  one.journal.planned();
  await planning;

  expect(one.commits.at(-1)).not.toHaveProperty("planning");
  expect(other.commits.at(-1)).toMatchObject({ planning: { offset: 10, runs: 1 } });
});

test("a commit that names the event that is being planned has the mark of its message: in another log it is another event", async () => {
  const { journal, commits } = journalForTest({
    progress: endedAt(10),
    markAt: (offset) => ({ offset, fingerprint: `of ${offset}` }),
  });
  journal.begin(10);
  journal.begin(11);

  await journal.planning(11);

  expect(commits.at(-1)).toMatchObject({ planning: { offset: 11 }, mark: { offset: 11 } });
});

test("if the broker does not take it that an event is being planned, the batch ends and nothing is thrown", async () => {
  const { journal, world } = journalForTest({
    progress: endedAt(10),
    commit: () => Promise.reject(new Error("away")),
  });

  await journal.planning(10);

  expect(world.fenced).toBe(1);
});
