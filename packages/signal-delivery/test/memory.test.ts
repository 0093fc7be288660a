import { EventEmitter, once } from "node:events";
import { PassThrough } from "node:stream";

import { createApolloConnector } from "@datafly/signal-apollo-connector";
import { expect, test } from "vitest";

import { APOLLO, apolloConnector } from "../../signal-apollo-worker/src/apollo-connector.js";
import { MemoryJournal } from "../src/journal/memory-journal.js";
import { UNWATCHED } from "../src/watchdog.js";
import { Pacer } from "../src/pace/pacer.js";
import { readLines } from "../src/file/lines.js";
import { DeadLetterFile } from "../src/stream/dead-letter-file.js";
import { deliverStream } from "../src/stream/deliver-stream.js";
import { Lanes } from "../src/stream/lanes.js";
import { emailOf, lead } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { answerCreated, serverForTest } from "./support/http-server.js";

/** Events of so many people, and how many of them were taken at most before they were settled. */
function countedSource(total: number) {
  const counts = { pulled: 0, settled: 0, furthestAhead: 0 };
  async function* events() {
    for (let position = 1; position <= total; position++) {
      await Promise.resolve();
      counts.pulled += 1;
      counts.furthestAhead = Math.max(counts.furthestAhead, counts.pulled - counts.settled);
      yield { kind: "event", position, endOffset: position, event: lead(position) } as const;
    }
  }
  return { events: events(), counts };
}

test.each([1, 4])("a source is not read ahead of the room there is; concurrency %i", async (concurrency) => {
  const total = concurrency * 32 * 3;
  const room = concurrency * 32;
  const folder = await folderForTest();
  const hold = new EventEmitter();
  const released = once(hold, "release");
  const { url } = await serverForTest((response, { email }) => {
    // The first call goes alone. The others are held until the source has been read as far as it will be.
    const held = email === emailOf(1) ? Promise.resolve() : released;
    void held.then(() => {
      answerCreated(response);
    });
  });
  const { events, counts } = countedSource(total);
  const deadLetters = await DeadLetterFile.open(folder.at("dead.ndjson"));

  const io = { now: () => 0, sleep: () => Promise.resolve() };
  const delivered = deliverStream(
    {
      events,
      connector: apolloConnector(createApolloConnector({ apiKey: "key", client: { baseUrl: url } }), {}),
      maxAttempts: 1,
      backoffMs: () => 0,
      pacer: new Pacer(io, concurrency, APOLLO.quotas),
      journal: new MemoryJournal(),
      deadLetters,
      io,
      watchdog: UNWATCHED,
      stop: new AbortController(),
      abort: new AbortController().signal,
      observer: {
        settled: () => {
          counts.settled += 1;
          return Promise.resolve();
        },
        called: () => undefined,
        retried: () => undefined,
        consentUnavailable: () => undefined,
        stopped: () => undefined,
        refused: () => undefined,
        away: () => undefined,
        recovered: () => undefined,
        throttled: () => undefined,
      },
    },
    new Lanes(room),
  );
  // One more than there is room for: it is in hand, and waits to be let in.
  await expect.poll(() => counts.pulled).toBe(1 + room + 1);
  expect(counts.settled).toBe(1);
  hold.emit("release");

  expect(await delivered).toEqual({ problem: undefined, settledThrough: total, settledBeyond: [] });
  expect(counts).toEqual({ pulled: total, settled: total, furthestAhead: room + 1 });
  await deadLetters.close();
});

test("of a line without an end only the beginning is kept", async () => {
  const stream = new PassThrough();
  const chunk = Buffer.alloc(1024 * 1024, "x");
  const feed = async () => {
    for (let count = 0; count < 64; count++) if (!stream.write(chunk)) await once(stream, "drain");
    stream.end("\n{}");
  };
  void feed();

  const seen: { number: number; keptBytes: number; tooLong: boolean }[] = [];
  for await (const { number, bytes, tooLong } of readLines(stream)) {
    seen.push({ number, keptBytes: bytes.buffer.byteLength, tooLong });
  }

  expect(seen).toMatchObject([
    { number: 1, tooLong: true },
    { number: 2, tooLong: false },
  ]);
  expect(seen[0]?.keptBytes).toBeLessThanOrEqual(64 * 1024);
});
