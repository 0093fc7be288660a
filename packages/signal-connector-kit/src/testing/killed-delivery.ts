import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ensure } from "./conformance-case.js";
import type { DeliveryConformanceOptions, Lead } from "./delivery-options.js";
import { answer, withServer, type Respond } from "./hostile-server.js";

/** How many people the events are of, and how many events each has. */
export const PEOPLE = 6;
const STEPS = 5;
/** The requests at which the program is killed: before they are answered, and right after. */
const KILLED_BEFORE = new Set([3, 17]);
const KILLED_AFTER = new Set([9, 24]);
/** Each kill ends a run, and then one has to come to its end. */
const MAX_RUNS = KILLED_BEFORE.size + KILLED_AFTER.size + 1;
/** How long a run may take. */
const PATIENCE_MS = 60_000;

/** A request, and whether the server answered that the record is written. */
export interface Sent extends Lead {
  readonly isWritten: boolean;
}

/** What came of all runs. */
export interface KilledDelivery {
  /** The runs up to the one that came to its end. */
  readonly runs: readonly Run[];
  /** A run that was started after that. */
  readonly afterwards: Run;
  /** The leads that are dead letters in the end. */
  readonly deadLetters: readonly Lead[];
}

/** What came of one run: what it sent, in order, and how it ended. */
export interface Run {
  readonly sent: readonly Sent[];
  /** The exit code; `null` if it was killed. */
  readonly exitCode: number | null;
}

/**
 * Delivers some events with a program that is killed several times, restarts it until it ends by itself, and then once more.
 *
 * @throws ConformanceError if a run does not end
 */
export async function killedDelivery(options: DeliveryConformanceOptions, secret: string): Promise<KilledDelivery> {
  const { deadLettersOf = (path: string) => `${path}.dead-letters.ndjson` } = options;
  const folder = await mkdtemp(join(tmpdir(), "delivery-conformance-"));
  const file = join(folder, "events.ndjson");
  const events = allLeads().map((lead) => ({ ...options.event(lead), messageId: messageIdOf(lead) }));
  await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(""));

  let process: ChildProcess | undefined;
  let sent: Sent[] = [];
  let count = 0;
  const kill = () => process?.kill("SIGKILL");
  const respond: Respond = (response, request) => {
    const lead = options.leadOf(request);
    if (lead === undefined) {
      answer(response, options.server.checked ?? options.server.written);
      return;
    }
    count += 1;
    const isWritten = !KILLED_BEFORE.has(count);
    sent.push({ ...lead, isWritten });
    if (!isWritten) {
      kill();
      return;
    }
    if (KILLED_AFTER.has(count)) response.on("finish", kill);
    answer(response, options.server.written);
  };

  const runOnce = async (baseUrl: string): Promise<Run> => {
    sent = [];
    process = options.start({ file, baseUrl, secret });
    const exitCode = await exitOf(process);
    return { sent, exitCode };
  };
  try {
    return await withServer(respond, async ({ baseUrl }) => {
      const runs = [await runOnce(baseUrl)];
      while (runs.at(-1)?.exitCode === null && runs.length < MAX_RUNS) runs.push(await runOnce(baseUrl));
      const afterwards = await runOnce(baseUrl);
      const letters = await readFile(deadLettersOf(file), "utf8").catch(() => "");
      const deadLetters = allLeads().filter((lead) => letters.includes(JSON.stringify(messageIdOf(lead))));
      return { runs, afterwards, deadLetters };
    });
  } finally {
    kill();
    await rm(folder, { recursive: true, force: true });
  }
}

function messageIdOf({ person, step }: Lead): string {
  return `message-${person}-${step}`;
}

/** All leads, in the order of the file: each person's first event, then each one's second. */
export function allLeads(): readonly Lead[] {
  return Array.from({ length: PEOPLE * STEPS }, (_, index) => ({
    person: index % PEOPLE,
    step: Math.floor(index / PEOPLE),
  }));
}

/** @throws ConformanceError if the process cannot be started, or does not end */
async function exitOf(process: ChildProcess): Promise<number | null> {
  // Unread, its output would fill the pipe and hold it.
  process.stdout?.resume();
  process.stderr?.resume();
  const late = AbortSignal.timeout(PATIENCE_MS);
  try {
    const [exitCode] = (await once(process, "exit", { signal: late })) as [number | null];
    return exitCode;
  } catch (error) {
    process.kill("SIGKILL");
    ensure(
      !late.aborted,
      `A run did not end within ${PATIENCE_MS / 1000} s.`,
      "let the program end when the file has been delivered",
    );
    throw error;
  }
}
