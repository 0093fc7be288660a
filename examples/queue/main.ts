// Puts events on a queue and delivers them from there, while Apollo fails now and then. Ctrl-C stops it in good order.
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { createApolloConnector } from "@datafly/signal-apollo-connector";

import { openApollo } from "../open-apollo.js";
import { consume, enqueue } from "./consumer.js";
import { MemoryQueue } from "./memory-queue.js";

const { apiKey, baseUrl, sandbox, close } = await openApollo();
sandbox?.failNext({ kind: "status", status: 503 });
sandbox?.failNext({ kind: "reset", written: true });

const queue = new MemoryQueue();
// The queue repeats, so the client does not: two who repeat would multiply.
const connector = createApolloConnector({
  apiKey,
  defaultCountry: "US",
  client: { baseUrl, timeoutMs: 20_000, maxRetries: 0 },
});

const leads = await readFile(new URL("../events/leads.ndjson", import.meta.url), "utf8");
for (const line of leads.trim().split("\n")) enqueue(queue, connector, line);

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    stop.abort();
  });
}

const consumer = consume({ queue, connector, stop: stop.signal, log: console.log });
// A real consumer waits for more; this one ends when there is none.
while (queue.size > 0 && !stop.signal.aborted) await Promise.race([sleep(20), consumer]);
stop.abort();
await consumer;

console.log(`Dead letters: ${queue.deadLetters.map(({ reason }) => reason).join(", ")}.`);
await close();
