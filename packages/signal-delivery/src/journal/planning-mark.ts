import { closeSync, constants, openSync, readFileSync, rmSync, writeSync } from "node:fs";

/** An event that was being planned when so many runs ended is not planned again: it becomes a dead letter. */
export const MAX_ENDED_RUNS = 2;

/** The position that is being planned, padded; all zeros for none. Fixed, so that it is written over in place. */
const POSITION_DIGITS = 16;
const NONE = "0".repeat(POSITION_DIGITS);

/** What stands behind the position. */
interface EndedRuns {
  /** The journal that it is about. */
  readonly journal: string;
  /** How many runs ended while a position was being planned. */
  readonly endedRuns: readonly (readonly [position: number, runs: number])[];
}

/**
 * Notes in a file which event is being planned, so that a run that ends meanwhile, killed by the watchdog or out of memory, is
 * known to have ended over that event. Written synchronously and never synced: it has to survive the process, not the machine.
 * A write takes about a microsecond.
 */
export class PlanningMark {
  readonly #path: string;
  readonly #file: number;
  readonly #endedRuns: Map<number, number>;

  private constructor(path: string, file: number, endedRuns: Map<number, number>) {
    this.#path = path;
    this.#file = file;
    this.#endedRuns = endedRuns;
  }

  /**
   * Opens the mark of a journal, which must be locked, and counts the run before if it ended while planning.
   *
   * @param journal the journal's id: what was noted of another one says nothing
   * @throws an error of the file system if it cannot be written
   */
  static open(path: string, journal: string): PlanningMark {
    const endedRuns = readEndedRuns(path, journal);
    // Made again: what is there may be a link that somebody has put there.
    rmSync(path, { force: true });
    const file = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
    writeSync(file, `${NONE}\n${JSON.stringify({ journal, endedRuns: [...endedRuns] } satisfies EndedRuns)}\n`);
    return new PlanningMark(path, file, endedRuns);
  }

  /** Whether an event has ended as many runs as it may. */
  hasEndedRuns(position: number): boolean {
    return (this.#endedRuns.get(position) ?? 0) >= MAX_ENDED_RUNS;
  }

  /** An event is about to be planned. */
  planning(position: number): void {
    this.#write(String(position).padStart(POSITION_DIGITS, "0"));
  }

  /** It has been planned, and the process is still there. */
  planned(): void {
    this.#write(NONE);
  }

  /** It is settled, be it as a dead letter: what it did to earlier runs no longer matters. */
  settled(position: number): void {
    this.#endedRuns.delete(position);
  }

  /** Removes the file, unless an event that ended a run is still to be planned. */
  close(): void {
    closeSync(this.#file);
    if (this.#endedRuns.size === 0) rmSync(this.#path, { force: true });
  }

  #write(position: string): void {
    try {
      writeSync(this.#file, position, 0);
    } catch {
      // If the run ends now, that is not counted. Nothing else depends on it.
    }
  }
}

function readEndedRuns(path: string, journal: string): Map<number, number> {
  try {
    const [position = "", rest = ""] = readFileSync(path, "utf8").split("\n");
    const noted = JSON.parse(rest) as EndedRuns;
    if (noted.journal !== journal) return new Map();
    const endedRuns = new Map(noted.endedRuns);
    if (position !== NONE) endedRuns.set(Number(position), (endedRuns.get(Number(position)) ?? 0) + 1);
    return endedRuns;
  } catch {
    // Not there, as after every run that ended in order, or not readable: then nothing is known.
    return new Map();
  }
}
