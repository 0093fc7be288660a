import { PassThrough } from "node:stream";

import { expect, test } from "vitest";

import { APOLLO } from "../../signal-apollo-worker/src/apollo-connector.js";
import { Disposables } from "../src/commands/disposables.js";
import { openPipeline } from "../src/commands/pipeline.js";
import { MemoryJournal } from "../src/journal/memory-journal.js";
import { UNWATCHED } from "../src/watchdog.js";
import { RunReport } from "../src/report/run-report.js";
import { apolloConnectorOf, inSignalApollo } from "./support/apollo.js";
import { lead } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { untilAborted } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

test("a worker that has let its events go is ready, though the consent store did not answer for the last of them", async () => {
  const sandbox = await sandboxForTest();
  const folder = await folderForTest();
  const consentStore = await folder.write("consent.json", "not yet JSON");
  const flags = { concurrency: 1, maxAttempts: 1, backoff: 0, drainTimeout: 1, consentStore };
  const io = inSignalApollo({
    stdin: new PassThrough(),
    stdout: new PassThrough().resume(),
    stderr: new PassThrough().resume(),
    env: sandbox.env,
    now: () => 0,
    sleep: untilAborted,
    onStopSignal: () => () => undefined,
    startWatchdog: () => UNWATCHED,
    endAfter: () => undefined,
  });
  const disposables = new Disposables();
  const report = new RunReport(io, APOLLO, {});
  const pipeline = await openPipeline(await apolloConnectorOf(flags, io), flags, io, { report, disposables });
  const stop = new AbortController();
  const events = async function* () {
    yield await Promise.resolve({
      kind: "event",
      position: 1,
      endOffset: 1,
      event: lead(1, { anonymousId: "visitor-1" }),
    } as const);
  };
  const source = { events: events(), journal: new MemoryJournal(), stop, abort: new AbortController().signal };

  const delivered = pipeline.deliver(source, { add: () => Promise.reject(new Error("There are none.")) });
  await expect.poll(() => pipeline.health.ready()).toMatchObject({ ready: false });
  // As where a partition is taken away.
  stop.abort();
  await delivered;

  expect(pipeline.health.ready()).toEqual({ ready: true });
  expect(sandbox.requests()).toEqual([]);
  await disposables.close();
});
