import { setTimeout } from "node:timers/promises";

import { startSandbox, type Sandbox } from "@datafly/apollo-sandbox";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";

import { imbalances } from "../../packages/signal-delivery/test/suite/balance.js";
import { leadStream, type StreamLine } from "../../packages/signal-delivery/test/suite/lead-stream.js";
import { hasRedis, startRedis, unlessRedis } from "../../packages/signal-delivery/test/consent/redis-server.js";
import { Random } from "../../packages/signal-delivery/test/suite/random.js";
import { emailOf, lead, leads, leadWith, pageView } from "../../packages/signal-delivery/test/support/events.js";
import { freePort } from "../../packages/signal-delivery/test/support/free-port.js";
import { startProgram } from "../../packages/signal-delivery/test/support/program.js";
import { worldOn, type DeadMessage, type Message } from "./consume-world.js";
import { hasKafka, startKafka, startSecureKafka, unlessKafka, type KafkaForTest } from "./kafka-broker.js";

/** For `expect.poll`: what happens in other processes takes its time. */
const waiting = { timeout: 60_000, interval: 50 };
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

async function sandboxForTest(options: Parameters<typeof startSandbox>[0] = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ plan: "unlimited", matchDelayMs: 0, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

const messageOf = ({ email, text }: StreamLine): Message => ({ key: email, value: text });
const eventMessage = (event: Record<string, unknown>): Message => ({
  key: String((event.traits as { email?: string } | undefined)?.email),
  value: JSON.stringify(event),
});

/** So many keys that there are some in each partition. */
const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `key-${index}`);

/**
 * Dead letters as the books know them. A letter that a killed worker has written is written again by the next one. Without
 * deduplication that one says `maybe_delivered`, of an event too that was to be rejected: its first letter may have been replayed.
 */
function lettersOf(lines: readonly StreamLine[], dead: readonly DeadMessage[]): Record<string, unknown>[] {
  const byText = new Map(lines.map((line) => [line.text, line]));
  const letters = dead.map(({ value, headers }) => {
    const line = byText.get(String(value));
    const isKeptBack = headers["signal-delivery-reason"] === "maybe_delivered" && line?.fate === "rejected";
    return {
      position: line?.position,
      status: isKeptBack ? "rejected" : headers["signal-delivery-status"],
      maybeDelivered: !isKeptBack && headers["signal-delivery-maybe-delivered"] === "true",
    };
  });
  return [...new Map(letters.map((letter) => [letter.position, letter])).values()];
}

describe.skipIf(!hasKafka)(`signal-apollo consume${unlessKafka}`, () => {
  let kafka: KafkaForTest;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka.close());

  test("delivers what stands in the topic, keeps what it cannot deliver, and ends in peace", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 3);
    const lines = leadStream(100, new Random(seed));
    await world.produce(lines.map(messageOf));

    const worker = world.worker(sandbox);
    await world.settled(worker);
    worker.process.kill("SIGTERM");
    const { exitCode, stderr } = await worker.ended;

    expect(exitCode).toBe(143);
    expect(stderr).toContain("100 events:");
    const dead = await world.deadLetters();
    const deadLetters = lettersOf(lines, dead);
    expect(imbalances({ lines, sandbox, deadLetters, deduplicate: true })).toEqual([]);
    expect(dead.length).toBe(deadLetters.length);
    expect(dead[0]?.headers).toMatchObject({
      "signal-delivery-status": "rejected",
      "signal-delivery-class": "final",
      "signal-delivery-attempts": "0",
      "signal-delivery-source-topic": world.topic,
    });
  });

  test("three workers share a group: one is killed, one is stopped, one joins, and every lead stands once, as it was last", async () => {
    const sandbox = await sandboxForTest({ matchDelayMs: 5 });
    const world = await worldOn(kafka, 12);
    const lines = leadStream(5_000, new Random(seed));
    await world.produce(lines.map(messageOf));
    const half = lines.length / 2;

    const start = () => world.worker(sandbox, ["--concurrency", "8"]);
    const [killed, stopped, stays] = [start(), start(), start()];
    await expect.poll(() => sandbox.requests().length, waiting).toBeGreaterThan(300);
    killed.process.kill("SIGKILL");
    const joins = start();
    await expect.poll(() => sandbox.requests().length, waiting).toBeGreaterThan(half / 2);
    stopped.process.kill("SIGTERM");
    await world.settled(stays, joins);
    for (const worker of [stays, joins]) worker.process.kill("SIGTERM");
    const ends = await Promise.all([stopped, stays, joins].map(({ ended }) => ended));

    expect(ends.map(({ exitCode }) => exitCode)).toEqual([143, 143, 143]);
    const deadLetters = lettersOf(lines, await world.deadLetters());
    expect(imbalances({ lines, sandbox, deadLetters, deduplicate: true, killed: true })).toEqual([]);
  }, 240_000);

  test("without deduplication a killed worker's call is not made again, but kept for somebody to look at", async () => {
    const sandbox = await sandboxForTest({ matchDelayMs: 5 });
    const world = await worldOn(kafka, 4);
    const lines = leadStream(600, new Random(seed));
    await world.produce(lines.map(messageOf));

    for (const calls of [60, 120, 180]) {
      const worker = world.worker(sandbox, ["--no-dedupe"]);
      await expect.poll(() => sandbox.requests().length, waiting).toBeGreaterThan(calls);
      worker.process.kill("SIGKILL");
      await worker.ended;
    }
    const last = world.worker(sandbox, ["--no-dedupe"]);
    await world.settled(last);
    last.process.kill("SIGTERM");
    await last.ended;

    const deadLetters = lettersOf(lines, await world.deadLetters());
    expect(imbalances({ lines, sandbox, deadLetters, deduplicate: false, killed: true })).toEqual([]);
    expect(deadLetters.filter(({ maybeDelivered }) => maybeDelivered === true).length).toBeGreaterThan(0);
  }, 120_000);

  test("a broker that is killed and comes back is waited for", async () => {
    const own = await startKafka();
    onTestFinished(() => own.close());
    const sandbox = await sandboxForTest({ matchDelayMs: 5 });
    const world = await worldOn(own, 4);
    const lines = leadStream(2_000, new Random(seed));
    await world.produce(lines.map(messageOf));

    const worker = world.worker(sandbox);
    await expect.poll(() => sandbox.requests().length, waiting).toBeGreaterThan(200);
    await own.stop("SIGKILL");
    await setTimeout(8_000);
    const whileAway = sandbox.requests().length;
    await setTimeout(1_000);
    expect(sandbox.requests().length).toBe(whileAway);
    await own.start();
    await world.settled(worker);
    worker.process.kill("SIGTERM");

    expect((await worker.ended).exitCode).toBe(143);
    const deadLetters = lettersOf(lines, await world.deadLetters());
    expect(imbalances({ lines, sandbox, deadLetters, deduplicate: true, killed: true })).toEqual([]);
  }, 180_000);

  test("a wrong key is reported before the first event, and the worker is not ready", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);
    const port = await freePort();

    const worker = world.worker(sandbox, ["--metrics-port", String(port)], { APOLLO_API_KEY: "MARKER" });
    await expect.poll(() => worker.output(), waiting).toMatch(/Nothing is sent: Invalid API key/);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    worker.process.kill("SIGTERM");
    await worker.ended;

    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining("Invalid API key") as string]);
    expect(worker.output()).not.toContain("MARKER");
    expect(sandbox.requests()).toMatchObject([{ method: "GET", path: "/api/v1/auth/health", status: 401 }]);
  });

  test("a right key is checked before the first event, once, and writes nothing", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);

    const worker = world.worker(sandbox);
    await expect.poll(() => worker.output(), waiting).toContain("Apollo accepts the API key.");
    await expect.poll(() => worker.output(), waiting).toContain("as a member of the group");
    worker.process.kill("SIGTERM");
    await worker.ended;

    expect(sandbox.requests()).toMatchObject([{ method: "GET", path: "/api/v1/auth/health", status: 200 }]);
  });

  test("while the key is wrong nothing is given up, and all goes on by itself when it is right", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 2);
    // All of one person: whoever passes over what was refused would leave an older value behind.
    const titles = Array.from({ length: 20 }, (_, index) => `Title ${index + 1}`);
    await world.produce(titles.map((title) => eventMessage(leadWith(1, { title }))));
    await world.produce(keysOf(8).map((key) => ({ key, value: JSON.stringify(pageView) })));
    sandbox.failNext({ kind: "status", status: 401 }, 6);
    const port = await freePort();

    const worker = world.worker(sandbox, ["--probe-interval", "1", "--metrics-port", String(port)]);
    await expect.poll(() => sandbox.requests().length, waiting).toBeGreaterThan(3);
    // An event that needs no call says nothing of the key.
    await expect.poll(() => worker.output(), waiting).toContain("event_not_mapped");
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain("key");
    expect(worker.output()).toMatch(/Nothing is sent: .*key/);
    await world.settled(worker);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    worker.process.kill("SIGTERM");

    expect((await worker.ended).stderr).toContain(
      "28 events: 20 delivered, 8 dropped (8 event_not_mapped), 0 rejected, 0 failed",
    );
    expect(worker.output()).toContain("That is put right. Going on.");
    expect(await world.deadLetters()).toEqual([]);
    expect(sandbox.contacts()).toMatchObject([{ title: "Title 20" }]);
  }, 60_000);

  test("poison does not block a partition: it becomes dead letters, as it was", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1, { "max.message.bytes": "200000" });
    const latin = Buffer.from('{"type":"track","event":"Demo Requested","traits":{"first_name":"Zo\xeb"}}', "latin1");
    const huge = JSON.stringify({ ...lead(2), traits: { first_name: "Ada", email: "x".repeat(500_000) } });
    const poison: Message[] = [
      { key: "a", value: "{ not json" },
      { key: "b", value: latin },
      { key: "c", value: null },
      { key: null, value: "" },
      { key: "e", value: huge },
      { key: "f", value: "[".repeat(2_000) + "]".repeat(2_000) },
    ];
    await world.produce([...poison, eventMessage(lead(1))]);

    const worker = world.worker(sandbox);
    await world.settled(worker);
    worker.process.kill("SIGTERM");
    await worker.ended;

    expect(sandbox.contacts().map(({ email }) => email)).toEqual(["person1@lead.example"]);
    const dead = await world.deadLetters();
    expect(dead.map(({ headers }) => headers["signal-delivery-reason"])).toEqual([
      "invalid_json",
      "invalid_json",
      "invalid_json",
      "invalid_json",
      "missing_name",
      "invalid_json",
    ]);
    expect(dead[2]).toMatchObject({ key: "c", value: null });
    expect(dead[1]).toMatchObject({ key: "b", value: latin, headers: { "signal-delivery-source-offset": "1" } });
    // The topic of dead letters does not take what is so large: it says where it stands.
    expect(dead[4]).toMatchObject({ key: "e", value: null, headers: { "signal-delivery-source-offset": "4" } });
    expect(dead[4]?.headers).toHaveProperty("signal-delivery-value-left-out");
  });

  test("no header and no key blocks a partition: what the topic of dead letters cannot hold is omitted, and listed", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1, {}, { "max.message.bytes": "5000000" });
    const value = "{ not json";
    const inherited = ["constructor", "toString", "__proto__", "hasOwnProperty"];
    // kafkajs cannot write null: it asks for its length.
    const measured = Buffer.byteLength.bind(Buffer);
    vi.spyOn(Buffer, "byteLength").mockImplementation((text, encoding) =>
      (text as unknown) === null ? 0 : measured(text, encoding),
    );
    const poison: Message[] = [
      { key: "a", value, partition: 0, headers: { trace: null as unknown as Buffer, other: "kept" } },
      { key: "b", value, partition: 0, headers: Object.fromEntries(inherited.map((name) => [name, "kept"])) },
      { key: "c", value, partition: 0, headers: { trace: Buffer.alloc(3_000_000, "t") } },
      { key: Buffer.alloc(1_000_000, "k"), value, partition: 0 },
      { key: Buffer.alloc(2_000_000, "k"), value, partition: 0, headers: { other: "kept" } },
      eventMessage(lead(1)),
    ];
    // Each in a request of its own, for they are large.
    for (const message of poison) await world.produce([message]);
    vi.restoreAllMocks();

    const worker = world.worker(sandbox);
    await world.settled(worker);
    worker.process.kill("SIGTERM");
    await worker.ended;

    expect(sandbox.contacts()).toHaveLength(1);
    const dead = await world.deadLetters();
    expect(dead.map(({ headers }) => headers["signal-delivery-reason"])).toEqual(Array(5).fill("invalid_json"));
    expect(dead.every((letter) => String(letter.value) === value)).toBe(true);
    expect(dead[0]?.headers).toMatchObject({ trace: "", other: "kept", "signal-delivery-null-headers": '["trace"]' });
    expect(inherited.map((name) => Object.entries(dead[1]?.headers ?? {}).find(([own]) => own === name)?.[1])).toEqual(
      inherited.map(() => expect.stringMatching(/kept$/) as string),
    );
    expect(dead[2]?.headers).toHaveProperty("signal-delivery-headers-left-out");
    expect(dead[2]?.headers).not.toHaveProperty("trace");
    expect(dead[3]?.key).toHaveLength(1_000_000);
    expect(dead[4]?.key).toBeUndefined();
    expect(dead[4]?.headers).toMatchObject({ other: "kept" });
    expect(dead[4]?.headers).toHaveProperty("signal-delivery-key-left-out");

    const where = ["--brokers", kafka.brokers, "--topic", `${world.topic}-dlq`, "--group", world.group];
    const env = { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url };
    const listed = await startProgram(["dead-letters", "list", ...where], { env }).ended;
    const shown = await startProgram(["dead-letters", "show", ...where, "0:0"], { env }).ended;
    const replayed = await startProgram(["dead-letters", "replay", "--session-timeout", "6", ...where], { env }).ended;
    expect(listed.stdout.trim().split("\n")).toHaveLength(5);
    expect(listed.stdout).toContain("without its headers");
    expect(listed.stdout).toContain("without its key");
    expect(JSON.parse(shown.stdout)).toMatchObject({ nullHeaders: '["trace"]', reason: "invalid_json" });
    expect(replayed.stderr).toContain("5 events: 0 delivered");
    expect(await world.deadLetters()).toHaveLength(10);
  }, 120_000);

  test("thousands of headers hold up nothing; a dead letter with more than are read says that they are omitted", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka);
    const headersOf = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, "v"]));
    // On its own, kafkajs would read the first for a minute, and the watchdog would end the process.
    await world.produce([{ ...eventMessage(lead(1)), headers: headersOf(9_000) }]);
    await world.produce([{ key: "a", value: "{ not json", headers: headersOf(30_000) }, eventMessage(lead(2))]);
    const startedAt = performance.now();

    const worker = world.worker(sandbox);
    await world.settled(worker);

    expect(performance.now() - startedAt).toBeLessThan(20_000);
    worker.process.kill("SIGTERM");
    await worker.ended;
    expect(sandbox.contacts()).toHaveLength(2);
    const [letter] = await world.deadLetters();
    expect(letter?.headers).toMatchObject({
      "signal-delivery-reason": "invalid_json",
      "signal-delivery-headers-left-out": "there were more than 10000",
    });
    expect(letter?.headers).not.toHaveProperty("h0");
  });

  test.each(["gzip", "snappy", "lz4", "zstd"])(
    "messages that Apache's own code has compressed with %s are read",
    async (codec) => {
      const sandbox = await sandboxForTest();
      // The broker compresses what it is given, as Java's producer does.
      const world = await worldOn(kafka, 2, {}, { "compression.type": codec });
      await world.produce(leads(100).map(eventMessage));

      const worker = world.worker(sandbox);
      await world.settled(worker);
      worker.process.kill("SIGTERM");

      expect((await worker.ended).exitCode).toBe(143);
      expect(sandbox.contacts()).toHaveLength(100);
      expect(await world.deadLetters()).toEqual([]);
    },
  );

  test("a bomb holds up its own partition, says so, and is not obeyed: the others go on", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 3);
    const bomb = { key: "bomb", value: Buffer.alloc(120_000_000), partition: 0 };
    await world.produce([{ ...eventMessage(lead(1)), partition: 0 }]);
    await world.produce([bomb], { gzip: true });
    await world.produce(
      leads(51)
        .slice(1)
        .map((event, index) => ({ ...eventMessage(event), partition: 1 + (index % 2) })),
    );
    const port = await freePort();

    const worker = world.worker(sandbox, ["--metrics-port", String(port)]);
    await expect.poll(() => sandbox.contacts().length, waiting).toBe(51);
    await expect.poll(() => world.lag(), waiting).toBe(1);
    await world.produce([{ ...eventMessage(lead(52)), partition: 1 }]);
    await expect.poll(() => sandbox.contacts().length, waiting).toBe(52);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    worker.process.kill("SIGTERM");

    expect((await worker.ended).exitCode).toBe(143);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toMatch(/compressed with gzip cannot be read: it is longer than .* partition 0/s);
    expect(worker.output().match(/compressed with gzip cannot be read/g)).toHaveLength(1);
    expect(metrics).toContain('signal_delivery_kafka_joins_total{connector="apollo"} 1\n');
  }, 90_000);

  test("without deduplication no event is sent twice, though a worker is killed among its dead letters and they are replayed", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);
    await world.produce(leads(300).map(eventMessage));
    sandbox.failNext({ kind: "status", status: 422 }, 200);
    const where = ["--brokers", kafka.brokers, "--topic", `${world.topic}-dlq`, "--group", world.group];
    const env = { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url };
    const replay = ["dead-letters", "replay", "--no-dedupe", "--session-timeout", "6", ...where];

    for (const calls of [40, 90, 140, 190]) {
      const worker = world.worker(sandbox, ["--no-dedupe"]);
      await expect.poll(() => sandbox.requests().length, { ...waiting, interval: 1 }).toBeGreaterThan(calls);
      worker.process.kill("SIGKILL");
      await worker.ended;
    }
    await startProgram(replay, { env }).ended;
    const last = world.worker(sandbox, ["--no-dedupe"]);
    await world.settled(last);
    last.process.kill("SIGTERM");
    await last.ended;
    await startProgram(replay, { env }).ended;

    const emails = sandbox.contacts().map(({ email }) => email);
    expect(emails.filter((email, index) => emails.indexOf(email) !== index)).toEqual([]);
    // What is not in Apollo is a letter.
    const dead = await world.deadLetters();
    const missing = leads(300).flatMap(({ traits }) => {
      const { email } = traits as { email: string };
      const isThere = emails.includes(email) || dead.some(({ value }) => String(value).includes(`"${email}"`));
      return isThere ? [] : [email];
    });
    expect(missing).toEqual([]);
  }, 180_000);

  test("a quota that is used up for longer than a session costs no rebalance and no event", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 2);
    await world.produce(leads(30).map(eventMessage));
    sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "20" } });
    const port = await freePort();

    const worker = world.worker(sandbox, ["--metrics-port", String(port)]);
    await expect.poll(() => worker.output(), waiting).toContain("is used up. Next call at");
    // Three sessions long nothing is sent, and nobody takes that for a death.
    await setTimeout(18_000);
    expect(sandbox.contacts()).toHaveLength(0);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    await world.settled(worker);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    worker.process.kill("SIGTERM");
    await worker.ended;

    expect(metrics).toContain('signal_delivery_kafka_joins_total{connector="apollo"} 1\n');
    expect(metrics).toContain('signal_delivery_kafka_lag{partition="0",connector="apollo"} 0\n');
    expect(sandbox.contacts()).toHaveLength(30);
    expect(await world.deadLetters()).toEqual([]);
  }, 90_000);

  test("a call that takes longer than a session costs no rebalance, and is not made twice", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);
    await world.produce(leads(2).map(eventMessage));
    sandbox.failNext({ kind: "slow", delayMs: 10_000 });
    const port = await freePort();

    const worker = world.worker(sandbox, ["--metrics-port", String(port)]);
    await world.settled(worker);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    worker.process.kill("SIGTERM");
    await worker.ended;

    expect(metrics).toContain('signal_delivery_kafka_joins_total{connector="apollo"} 1\n');
    expect(sandbox.requests().filter(({ method }) => method === "POST")).toHaveLength(2);
  });

  test("a topic that is not keyed by the person is told of, once", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 4);
    const events = Array.from({ length: 12 }, (_, index) => ({
      key: `message-${index}`,
      value: JSON.stringify(lead(1)),
    }));
    await world.produce(events);

    const worker = world.worker(sandbox);
    await world.settled(worker);
    worker.process.kill("SIGTERM");
    await worker.ended;

    expect(worker.output().match(/Events of one person come from partitions/g)).toHaveLength(1);
  });

  test("dead letters of a topic are listed, and sent again; what still fails stays with where it stood at first", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 2);
    await world.produce([...leads(3).map(eventMessage), { key: "a", value: "{ not json" }]);
    sandbox.failNext({ kind: "status", status: 422 }, 3);
    const worker = world.worker(sandbox);
    await world.settled(worker);
    worker.process.kill("SIGTERM");
    await worker.ended;
    expect(await world.deadLetters()).toHaveLength(4);
    const where = ["--brokers", kafka.brokers, "--topic", `${world.topic}-dlq`, "--group", world.group];
    const env = { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url };

    const listed = await startProgram(["dead-letters", "list", ...where], { env }).ended;
    const shown = await startProgram(["dead-letters", "show", ...where, "0:2"], { env }).ended;
    const notThere = await startProgram(["dead-letters", "show", ...where, "0:4"], { env }).ended;
    const notALetter = await startProgram(["dead-letters", "show", ...where, "0:0", "--topic", world.topic], { env })
      .ended;
    const replayed = await startProgram(["dead-letters", "replay", "--session-timeout", "6", ...where], { env }).ended;
    const left = await startProgram(["dead-letters", "list", "--json", ...where], { env }).ended;

    expect(listed).toMatchObject({ exitCode: 0 });
    expect(listed.stdout.split("\n").filter((line) => line !== "")).toHaveLength(4);
    expect(listed.stdout).not.toContain("person1");
    expect(shown).toMatchObject({ exitCode: 0 });
    expect([...listed.stdout.matchAll(/0:\d/g)].map(String)).toContain("0:2");
    expect(JSON.parse(shown.stdout)).toMatchObject({
      topic: world.topic,
      attempts: expect.any(Number) as number,
      message: expect.any(String) as string,
    });
    for (const { exitCode, stderr } of [notThere, notALetter]) {
      expect(exitCode).toBe(2);
      expect(stderr).toContain("has no dead letter 0:");
    }
    expect(replayed).toMatchObject({ exitCode: 1 });
    expect(replayed.stderr).toContain("4 events: 3 delivered, 0 dropped, 1 rejected, 0 failed");
    expect(sandbox.contacts()).toHaveLength(3);
    const letters = left.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(letters).toEqual([expect.objectContaining({ topic: world.topic, reason: "invalid_json" })]);
  });

  test("what may be in Apollo already is not sent again without deduplication", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);
    await world.produce(leads(2).map(eventMessage));
    sandbox.failNext({ kind: "reset", written: true });
    const worker = world.worker(sandbox, ["--no-dedupe"]);
    await world.settled(worker);
    worker.process.kill("SIGTERM");
    await worker.ended;
    const where = ["--brokers", kafka.brokers, "--topic", `${world.topic}-dlq`, "--group", world.group];
    const env = { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url };

    const { exitCode } = await startProgram(["dead-letters", "replay", "--no-dedupe", ...where], { env }).ended;

    expect(exitCode).toBe(1);
    // Each run looks once whether a check of the key can pass, which writes nothing.
    expect(sandbox.requests().filter(({ method }) => method === "POST")).toHaveLength(2);
    const dead = await world.deadLetters();
    expect(dead.map(({ headers }) => headers["signal-delivery-maybe-delivered"])).toEqual(["true", "true"]);
  });

  test.skipIf(!hasRedis)(
    `consent that is revoked in Redis on the way is obeyed, and a Redis that is away is waited for${unlessRedis}`,
    async () => {
      const redis = await startRedis();
      onTestFinished(() => redis.close());
      const sandbox = await sandboxForTest({ matchDelayMs: 5 });
      const world = await worldOn(kafka, 3);
      const people = Array.from({ length: 300 }, (_, index) => index + 1);
      const grant = (person: number, marketing: boolean) =>
        redis.command("SET", `consent:visitor-${person}`, JSON.stringify({ canonical: { marketing } }));
      await Promise.all(people.map((person) => grant(person, true)));
      await world.produce(people.map((person) => eventMessage(lead(person, { anonymousId: `visitor-${person}` }))));

      const worker = world.worker(sandbox, ["--consent-store", redis.url]);
      await expect.poll(() => sandbox.requests().length, waiting).toBeGreaterThan(50);
      const revoked = people.slice(-20);
      await Promise.all(revoked.map((person) => grant(person, false)));
      const sentBefore = new Set(sandbox.contacts().map(({ email }) => email));
      redis.pause();
      await expect.poll(() => worker.output(), waiting).toContain("Events wait until the consent store answers");
      const whileAway = sandbox.requests().length;
      await setTimeout(1_500);
      expect(sandbox.requests().length).toBe(whileAway);
      redis.resume();
      await world.settled(worker);
      worker.process.kill("SIGTERM");
      await worker.ended;

      const emails = sandbox.contacts().map(({ email }) => email);
      const wronged = revoked.map(emailOf).filter((email) => emails.includes(email) && !sentBefore.has(email));
      expect(wronged).toEqual([]);
      expect(emails.length).toBeGreaterThanOrEqual(people.length - revoked.length);
      expect(await world.deadLetters()).toEqual([]);
    },
    120_000,
  );

  test("three workers share one quota: it is drained in little more than the time that it takes", async () => {
    const sandbox = await sandboxForTest({ plan: { minute: 300, hour: null, day: null } });
    const world = await worldOn(kafka, 6);
    // Two windows of a minute, less a few calls: what is refused at the end of a window counts, too.
    await world.produce(leads(580).map(eventMessage));

    const workers = [1, 2, 3].map(() => world.worker(sandbox));
    await world.settled(...workers);
    for (const worker of workers) worker.process.kill("SIGTERM");
    await Promise.all(workers.map(({ ended }) => ended));

    expect(sandbox.contacts()).toHaveLength(580);
    expect(await world.deadLetters()).toEqual([]);
    const calls = sandbox.requests().filter(({ method }) => method === "POST");
    const times = calls.map(({ at }) => Date.parse(at));
    const tookMs = Math.max(...times) - Math.min(...times);
    console.log(`580 calls at 300 a minute by three workers: ${(tookMs / 1000).toFixed(1)} s`);
    // The second window opens a minute after the first call, and a third one would two minutes after it.
    expect(tookMs).toBeLessThan(110_000);
  }, 200_000);

  test("a worker that was frozen sends nothing of what others have taken over", async () => {
    const sandbox = await sandboxForTest({ matchDelayMs: 20 });
    const world = await worldOn(kafka, 2);
    const lines = leadStream(300, new Random(seed));
    await world.produce(lines.map(messageOf));

    const frozen = world.worker(sandbox, ["--no-dedupe"]);
    await expect.poll(() => sandbox.requests().length, waiting).toBeGreaterThan(40);
    frozen.process.kill("SIGSTOP");
    const other = world.worker(sandbox, ["--no-dedupe"]);
    await world.settled(other);
    const sent = sandbox.requests().length;
    frozen.process.kill("SIGCONT");
    await expect.poll(() => frozen.output(), waiting).toMatch(/events?:|rebalanc|coordinator/i);
    frozen.process.kill("SIGTERM");
    other.process.kill("SIGTERM");
    await Promise.all([frozen.ended, other.ended]);

    expect(sandbox.requests().length).toBe(sent);
    const deadLetters = lettersOf(lines, await world.deadLetters());
    expect(imbalances({ lines, sandbox, deadLetters, deduplicate: false, killed: true })).toEqual([]);
  }, 120_000);

  test("the end of a transaction is no event that waits", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);
    await world.produceInTransaction(leads(5).map(eventMessage));
    const port = await freePort();

    const worker = world.worker(sandbox, ["--metrics-port", String(port)]);
    await expect.poll(() => sandbox.contacts().length, waiting).toBe(5);
    const lag = async () => {
      const body = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return /^signal_delivery_kafka_lag\{partition="0",connector="apollo"\} (\d+)$/m.exec(body)?.[1];
    };
    await expect.poll(lag, waiting).toBe("0");
    worker.process.kill("SIGTERM");

    expect((await worker.ended).exitCode).toBe(143);
    expect(await world.lag()).toBe(0);
  });

  test("a topic of events is not replayed as if it were one of dead letters", async () => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);
    await world.produce(leads(3).map(eventMessage));
    const where = ["--brokers", kafka.brokers, "--topic", world.topic, "--group", world.group];
    const env = { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url };

    const { exitCode, stderr } = await startProgram(["dead-letters", "replay", ...where], { env }).ended;

    expect(exitCode).toBe(3);
    expect(stderr).toContain("holds messages that are no dead letters");
    expect(sandbox.requests()).toEqual([]);
  });
});

describe.skipIf(!hasKafka)(`signal-apollo consume, where Kafka lets not everybody in${unlessKafka}`, () => {
  let kafka: Awaited<ReturnType<typeof startSecureKafka>>;
  beforeAll(async () => {
    kafka = await startSecureKafka();
  });
  afterAll(() => kafka.close());

  const WAYS = {
    "a password over TLS": () => ({
      flags: ["--brokers", kafka.saslTls, "--tls-ca", kafka.caFile, "--sasl", "scram-sha-256"],
      env: { KAFKA_USERNAME: kafka.username, KAFKA_PASSWORD: kafka.password },
    }),
    "a certificate": () => ({
      flags: [
        "--brokers",
        kafka.mutualTls,
        "--tls-ca",
        kafka.caFile,
        "--tls-cert",
        kafka.certFile,
        "--tls-key",
        kafka.keyFile,
      ],
      env: {},
    }),
  };

  test.each(Object.entries(WAYS))("delivers with %s", async (_, way) => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);
    await world.produce(leads(3).map(eventMessage));

    const worker = world.worker(sandbox, way().flags, way().env);
    await world.settled(worker);
    worker.process.kill("SIGTERM");

    expect((await worker.ended).exitCode).toBe(143);
    expect(sandbox.contacts()).toHaveLength(3);
  });

  test.each([
    ["plain lines", []],
    ["JSON", ["--json", "--log-json"]],
  ])("says that it is not let in, and no password, in %s", async (_, format) => {
    const sandbox = await sandboxForTest();
    const world = await worldOn(kafka, 1);
    const { flags } = WAYS["a password over TLS"]();

    const env = { KAFKA_USERNAME: kafka.username, KAFKA_PASSWORD: "wrong-secret" };
    const { exitCode, stdout, stderr } = await world.worker(sandbox, [...flags, ...format], env).ended;

    expect(exitCode).toBe(2);
    expect(stderr).toContain("Kafka cannot be reached at");
    expect(stdout + stderr).not.toContain("wrong-secret");
  });
});
