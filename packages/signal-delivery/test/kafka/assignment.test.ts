import { expect, test } from "vitest";

import { Assignment, type KnownToBroker } from "../../src/kafka/assignment.js";
import type { CommittedOffset } from "../../src/kafka/kafka-client.js";
import { markOf } from "../../src/kafka/log-mark.js";
import { PartitionJournal } from "../../src/kafka/partition-journal.js";
import { metadataOf, type PartitionProgress } from "../../src/kafka/partition-progress.js";
import { Turns } from "../../src/kafka/turns.js";
import { messageIn, messagesIn } from "./fake-kafka.js";

const at = (offset: number): PartitionProgress => ({ offset, settled: [], attempted: [] });

/** What the broker says of a partition. */
function committed(partition: number, offset: number | undefined, metadata = ""): CommittedOffset {
  return { partition, offset, metadata, wasReset: false };
}

/** What the broker answers, of partitions that begin at an offset. */
const answer = (offsets: readonly CommittedOffset[], low = 0): KnownToBroker => ({
  committed: offsets,
  bounds: [0, 1].map((partition) => ({ partition, low, high: 1_000 })),
});

/** An assignment of partitions 0 and 1. */
function assignmentForTest(...offsets: CommittedOffset[]): Assignment {
  return new Assignment([0, 1], () => Promise.resolve(answer(offsets)));
}

function journalAt(progress: PartitionProgress): PartitionJournal {
  return new PartitionJournal({
    progress,
    committed: true,
    deduplicate: true,
    markAt: () => undefined,
    turns: new Turns(),
    isOurs: () => true,
    commit: () => Promise.resolve(),
    onFenced: () => undefined,
  });
}

test("a partition goes on where its last owner has left it, with what was settled and attempted beyond", async () => {
  const left = { offset: 7, settled: [9, 12], attempted: [8] };
  const assignment = assignmentForTest(committed(0, 7, metadataOf(left)));

  expect(await assignment.progress(0, 100)).toEqual({ progress: left, committed: true });
});

test("a partition of which nothing was ever committed begins with its first message", async () => {
  const assignment = assignmentForTest(committed(0, undefined));

  expect(await assignment.progress(0, 40)).toEqual({ progress: at(40), committed: false });
});

test("the last batch counts for more than what the broker knows", async () => {
  const assignment = assignmentForTest(committed(0, 7));
  assignment.keep(0, { progress: at(20), committed: false });

  expect(await assignment.progress(0, 7)).toEqual({ progress: at(20), committed: false });
});

test("the broker is asked once; where it did not answer, once more, and nothing is taken for granted", async () => {
  let asked = 0;
  const assignment = new Assignment([0], () => {
    asked += 1;
    return asked === 1 ? Promise.reject(new Error("away")) : Promise.resolve(answer([committed(0, 7)]));
  });

  await expect(assignment.progress(0, 0)).rejects.toThrow("away");
  expect(await assignment.progress(0, 0)).toEqual({ progress: at(7), committed: true });
  await assignment.progress(0, 0);
  expect(asked).toBe(2);
});

test("the lag is what lies between the settled and the end, batches under way included", async () => {
  const assignment = assignmentForTest(committed(0, 7), committed(1, 50));
  await assignment.load();
  expect([...assignment.lags()]).toEqual([
    [0, 993],
    [1, 950],
  ]);

  assignment.sawHighWatermark(0, 10);
  assignment.sawHighWatermark(1, 40);
  expect(assignment.lags().get(0)).toBe(3);
  // Retention has taken what was committed: there is nothing less than nothing to do.
  expect(assignment.lags().get(1)).toBe(0);

  const journal = journalAt(at(7));
  assignment.follow(0, journal);
  journal.begin(7);
  journal.settle(7);
  expect(assignment.lags().get(0)).toBe(2);
});

test("a fetch without messages moves a partition on, but only forwards and not under a batch", async () => {
  const assignment = assignmentForTest(committed(0, 7), committed(1, 7));
  await assignment.load();

  assignment.passTo(0, 8);
  expect(await assignment.progress(0, 0)).toEqual({ progress: at(8), committed: false });

  assignment.passTo(0, 3);
  assignment.follow(1, journalAt(at(7)));
  assignment.passTo(1, 9);
  expect(await assignment.progress(0, 0)).toMatchObject({ progress: { offset: 8 } });
  expect(await assignment.progress(1, 0)).toMatchObject({ progress: { offset: 7 } });
});

test("a topic is through when each partition of ours is read to where it ended, and empty ones are at once", async () => {
  const until = new Map([
    [0, 10],
    [1, 0],
  ]);
  const assignment = assignmentForTest(committed(0, 9));

  expect(await assignment.areThrough(until)).toBe(false);
  expect(assignment.isThrough(1, until)).toBe(true);

  assignment.keep(0, { progress: at(10), committed: true });
  expect(await assignment.areThrough(until)).toBe(true);
});

const markIn = (log: string, offset: number) => markOf(messageIn(log, offset));

/** An assignment whose partition 0 was read up to an offset of the log "a", and where more is settled beyond it. */
async function readTo(offset: number, settled: number[] = [], low = 0): Promise<Assignment> {
  const progress = { ...at(offset), settled, mark: markIn("a", settled.at(-1) ?? offset - 1) };
  const assignment = new Assignment([0], () =>
    Promise.resolve(answer([committed(0, offset, metadataOf(progress))], low)),
  );
  await assignment.load();
  return assignment;
}

const recognize = (assignment: Assignment, log: string, from: number, to: number) =>
  assignment.recognize(0, messagesIn(log, from, to), to);

test("a batch without the mark is not believed: the mark is fetched with it", async () => {
  const assignment = await readTo(10);

  expect(recognize(assignment, "a", 10, 12)).toEqual({ log: "unknown", fetchFrom: 9 });
  expect(recognize(assignment, "a", 9, 12)).toEqual({ log: "same" });
});

test("a log that has another message in the place of the mark is another one", async () => {
  const assignment = await readTo(10);

  expect(recognize(assignment, "b", 9, 12)).toEqual({ log: "other" });
});

test("a log that ends before the mark is another one: its first message comes in place of the mark", async () => {
  const assignment = await readTo(10);
  assignment.placesToLookAt();

  expect(recognize(assignment, "b", 0, 3)).toEqual({ log: "other" });
});

test("what follows a batch with nothing but the mark, at once, is of the same log; what comes later is not believed", async () => {
  const assignment = await readTo(10);
  expect(recognize(assignment, "a", 9, 9)).toEqual({ log: "same" });
  assignment.followsAtOnce(0);

  expect(recognize(assignment, "a", 10, 10)).toEqual({ log: "same" });
  expect(recognize(assignment, "a", 11, 11)).toEqual({ log: "unknown", fetchFrom: 9 });
});

test("where more is settled beyond the offset, the last of it is the mark, and what lies before it is read then", async () => {
  const assignment = await readTo(10, [40]);

  expect(recognize(assignment, "a", 10, 20)).toEqual({ log: "unknown", fetchFrom: 40 });
  expect(recognize(assignment, "a", 40, 50)).toEqual({ log: "unknown", fetchFrom: 10 });
  expect(recognize(assignment, "a", 10, 20)).toEqual({ log: "same" });

  // The end that was lost begins after the offset.
  const lost = await readTo(10, [40]);
  expect(recognize(lost, "b", 10, 50)).toEqual({ log: "other" });
});

test("a mark that retention has taken is forgotten, and where the log begins later, it is read from there", async () => {
  const assignment = await readTo(10, [], 25);

  expect(await assignment.progress(0, 0)).toEqual({ progress: at(25), committed: false });
  expect([...assignment.placesToLookAt()]).toEqual([[0, 25]]);
  expect(recognize(assignment, "a", 25, 30)).toEqual({ log: "same" });
});

test("a mark that is gone when it is fetched may have been taken by retention: the bounds tell", async () => {
  const assignment = await readTo(10);
  assignment.placesToLookAt();

  expect(recognize(assignment, "a", 25, 30)).toEqual({ log: "mark gone", mark: 9 });
  assignment.forgetMark(0);
  expect(recognize(assignment, "a", 25, 30)).toEqual({ log: "same" });
});

test("a partition at rest is looked at by its mark, one under way is not", async () => {
  const assignment = await readTo(10);
  expect([...assignment.placesToLookAt()]).toEqual([[0, 9]]);

  assignment.follow(0, journalAt(at(10)));
  expect([...assignment.placesToLookAt()]).toEqual([]);
});

test("a log that ends before where it was read to is another one when it does so for three looks", async () => {
  const assignment = await readTo(10);

  const looks = [9, 9, 10, 9, 9, 9].map((high) => assignment.endsTooEarly(0, high));

  expect(looks).toEqual([false, false, false, false, false, true]);
});

test("a topic is not through before its log is recognized", async () => {
  const until = new Map([[0, 10]]);
  const assignment = await readTo(10);
  expect(assignment.isThrough(0, until)).toBe(false);

  recognize(assignment, "a", 9, 9);
  expect(assignment.isThrough(0, until)).toBe(true);

  assignment.forget(0);
  expect(assignment.isThrough(0, until)).toBe(false);
});

test("what is committed beyond the end is not through: it is of another log", async () => {
  const assignment = assignmentForTest(committed(0, 2_000));

  expect(await assignment.areThrough(new Map([[0, 1_000]]))).toBe(false);
});

test("the client writes down that it has begun again; that is known afterwards", async () => {
  const assignment = assignmentForTest({ ...committed(0, undefined), wasReset: true }, committed(1, undefined));
  await assignment.load();

  expect([0, 1].map((partition) => assignment.wasReset(partition))).toEqual([true, false]);
});

test("what has come since the last owner ended is not planned with care", async () => {
  const left = { offset: 7, settled: [], attempted: [], carefulBelow: 2_007, planning: { offset: 9, runs: 1 } };
  const assignment = assignmentForTest(committed(0, 7, metadataOf(left)), committed(1, 1_000, metadataOf(left)));

  const [behind, atEnd] = [await assignment.progress(0, 7), await assignment.progress(1, 7)];

  expect(behind.progress).toEqual({ ...left, carefulBelow: 1_000 });
  expect(atEnd.progress).toEqual(at(1_000));
});

test("events are planned with care though the log is no longer recognized by its mark", async () => {
  const left = { offset: 7, settled: [], attempted: [], carefulBelow: 1_000, planning: { offset: 9, runs: 1 } };
  const marked = { ...left, mark: { offset: 6, fingerprint: "0123456789a" } };
  const assignment = assignmentForTest(committed(0, 7, metadataOf(marked)));
  await assignment.load();

  assignment.forgetMark(0);

  expect(await assignment.progress(0, 7)).toEqual({ progress: left, committed: false });
});
