import { once } from "node:events";
import { copyFileSync, existsSync, statSync, truncateSync } from "node:fs";
import { open } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

import type { fc } from "@fast-check/vitest";

import { APOLLO } from "../../../signal-apollo-worker/src/apollo-connector.js";
import { FileJournal } from "../../src/journal/file-journal.js";
import type { Journal } from "../../src/journal/journal.js";
import { UNWATCHED } from "../../src/watchdog.js";
import { Pacer } from "../../src/pace/pacer.js";
import { readNdjson } from "../../src/source/ndjson.js";
import { readFile } from "../../src/file/read-file.js";
import { DeadLetterFile } from "../../src/stream/dead-letter-file.js";
import { deliverStream } from "../../src/stream/deliver-stream.js";
import { Lanes } from "../../src/stream/lanes.js";
import type { Folder } from "../support/folder.js";
import type { SmallWorld } from "./small-world.js";

/** How a life of the program ends before its time. */
export interface Death {
  /** After how many steps. */
  readonly afterSteps: number;
  /** Whether what is written a little later has been written by then. */
  readonly linger: boolean;
  /** Which share is lost of what is in the journal and need not have reached the disk: the machine dies, too. */
  readonly lost: number;
}

/** What a life is lived in. */
export interface Circumstances {
  readonly folder: Folder;
  readonly input: string;
  readonly world: SmallWorld;
  readonly scheduler: fc.Scheduler;
  readonly deduplicate: boolean;
  /** Looks at the journal and the dead letters as they are taken over. */
  readonly onBirth: (journal: FileJournal, deadPositions: readonly number[]) => void;
}

const LATER_MS = 30;

/** The files of one life. Each has its own, so that one that is dead cannot write into those of the next. */
function filesOf(folder: Folder, life: number): { readonly journal: string; readonly dead: string } {
  return { journal: folder.at(`journal-${life}`), dead: folder.at(`dead-${life}`) };
}

/**
 * Runs the stream until it dies or ends, in whatever order the scheduler likes, and leaves to the next life what is on disk.
 *
 * @returns how many calls it made
 */
export async function live(circumstances: Circumstances, life: number, death?: Death): Promise<number> {
  const { folder, input, world, scheduler, deduplicate, onBirth } = circumstances;
  const mine = filesOf(folder, life);
  const heirs = filesOf(folder, life + 1);
  const stop = new AbortController();
  let stepsLeft = death?.afterSteps ?? Number.POSITIVE_INFINITY;
  let onDisk = 0;
  let calls = 0;
  let nowMs = 0;

  const bequeath = (lost: number) => {
    copyFileSync(mine.journal, heirs.journal);
    if (existsSync(mine.dead)) copyFileSync(mine.dead, heirs.dead);
    const { size } = statSync(heirs.journal);
    truncateSync(heirs.journal, Math.round(size - lost * Math.max(0, size - onDisk)));
  };
  const isOver = () => stop.signal.aborted;
  const step = async () => {
    if (isOver()) return false;
    await scheduler.schedule(Promise.resolve(), "step");
    stepsLeft -= 1;
    if (stepsLeft === 0 && death !== undefined) {
      if (death.linger) await setTimeout(LATER_MS);
      bequeath(death.lost);
      stop.abort();
    }
    // Nobody tells a dying program anything: it would write down an answer that it cannot have had.
    if (stepsLeft < 0 && !isOver()) await once(stop.signal, "abort");
    return stepsLeft > 0;
  };
  const io = {
    now: () => nowMs,
    sleep: async (ms: number, signal?: AbortSignal) => {
      await scheduler.schedule(Promise.resolve(), "sleep");
      signal?.throwIfAborted();
      nowMs += ms;
    },
  };

  const file = await open(input);
  const deadLetters = await DeadLetterFile.open(mine.dead);
  const journal = await FileJournal.open({
    path: mine.journal,
    kind: "events",
    input: file,
    deduplicate,
    restart: false,
    deadLetterPositions: (id) => deadLetters.positionsOf(id),
    onError: ({ message }) => world.broken.push(message),
  });
  // A checkpoint is on disk before anything else happens, and so is an attempt that has been waited for.
  onDisk = statSync(mine.journal).size;
  onBirth(journal, await deadLetters.positionsOf(journal.id));
  const watched: Journal = {
    get settledThrough() {
      return journal.settledThrough;
    },
    settledBeyond: () => journal.settledBeyond(),
    isSettled: (position) => journal.isSettled(position),
    wasInFlight: (position) => journal.wasInFlight(position),
    keepsProgress: true,
    resumeOf: (position) => journal.resumeOf(position),
    progressed: async (position, resume) => {
      await journal.progressed(position, resume);
      if (!deduplicate) onDisk = Math.max(onDisk, statSync(mine.journal).size);
    },
    begin: (position, endOffset, checksum) => {
      journal.begin(position, endOffset, checksum);
    },
    attempt: async (position, isHarmless) => {
      await journal.attempt(position, isHarmless);
      if (!deduplicate) onDisk = Math.max(onDisk, statSync(mine.journal).size);
    },
    beforeDeadLetter: () => journal.beforeDeadLetter(),
    withdraw: (position) => {
      journal.withdraw(position);
    },
    hasEndedRuns: (position) => journal.hasEndedRuns(position),
    planning: (position) => {
      journal.planning(position);
    },
    planned: () => {
      journal.planned();
    },
    settle: (position) => {
      journal.settle(position);
    },
    close: () => journal.close(),
  };
  const connector = world.connector({
    arrive: () => {
      if (!stop.signal.aborted) calls += 1;
      return step();
    },
    step,
  });
  await deliverStream(
    {
      events: readNdjson(readFile(file, journal.start.offset, stop.signal), journal.start),
      connector,
      maxAttempts: 3,
      backoffMs: () => 10,
      pacer: new Pacer(io, 3, APOLLO.quotas),
      journal: watched,
      journalId: journal.id,
      deadLetters,
      io,
      watchdog: UNWATCHED,
      stop,
      abort: stop.signal,
      observer: {
        settled: () => Promise.resolve(),
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
    new Lanes(6),
  );
  const died = stepsLeft <= 0;
  await journal.close();
  await deadLetters.close();
  await file.close();
  // An end in peace, be it for an address that seems wrong: all that is known has been written.
  if (!died) bequeath(0);
  return calls;
}
