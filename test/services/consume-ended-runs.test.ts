import { pathToFileURL } from "node:url";
import { writeFile } from "node:fs/promises";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { startSandbox, type Sandbox } from "@datafly/apollo-sandbox";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { leads, leadWith } from "../../packages/signal-delivery/test/support/events.js";
import { startProgram } from "../../packages/signal-delivery/test/support/program.js";
import { worldOn, type Message, type Worker, type World } from "./consume-world.js";
import { hasKafka, startKafka, unlessKafka, type KafkaForTest } from "./kafka-broker.js";

/** For `expect.poll`: what happens in other processes takes its time. */
const waiting = { timeout: 60_000, interval: 1 };

async function sandboxForTest(): Promise<Sandbox> {
  const sandbox = await startSandbox({ plan: "unlimited", matchDelayMs: 0 });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

const eventMessage = (event: Record<string, unknown>): Message => ({
  key: (event.traits as { email: string }).email,
  value: JSON.stringify(event),
});

/** Ends or blocks the process as soon as its address is lowercased. No real event is known that does. */
const hostile = leadWith(1_000, { email: "hostile@lead.example" });

/** 20 leads, the hostile event, 20 leads. */
const mixed = [...leads(20), hostile, ...leads(40).slice(20)].map(eventMessage);

const DIES = 'process.kill(process.pid, "SIGKILL"); for (;;);';
const HANGS = "for (;;);";

/** Loaded before the program: makes the hostile event do what it does. */
async function preloaded(effect: string): Promise<{ NODE_OPTIONS: string }> {
  const folder = mkdtempSync(join(tmpdir(), "signal-apollo-hostile-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, "hostile.mjs");
  await writeFile(
    path,
    `const { toLowerCase } = String.prototype;
String.prototype.toLowerCase = function () {
  if (this.startsWith("hostile@")) { ${effect} }
  return toLowerCase.call(this);
};`,
  );
  return { NODE_OPTIONS: `--import ${pathToFileURL(path).href}` };
}

/** Keeps so many workers running until the topic is settled: whenever one dies, another one is started. */
async function keepRunning(world: World, count: number, start: () => Worker): Promise<{ deaths: number }> {
  let deaths = 0;
  let isSettled = false;
  const supervise = async () => {
    for (;;) {
      const worker = start();
      const end = await Promise.race([worker.ended, settled]);
      if (end === undefined) {
        worker.process.kill("SIGTERM");
        await worker.ended;
        return;
      }
      if (isSettled) return;
      expect(end.exitCode).toBeNull();
      deaths += 1;
    }
  };
  const settled = (async () => {
    while ((await world.lag().catch(() => 1)) > 0) await setTimeout(100);
    isSettled = true;
    return undefined;
  })();
  await Promise.all(Array.from({ length: count }, supervise));
  return { deaths };
}

const emailsOf = (sandbox: Sandbox) => new Set(sandbox.contacts().map(({ email }) => email));
const reasonsOf = async (world: World) =>
  (await world.deadLetters()).map(({ headers }) => headers["signal-delivery-reason"]);

describe.skipIf(!hasKafka)(`signal-apollo consume of an event that ends the process${unlessKafka}`, () => {
  let kafka: KafkaForTest;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka.close());

  test.each([1, 3])(
    "by the fifth start it is a dead letter, alone, and the others are delivered, of %d partitions",
    async (partitions) => {
      const sandbox = await sandboxForTest();
      const world = await worldOn(kafka, partitions);
      await world.produce(mixed);
      const env = await preloaded(DIES);

      const { deaths } = await keepRunning(world, 1, () => world.worker(sandbox, [], env));

      expect(deaths).toBeLessThan(5);
      expect(emailsOf(sandbox).size).toBe(40);
      const letters = await world.deadLetters();
      expect(letters).toMatchObject([
        { key: "hostile@lead.example", headers: { "signal-delivery-reason": "ended_runs" } },
      ]);
      expect(String(letters[0]?.value)).toBe(JSON.stringify(hostile));
    },
    120_000,
  );

  test("so it is in a group of two workers, which it ends in turn", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 3);
    await world.produce(mixed);
    const env = await preloaded(DIES);

    const { deaths } = await keepRunning(world, 2, () => world.worker(sandbox, [], env));

    expect(deaths).toBeLessThan(7);
    expect(emailsOf(sandbox).size).toBe(40);
    expect(await reasonsOf(world)).toEqual(["ended_runs"]);
  }, 180_000);

  test("if it blocks the process, the watchdog ends that, and it comes to the same", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka);
    await world.produce(mixed);
    const env = await preloaded(HANGS);

    const { deaths } = await keepRunning(world, 1, () => world.worker(sandbox, [], env));

    expect(deaths).toBeLessThan(5);
    expect(emailsOf(sandbox).size).toBe(40);
    expect(await reasonsOf(world)).toEqual(["ended_runs"]);
  }, 180_000);

  test("without deduplication it is the same: each of the others is delivered once, or is a dead letter", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka);
    await world.produce(mixed);
    const env = await preloaded(DIES);

    const { deaths } = await keepRunning(world, 1, () => world.worker(sandbox, ["--no-dedupe"], env));

    expect(deaths).toBeLessThan(5);
    const letters = await world.deadLetters();
    const reasons = letters.map(({ key, headers }) => [key, headers["signal-delivery-reason"]]);
    expect(reasons.filter(([key]) => key === "hostile@lead.example")).toEqual([["hostile@lead.example", "ended_runs"]]);
    const others = reasons.filter(([key]) => key !== "hostile@lead.example");
    expect(others.filter(([, reason]) => reason !== "maybe_delivered")).toEqual([]);
    expect(new Set([...emailsOf(sandbox), ...others.map(([key]) => key)]).size).toBe(40);
    expect(sandbox.contacts()).toHaveLength(emailsOf(sandbox).size);
  }, 120_000);

  test("if it is a dead letter that ends replays, it is kept again, and the other letters are replayed", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka);
    await world.produce(mixed.slice(15, 25));
    sandbox.failNext({ kind: "status", status: 422 }, 10);
    const worker = world.worker(sandbox);
    await world.settled(worker);
    worker.process.kill("SIGTERM");
    await worker.ended;
    const where = ["--brokers", kafka.brokers, "--topic", `${world.topic}-dlq`, "--group", world.group];
    const env = { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url, ...(await preloaded(DIES)) };
    const replay = () => startProgram(["dead-letters", "replay", "--session-timeout", "6", ...where], { env }).ended;

    const exitCodes: (number | null)[] = [];
    while (exitCodes.at(-1) !== 1 && exitCodes.length < 5) exitCodes.push((await replay()).exitCode);

    expect(exitCodes).toEqual([null, null, null, 1]);
    expect(emailsOf(sandbox).size).toBe(9);
    const letters = await world.deadLetters();
    expect(letters).toHaveLength(11);
    expect(letters.at(-1)).toMatchObject({
      key: "hostile@lead.example",
      headers: { "signal-delivery-reason": "ended_runs", "signal-delivery-source-topic": world.topic },
    });
  }, 120_000);

  test("a worker that is killed for other reasons while it works loses nothing, and makes nothing a dead letter", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 2);
    await world.produce(leads(400).map(eventMessage));

    // The last ones while it is careful.
    for (const calls of [40, 150, 160, 170, 180]) {
      const worker = world.worker(sandbox);
      await expect.poll(() => sandbox.requests().length, waiting).toBeGreaterThan(calls);
      worker.process.kill("SIGKILL");
      await worker.ended;
    }
    const last = world.worker(sandbox);
    await world.settled(last);
    last.process.kill("SIGTERM");
    await last.ended;

    expect(emailsOf(sandbox).size).toBe(400);
    expect(await world.deadLetters()).toEqual([]);
  }, 180_000);
});
