import type { Context } from "hono";
import { streamSSE } from "hono/streaming";

import type { ChangeFeed } from "./change-feed.js";
import { systemClock } from "./clock.js";
import type { KeyRing } from "./key-ring.js";
import { pageUpdate, type PageUpdate } from "./page-update.js";
import type { SandboxState } from "./sandbox-state.js";

/** Changes that come this close together, in milliseconds, are told together. */
const togetherMs = 50;

/** What a page can ask of the sandbox to stay up to date. */
export interface PageSource {
  readonly state: () => SandboxState;
  readonly feed: ChangeFeed;
  readonly keys: KeyRing;
}

/** Answers with server-sent events: everything, and then what changes, until the page is closed. */
export function pageStream(context: Context, { state, feed, keys }: PageSource): Response {
  return streamSSE(context, async (stream) => {
    const watch = feed.watch();
    stream.onAbort(() => {
      watch.stop();
    });
    // A page that is slow to read delays only this loop; meanwhile the watch remembers what it has not been told.
    while (!watch.stopped) {
      const update: PageUpdate = pageUpdate(state(), watch.take());
      // The requests were redacted as they came; what is planted, and an outage, may hold a key.
      const data = JSON.stringify({
        ...update,
        faults: keys.redact(update.faults),
        outage: keys.redact(update.outage),
      });
      await stream.writeSSE({ data, retry: 1000 });
      await watch.changed();
      await systemClock.sleep(togetherMs);
    }
  });
}
