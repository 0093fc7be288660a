import { url as inspectorUrl } from "node:inspector";
import { Worker } from "node:worker_threads";

import type { Place } from "./place.js";

/** Ends a process whose event loop no longer turns: nothing else could, since signals wait for the event loop, too. */
export interface Watchdog {
  /** An event is being planned: what the watchdog names if the event loop stops now. */
  planning(place: Place): void;
  /** It has been planned. */
  planned(): void;
  /** Stops watching. */
  stop(): Promise<void>;
}

/** How long the event loop may stand still, in milliseconds. The longest event takes a small part of that. */
const LIMIT_MS = 10_000;

/** How many times the thread looks within that time. Looks are counted, not time: a suspended machine is not a blocked one. */
const LOOKS = 10;

/** The longest text that names a place, in bytes. */
const MAX_PLACE_BYTES = 512;

/**
 * What the thread runs. A text, since a thread cannot be started from TypeScript, and one of a few lines needs no build of its own.
 *
 * By SIGKILL, of which a shell makes 137: a thread cannot end its process in any other way.
 */
const THREAD = `
const { workerData } = require("node:worker_threads");
const { writeSync } = require("node:fs");
const { beats, place, limitMs, looks, json } = workerData;
let last = -1;
let still = 0;
setInterval(() => {
  const beat = Atomics.load(beats, 0);
  still = beat === last ? still + 1 : 0;
  last = beat;
  if (still < looks) return;
  const name = Buffer.from(place.slice(0, Atomics.load(beats, 1))).toString();
  const planning = name === "" ? "" : ", while the event at " + name + " was being planned";
  const message = "Ended by the watchdog: the event loop has not turned for " + limitMs / 1000 + " s" + planning +
    ". Run the same command again to resume; an event that ends two runs this way becomes a dead letter.";
  const line = { level: "error", time: new Date().toISOString(), message };
  try {
    writeSync(2, json ? JSON.stringify(line) + "\\n" : "\\n" + message + "\\n");
  } finally {
    process.kill(process.pid, "SIGKILL");
  }
}, limitMs / looks);
`;

/** What a watchdog is started with. */
export interface WatchdogOptions {
  /** Whether to report as a line of the JSON log. Default: `false`, as a sentence. */
  readonly json?: boolean;
  /** How long the event loop may stand still, in milliseconds. Default: 10,000. */
  readonly limitMs?: number;
}

/**
 * Starts a watchdog: a thread that sees whether the event loop turns. If it has not for ten seconds, the thread says on standard
 * error which event was being planned (its place, no personal data) and kills the process. Whoever runs the process starts it
 * again, and the journal knows which event it was.
 *
 * With a debugger attached nothing is watched: a breakpoint stops the event loop, too.
 */
export function startWatchdog({ json = false, limitMs = LIMIT_MS }: WatchdogOptions = {}): Watchdog {
  if (inspectorUrl() !== undefined) return UNWATCHED;
  const beats = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const place = new Uint8Array(new SharedArrayBuffer(MAX_PLACE_BYTES));
  const text = Buffer.from(place.buffer);
  const thread = new Worker(THREAD, {
    eval: true,
    workerData: { beats, place, limitMs, looks: LOOKS, json },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  // A run that cannot be watched is still a run.
  thread.on("error", () => undefined);
  thread.unref();
  const beat = setInterval(() => Atomics.add(beats, 0, 1), limitMs / LOOKS / 2);
  beat.unref();
  return {
    planning: ({ position, topic, partition }) => {
      const name =
        topic === undefined ? `line ${position}` : `offset ${position} of partition ${partition} of ${topic}`;
      Atomics.store(beats, 1, text.write(name));
    },
    planned: () => void Atomics.store(beats, 1, 0),
    stop: async () => {
      clearInterval(beat);
      await thread.terminate();
    },
  };
}

/** Watches nothing. */
export const UNWATCHED: Watchdog = {
  planning: () => undefined,
  planned: () => undefined,
  stop: () => Promise.resolve(),
};
