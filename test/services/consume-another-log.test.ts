import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { startSandbox, type RecordedRequest, type Sandbox } from "@datafly/apollo-sandbox";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { emailOf, lead } from "../../packages/signal-delivery/test/support/events.js";
import { startProgram } from "../../packages/signal-delivery/test/support/program.js";
import { worldOn, type Message } from "./consume-world.js";
import { hasKafka, startKafka, unlessKafka, type KafkaForTest } from "./kafka-broker.js";

/** For `expect.poll`: what happens in other processes takes its time. */
const waiting = { timeout: 60_000, interval: 50 };

async function sandboxForTest(): Promise<Sandbox> {
  const sandbox = await startSandbox({ plan: "unlimited", matchDelayMs: 0 });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** Leads of the people from one number up to another, both included. */
function leadsOf(from: number, to: number): Message[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    key: emailOf(from + index),
    value: JSON.stringify(lead(from + index)),
  }));
}

const emailsOf = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => emailOf(from + index)).sort();

const contactsOf = (sandbox: Sandbox) =>
  sandbox
    .contacts()
    .map(({ email }) => email ?? "")
    .sort();

describe.skipIf(!hasKafka)(`signal-apollo consume, when the log is not the one that it read${unlessKafka}`, () => {
  let kafka: KafkaForTest;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka.close());

  test.each([
    ["fewer", 20],
    ["as many", 30],
    ["more", 50],
  ])(
    "a topic that is recreated under a running worker, with %s messages, is delivered whole",
    async (_, count) => {
      const sandbox = await sandboxForTest();
      const world = await worldOn(kafka, 1);
      await world.produce(leadsOf(1, 30));
      const worker = world.worker(sandbox);
      await expect.poll(() => sandbox.contacts().length, waiting).toBe(30);
      await world.settled(worker);

      await world.recreate();
      await world.produce(leadsOf(101, 100 + count));

      await expect
        .poll(() => contactsOf(sandbox), waiting)
        .toEqual([...emailsOf(1, 30), ...emailsOf(101, 100 + count)].sort());
      await world.settled(worker);
      worker.process.kill("SIGTERM");
      expect((await worker.ended).exitCode).toBe(143);
      expect(worker.output()).toContain("is not the log that was read before");
    },
    120_000,
  );

  test("a topic that is recreated while a worker is busy with it is delivered whole", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);
    await world.produce(leadsOf(1, 30));
    // The worker neither fetches nor learns of anything while this call is made.
    sandbox.failNext({ kind: "slow", delayMs: 8_000 });
    const worker = world.worker(sandbox);
    await expect.poll(() => sandbox.requests().length, waiting).toBeGreaterThan(0);

    await world.recreate();
    await world.produce(leadsOf(101, 150));

    await expect.poll(() => contactsOf(sandbox), waiting).toEqual(expect.arrayContaining(emailsOf(101, 150)));
    await world.settled(worker);
    worker.process.kill("SIGTERM");
    await worker.ended;
  }, 120_000);

  test.each([20, 50])(
    "a topic that is recreated between two workers, with %i messages, is delivered whole",
    async (count) => {
      const sandbox = await sandboxForTest();
      const world = await worldOn(kafka, 1);
      await world.produce(leadsOf(1, 30));
      const first = world.worker(sandbox);
      await world.settled(first);
      first.process.kill("SIGTERM");
      await first.ended;
      await world.recreate();
      await world.produce(leadsOf(101, 100 + count));

      const second = world.worker(sandbox);

      await expect
        .poll(() => contactsOf(sandbox), waiting)
        .toEqual([...emailsOf(1, 30), ...emailsOf(101, 100 + count)].sort());
      second.process.kill("SIGTERM");
      await second.ended;
    },
    120_000,
  );

  test("what is committed beyond the end of the log is not believed", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);
    await world.produce(leadsOf(1, 20));
    await world.admin.setOffsets({
      groupId: world.group,
      topic: world.topic,
      partitions: [{ partition: 0, offset: "100" }],
    });

    const worker = world.worker(sandbox);

    await expect.poll(() => contactsOf(sandbox), waiting).toEqual(emailsOf(1, 20));
    worker.process.kill("SIGTERM");
    await worker.ended;
  });

  test.each([20, 50])(
    "without deduplication a worker stops at another log, of %i messages, again and again, until somebody says where to begin",
    async (count) => {
      const sandbox = await sandboxForTest();
      const world = await worldOn(kafka, 1);
      await world.produce(leadsOf(1, 30));
      const worker = world.worker(sandbox, ["--no-dedupe"]);
      await expect.poll(() => sandbox.contacts().length, waiting).toBe(30);
      await world.settled(worker);

      await world.recreate();
      await world.produce(leadsOf(101, 100 + count));
      const { exitCode, stderr } = await worker.ended;
      const again = await world.worker(sandbox, ["--no-dedupe"]).ended;

      for (const end of [{ exitCode, stderr }, again]) {
        expect(end.exitCode).toBe(3);
        expect(end.stderr).toContain("is not the log that was read before");
        expect(end.stderr).toContain("--reset-offsets");
      }
      expect(callsTo(sandbox)).toHaveLength(30);

      await world.admin.setOffsets({
        groupId: world.group,
        topic: world.topic,
        partitions: [{ partition: 0, offset: "0" }],
      });
      const last = world.worker(sandbox, ["--no-dedupe"]);
      await expect
        .poll(() => contactsOf(sandbox), waiting)
        .toEqual([...emailsOf(1, 30), ...emailsOf(101, 100 + count)].sort());
      last.process.kill("SIGTERM");
      await last.ended;
      expect(callsTo(sandbox)).toHaveLength(30 + count);
    },
    120_000,
  );

  test("dead letters of a recreated topic are listed and replayed from its beginning", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);
    const dead = `${world.topic}-dlq`;
    await world.produce(leadsOf(1, 30));
    sandbox.failNext({ kind: "status", status: 422 }, 30);
    const worker = world.worker(sandbox);
    await world.settled(worker);
    const where = ["--brokers", kafka.brokers, "--topic", dead, "--group", world.group];
    const env = { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url };
    await startProgram(["dead-letters", "replay", "--session-timeout", "6", ...where], { env }).ended;
    expect(sandbox.contacts()).toHaveLength(30);
    await world.admin.deleteTopics({ topics: [dead] });
    while ((await world.admin.listTopics()).includes(dead)) await setTimeout(20);
    await kafka.createTopic(dead);
    sandbox.failNext({ kind: "status", status: 422 }, 20);
    await world.produce(leadsOf(101, 120));
    await world.settled(worker);
    worker.process.kill("SIGTERM");
    await worker.ended;
    // As a broker would have it that does not forget the offsets of topics that are deleted.
    await world.admin.setOffsets({
      groupId: `${world.group}-replay`,
      topic: dead,
      partitions: [{ partition: 0, offset: "30" }],
    });

    const listed = await startProgram(["dead-letters", "list", ...where], { env }).ended;
    const replayed = await startProgram(["dead-letters", "replay", "--session-timeout", "6", ...where], { env }).ended;

    expect(listed.stdout.split("\n").filter((line) => line !== "")).toHaveLength(20);
    expect(replayed.stderr).toContain("20 events: 20 delivered");
    expect(sandbox.contacts()).toHaveLength(50);
  }, 120_000);
});

describe.skipIf(!hasKafka)(`signal-apollo consume, when a log has lost its end${unlessKafka}`, () => {
  /** A broker whose topic has lost what was read last, as it is when a replica leads that did not have it. */
  async function lostEnd(flags: readonly string[], produced: number) {
    const kafka = await startKafka();
    onTestFinished(() => kafka.close());
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);
    const log = join(kafka.data, `${world.topic}-0`);
    await world.produce(leadsOf(1, 20));
    await kafka.stop();
    await cp(log, `${kafka.data}-kept`, { recursive: true });
    await kafka.start();
    await world.produce(leadsOf(21, 30));
    const worker = world.worker(sandbox, flags);
    await expect.poll(() => sandbox.contacts().length, waiting).toBe(30);
    await world.settled(worker);
    await kafka.stop();
    await rm(log, { recursive: true });
    await cp(`${kafka.data}-kept`, log, { recursive: true });
    await rm(`${kafka.data}-kept`, { recursive: true });
    await kafka.start();
    await world.produce(leadsOf(101, 100 + produced));
    return { sandbox, world, worker };
  }

  test.each([5, 25])(
    "%i leads that follow are delivered",
    async (count) => {
      const { sandbox, worker } = await lostEnd([], count);

      await expect
        .poll(() => contactsOf(sandbox), waiting)
        .toEqual([...emailsOf(1, 30), ...emailsOf(101, 100 + count)].sort());
      worker.process.kill("SIGTERM");
      await worker.ended;
    },
    120_000,
  );

  test("without deduplication the worker stops, and nothing is sent twice", async () => {
    const { sandbox, worker } = await lostEnd(["--no-dedupe"], 25);

    expect((await worker.ended).exitCode).toBe(3);
    expect(callsTo(sandbox)).toHaveLength(30);
  }, 120_000);
});

/** The calls that create contacts. A check of the key writes nothing. */
function callsTo(sandbox: Sandbox): readonly RecordedRequest[] {
  return sandbox.requests().filter(({ method }) => method === "POST");
}
