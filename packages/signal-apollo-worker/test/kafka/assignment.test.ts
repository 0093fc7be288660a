import type { FetchOffsetsPartition } from "kafkajs";
import { expect, test } from "vitest";

import { Assignment } from "../../src/kafka/assignment.js";
import { PartitionJournal } from "../../src/kafka/partition-journal.js";
import { metadataOf, type PartitionProgress } from "../../src/kafka/partition-progress.js";

const at = (offset: number): PartitionProgress => ({ offset, settled: [], attempted: [] });

/** What the broker says of a partition. `-1`: nothing was ever committed. */
function committed(partition: number, offset: number, metadata: string | null = null): FetchOffsetsPartition {
  return { partition, offset: String(offset), metadata };
}

/** An assignment of partitions 0 and 1. */
function assignmentForTest(...offsets: FetchOffsetsPartition[]): Assignment {
  return new Assignment([0, 1], () => Promise.resolve(offsets));
}

function journalAt(progress: PartitionProgress): PartitionJournal {
  return new PartitionJournal({
    progress,
    committed: true,
    deduplicate: true,
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
  const assignment = assignmentForTest(committed(0, -1));

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
    return asked === 1 ? Promise.reject(new Error("away")) : Promise.resolve([committed(0, 7)]);
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
    [0, 0],
    [1, 0],
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
