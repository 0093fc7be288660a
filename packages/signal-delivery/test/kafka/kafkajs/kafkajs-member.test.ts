import { EventEmitter } from "node:events";

import type { Consumer, EachBatchPayload, Kafka } from "kafkajs";
import { expect, test } from "vitest";

import { MembershipError, type MemberListener, type PartitionBatch } from "../../../src/kafka/kafka-client.js";
import { KafkaJsMember } from "../../../src/kafka/kafkajs/kafkajs-member.js";

const EVENTS = { GROUP_JOIN: "join", HEARTBEAT: "heartbeat", CRASH: "crash", END_BATCH_PROCESS: "end of batch" };

/** A consumer of kafkajs that has joined, what it was asked to do, and what the member was told. */
async function memberForTest() {
  const consumerEvents = new EventEmitter();
  const asked: unknown[] = [];
  const told: unknown[] = [];
  let onBatch: (batch: PartitionBatch) => Promise<void> = () => Promise.resolve();
  let eachBatch: (payload: EachBatchPayload) => Promise<void> = () => Promise.resolve();
  const consumer: Partial<Record<keyof Consumer, unknown>> = {
    events: EVENTS,
    on: consumerEvents.on.bind(consumerEvents),
    connect: () => Promise.resolve(),
    subscribe: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    seek: (place: unknown) => asked.push(place),
    run: (config: { eachBatch: typeof eachBatch }) => {
      asked.push("run");
      eachBatch = config.eachBatch;
      return Promise.resolve();
    },
  };
  const listener: MemberListener = {
    joined: (partitions) => told.push({ partitions }),
    alive: () => told.push("alive"),
    passed: (...place) => told.push({ passed: place }),
    unreadable: () => undefined,
    crashed: (error) => told.push(error),
    batch: (batch) => onBatch(batch),
  };
  const options = { topic: "t", groupId: "g", sessionTimeoutMs: 6_000, fetchWaitMs: 500, concurrency: 1, retries: 5 };
  const member = new KafkaJsMember({ consumer: () => consumer } as unknown as Kafka, options, new Set());
  await member.join(listener, new Map([[0, 7]]));
  const emit = (event: string, payload: object = {}) => consumerEvents.emit(event, { payload });
  emit(EVENTS.GROUP_JOIN, { memberAssignment: { t: [0] } });
  return {
    member,
    asked,
    told,
    emit,
    handle: (payload: Partial<EachBatchPayload>, handler: typeof onBatch) => {
      onBatch = handler;
      const message = { offset: "7", timestamp: "1", key: null, value: null, attributes: 0, headers: {} };
      const batch = { topic: "t", partition: 0, highWatermark: "9", messages: [message], lastOffset: () => "8" };
      return eachBatch({ batch, ...payload } as unknown as EachBatchPayload);
    },
  };
}

/** An error as the broker's, which kafkajs names by a type. */
const protocolError = (type: string) => Object.assign(new Error(`The broker says ${type}`), { type });

test("a member begins where it was told to, before anything is fetched", async () => {
  const { asked } = await memberForTest();

  expect(asked).toEqual(["run", { topic: "t", partition: 0, offset: "7" }]);
});

test("a batch has its offsets as numbers, and says where the next one begins", async () => {
  const resolved: string[] = [];
  let given: PartitionBatch | undefined;
  const { handle } = await memberForTest();

  await handle({ resolveOffset: (offset) => resolved.push(offset) }, (batch) => {
    given = batch;
    batch.continueFrom(9);
    return Promise.resolve();
  });

  expect(given).toMatchObject({
    partition: 0,
    lastOffset: 8,
    highWatermark: 9,
    messages: [{ offset: 7, timestamp: 1 }],
  });
  // kafkajs begins after the one that is resolved.
  expect(resolved).toEqual(["8"]);
});

test.each(["REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "FENCED_INSTANCE_ID"])(
  "%s is an error of the membership, and kafkajs gets its own back, to join again",
  async (type) => {
    const { handle } = await memberForTest();
    const error = protocolError(type);
    const refuse = () => Promise.reject(error);
    const seen: unknown[] = [];

    const handled = handle({ heartbeat: refuse, commitOffsetsIfNecessary: refuse }, async (batch) => {
      await batch.heartbeat().catch((reason: unknown) => seen.push(reason));
      await batch.commit(8, "").catch((reason: unknown) => seen.push(reason));
      throw seen[0];
    });

    await expect(handled).rejects.toBe(error);
    expect(seen.map((reason) => reason instanceof MembershipError)).toEqual([true, true]);
  },
);

test("other errors stay what they are", async () => {
  const { handle } = await memberForTest();
  const error = protocolError("NOT_COORDINATOR_FOR_GROUP");

  await expect(handle({ heartbeat: () => Promise.reject(error) }, (batch) => batch.heartbeat())).rejects.toBe(error);
});

test("a batch of an earlier generation commits nothing, which kafkajs would do as the latest", async () => {
  const { emit, handle } = await memberForTest();
  const commits: unknown[] = [];
  const commitOffsetsIfNecessary: EachBatchPayload["commitOffsetsIfNecessary"] = (offsets) => {
    commits.push(offsets?.topics[0]?.partitions);
    return Promise.resolve();
  };
  let refusal: unknown;

  await handle({ commitOffsetsIfNecessary }, async (batch) => {
    await batch.commit(8, "of this generation");
    emit(EVENTS.GROUP_JOIN, { memberAssignment: { t: [0] } });
    await batch.commit(9, "of an earlier one").catch((reason: unknown) => (refusal = reason));
    throw refusal;
  });

  expect(commits).toEqual([[{ partition: 0, offset: "8", metadata: "of this generation" }]]);
  expect(refusal).toBeInstanceOf(MembershipError);
});

test("what no handler sees is told: joins, heartbeats, batches without messages, and the end", async () => {
  const { told, emit } = await memberForTest();
  const error = new Error("Not authorized");

  emit(EVENTS.HEARTBEAT);
  emit(EVENTS.END_BATCH_PROCESS, { partition: 0, batchSize: 3, lastOffset: "9" });
  emit(EVENTS.END_BATCH_PROCESS, { partition: 0, batchSize: 0, lastOffset: "11" });
  emit(EVENTS.CRASH, { error: new Error("Connection closed"), restart: true });
  emit(EVENTS.CRASH, { error, restart: false });

  expect(told).toEqual([{ partitions: [0] }, "alive", { passed: [0, 12] }, error]);
});

test("a member that has left gets no batch, even if kafkajs comes back", async () => {
  const { member, handle } = await memberForTest();
  let batches = 0;

  await member.leave();
  await handle({}, () => {
    batches += 1;
    return Promise.resolve();
  });

  expect(batches).toBe(0);
});
