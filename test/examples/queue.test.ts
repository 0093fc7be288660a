import { AuthenticationError } from "@datafly/apollo-client";
import { startSandbox, type Sandbox } from "@datafly/apollo-sandbox";
import { createApolloConnector, type ApolloConnector } from "@datafly/signal-apollo-connector";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { demoRequested, withTraits } from "../../examples/events/events.js";
import { consume, enqueue, type ConsumerOptions } from "../../examples/queue/consumer.js";
import { MemoryQueue } from "../../examples/queue/memory-queue.js";

const ada = { first_name: "Ada", last_name: "Byron", email: "ada@analytical.example" };

let sandbox: Sandbox;
let connector: ApolloConnector;
let queue: MemoryQueue;
beforeEach(async () => {
  sandbox = await startSandbox();
  connector = connectorWith(sandbox.apiKey);
  queue = new MemoryQueue();
  // The shortest backoff there is.
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await sandbox.close();
});

function connectorWith(apiKey: string): ApolloConnector {
  return createApolloConnector({ apiKey, client: { baseUrl: sandbox.url, maxRetries: 0 } });
}

/** Puts an event with this title on the queue. */
function enqueueTitle(title: string, person: Record<string, string> = {}): void {
  enqueue(queue, connector, JSON.stringify(withTraits({ ...person, title })));
}

/** Runs a consumer until nothing is left on the queue. */
async function drain(options: Partial<ConsumerOptions> = {}): Promise<void> {
  const stop = new AbortController();
  const consumer = consume({ queue, connector, stop: stop.signal, ...options });
  await Promise.race([vi.waitUntil(() => queue.size === 0, { timeout: 15_000, interval: 5 }), consumer]);
  stop.abort();
  await consumer;
}

/** The titles that were sent to Apollo, in order. */
function titles(): unknown[] {
  return sandbox.requests().map(({ body }) => (body as { title?: unknown }).title);
}

test("events of one person are delivered in order, even where the first one has to be repeated", async () => {
  sandbox.failNext({ kind: "status", status: 503 });
  enqueueTitle("first");
  enqueueTitle("second");
  enqueueTitle("third");
  await drain();

  expect(titles()).toEqual(["first", "first", "second", "third"]);
  expect(sandbox.contacts()).toMatchObject([{ title: "third" }]);
});

test("another person's events do not wait for it", async () => {
  sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "3600" } });
  enqueueTitle("of Tim");
  enqueueTitle("of Ada", ada);
  const stop = new AbortController();
  const consumer = consume({ queue, connector, stop: stop.signal, concurrency: 1 });
  await vi.waitUntil(() => sandbox.contacts().length === 1, { interval: 5 });
  stop.abort();
  await consumer;

  expect(titles()).toEqual(["of Tim", "of Ada"]);
  expect(queue.size).toBe(1);
});

test("what fails again and again becomes a dead letter", async () => {
  sandbox.failNext({ kind: "status", status: 503 }, 3);
  enqueueTitle("a title");
  await drain({ maxDeliveries: 3 });

  expect(titles()).toHaveLength(3);
  expect(queue.deadLetters).toMatchObject([{ reason: "server_error" }]);
});

test("being refused for the quota makes no dead letter", async () => {
  sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "0" } }, 3);
  enqueueTitle("a title");
  await drain({ maxDeliveries: 1 });

  expect(sandbox.contacts()).toHaveLength(1);
  expect(queue.deadLetters).toEqual([]);
});

test("what cannot become a contact is a dead letter at once, and what is dropped is not", async () => {
  sandbox.failNext({ kind: "status", status: 422 });
  enqueueTitle("refused by Apollo");
  enqueue(queue, connector, "{");
  enqueue(queue, connector, JSON.stringify(withTraits({ last_name: "" })));
  enqueue(queue, connector, JSON.stringify(demoRequested({ context: {} })));
  await drain();

  const reasons = queue.deadLetters.map(({ reason }) => reason);
  expect(reasons.sort()).toEqual(["invalid_contact", "invalid_event", "missing_name"]);
});

test("a wrong key ends the consumer, and all messages stay on the queue", async () => {
  enqueueTitle("of Tim");
  enqueueTitle("of Ada", ada);

  await expect(drain({ connector: connectorWith("wrong") })).rejects.toBeInstanceOf(AuthenticationError);
  expect(queue.size).toBe(2);
  expect(queue.deadLetters).toEqual([]);
});

test("a consumer that is stopped finishes what is in the air, and takes up nothing more", async () => {
  sandbox.failNext({ kind: "slow", delayMs: 100 });
  enqueueTitle("of Tim");
  enqueueTitle("of Ada", ada);
  const stop = new AbortController();
  const consumer = consume({ queue, connector, stop: stop.signal, concurrency: 1 });
  await vi.waitUntil(() => sandbox.requests().length === 1, { interval: 1 });
  stop.abort();
  await consumer;

  expect(titles()).toEqual(["of Tim"]);
  expect(queue.size).toBe(1);
});

test("a message that is not heard of comes again, and a word that is too late does not count", async () => {
  queue = new MemoryQueue({ visibilityMs: 1 });
  queue.send("a body", "a group");
  const { signal } = new AbortController();
  const first = await queue.receive(signal);
  const second = await queue.receive(signal);
  if (first === undefined || second === undefined) throw new Error("Nothing was received.");

  expect(second).toMatchObject({ id: first.id, deliveries: 2 });
  queue.ack(first);
  expect(queue.size).toBe(1);
  queue.ack(second);
  expect(queue.size).toBe(0);
});

test("no address stands in a group", () => {
  const groups: string[] = [];
  vi.spyOn(queue, "send").mockImplementation((_body, group) => void groups.push(group));
  enqueueTitle("first");
  enqueueTitle("second");
  enqueueTitle("of Ada", ada);

  expect(new Set(groups).size).toBe(2);
  expect(groups.join()).not.toMatch(/tim|ada|@/);
});
