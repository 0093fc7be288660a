import { randomUUID } from "node:crypto";
import { readFile, rename, stat, unlink, type FileHandle } from "node:fs/promises";

import { openNewFile } from "../new-file.js";
import { afterLineFeed } from "../file/incomplete-last-line.js";
import { readLines, type StartingPoint } from "../file/lines.js";
import { readFile as readInput } from "../file/read-file.js";
import { Watermark } from "./watermark.js";
import { fileErrorReason, UsageError } from "../usage-error.js";
import { fingerprintFurtherOn, fingerprintOf, hasFingerprint, type Fingerprint } from "./fingerprint.js";
import type { Journal } from "./journal.js";
import { HaltError } from "../halt-error.js";
import {
  DamagedJournal,
  readJournalText,
  Seal,
  type Checkpoint,
  type Entry,
  type FoundJournal,
  type JournalKind,
} from "./journal-text.js";
import { takeLock, type Lock, type LockOptions } from "./lock.js";
import { PlanningMark } from "./planning-mark.js";

/** What a journal is opened with. */
export interface JournalOptions {
  readonly path: string;
  readonly kind: JournalKind;
  readonly input: FileHandle;
  readonly deduplicate: boolean;
  /** Whether to begin anew, whatever the journal says. */
  readonly restart: boolean;
  /**
   * Which positions are dead letters on disk, of the journal with an id: those are settled, even if a crash came before that was
   * written to the journal.
   */
  readonly deadLetterPositions: (journalId: string) => Promise<readonly number[]>;
  /** Called when the journal cannot be written any more. */
  readonly onError: (error: HaltError) => void;
  /** What to do where it cannot be kept there. */
  readonly advice?: string | undefined;
  /** How to wait for the lock. */
  readonly lock?: Omit<LockOptions, "onLost">;
}

/** So many entries later the file is written anew, so that it stays small. */
const CHECKPOINT_EVERY = 10_000;
/** Entries that need not be on disk at once are written together after this long, in milliseconds. */
const WRITE_AFTER_MS = 20;
/** What to do where a journal cannot be kept. */
const DEFAULT_ADVICE = "Choose another file with --journal.";

/**
 * A journal beside the input: a checkpoint in its first line, written anew by a rename, so that it is there whole or not at
 * all; then a line for each thing that happens. Entries are written together; a restart repeats what was not yet written, which
 * is harmless. What a restart could not repair, the attempt of a call that is not deduplicated, is waited for.
 */
export class FileJournal implements Journal {
  readonly keepsProgress = true;
  readonly id: string;
  readonly start: StartingPoint;
  readonly #path: string;
  readonly #input: FileHandle;
  readonly #lock: Lock;
  readonly #mark: PlanningMark;
  readonly #kind: JournalKind;
  readonly #deduplicate: boolean;
  readonly #watermark: Watermark;
  readonly #onError: (error: HaltError) => void;
  /** What an earlier run left beyond the watermark. */
  readonly #settledBefore: Set<number>;
  readonly #inFlightBefore: Set<number>;
  /** Whose record is written, while a call is left: of this run and of earlier ones, with what that call needs. */
  readonly #resumes: Map<number, string>;
  /** What this run has sent and not settled. */
  readonly #inFlight = new Set<number>();
  /** Where the lines that are not settled end, in bytes; in order. */
  readonly #offsets = new Map<number, number>();
  #offset: number;
  /** The checksums of the lines beyond the watermark that are taken up, settled or attempted. */
  readonly #checksums: Map<number, number>;
  #seal = new Seal();
  /** What the input looked like at the last checkpoint. */
  #fingerprint: Fingerprint;
  #inputChanged = false;
  #file: FileHandle | undefined;
  #entries: Entry[] = [];
  #entriesSinceCheckpoint = 0;
  #writing: Promise<void> = Promise.resolve();
  /** The write that has not begun yet, which who comes now goes along with, and whether it is to reach the disk. */
  #nextWrite: Promise<void> | undefined;
  #syncNext = false;
  #timer: NodeJS.Timeout | undefined;
  #failure: { readonly error: unknown } | undefined;
  #closed: Promise<void> | undefined;

  private constructor(
    path: string,
    input: FileHandle,
    lock: Lock,
    mark: PlanningMark,
    state: FoundJournal,
    onError: (error: HaltError) => void,
  ) {
    this.id = state.id;
    this.start = { position: state.position, offset: state.fingerprint.offset };
    this.#path = path;
    this.#input = input;
    this.#lock = lock;
    this.#mark = mark;
    this.#kind = kindOf(state);
    this.#deduplicate = state.deduplicate;
    this.#watermark = new Watermark(state.position);
    this.#offset = state.fingerprint.offset;
    this.#fingerprint = state.fingerprint;
    this.#settledBefore = new Set(state.beyond.filter((position) => position > state.position));
    this.#inFlightBefore = new Set(state.inTheAir.filter((position) => !this.#settledBefore.has(position)));
    this.#resumes = new Map(state.partial);
    this.#checksums = new Map(state.lineChecksums);
    this.#onError = onError;
  }

  /**
   * Opens the journal of an input, or begins one.
   *
   * @throws UsageError if another process is at work with it, or it is the journal of something else
   */
  static async open(options: JournalOptions): Promise<FileJournal> {
    const { path, kind, input, deduplicate, restart, deadLetterPositions, onError } = options;
    const { advice = DEFAULT_ADVICE } = options;
    const lock = await takeLock(`${path}.lock`, { ...options.lock, onLost: onError });
    try {
      // Read even where it is not asked: what is no journal is not written over.
      const previous = await readJournal(path, advice).catch((error: unknown) => {
        checkDamage(error, options);
        return undefined;
      });
      const found = restart ? undefined : previous;
      if (found !== undefined) await checkJournal(found, options);
      const state: FoundJournal = found ?? {
        version: 2,
        id: randomUUID(),
        kind,
        deduplicate,
        fingerprint: await fingerprintOf(input, 0),
        position: 0,
        beyond: [],
        inTheAir: [],
        inputChanged: false,
        lineChecksums: new Map(),
      };
      const dead = found === undefined ? [] : await deadLetterPositions(state.id);
      const mark = PlanningMark.open(`${path}.planning`, state.id);
      const journal = new FileJournal(
        path,
        input,
        lock,
        mark,
        { ...state, beyond: [...state.beyond, ...dead] },
        onError,
      );
      await journal.#checkpoint();
      return journal;
    } catch (error) {
      await lock.release();
      if (error instanceof UsageError) throw error;
      throw new UsageError(`Cannot write the journal ${path}: ${fileErrorReason(error)}. ${advice}`);
    }
  }

  /** How many positions beyond the {@link FileJournal.start} an earlier run has settled. */
  get settledBefore(): number {
    return this.#settledBefore.size;
  }

  /** Whether the input has become another one while it was read. What is noted is of the one before, and nothing goes on with it. */
  get inputChanged(): boolean {
    return this.#inputChanged;
  }

  get settledThrough(): number {
    return this.#watermark.position;
  }

  settledBeyond(): number[] {
    return this.#watermark.settledBeyond();
  }

  isSettled(position: number): boolean {
    return this.#settledBefore.has(position);
  }

  wasInFlight(position: number): boolean {
    return this.#inFlightBefore.has(position);
  }

  resumeOf(position: number): string | undefined {
    return this.#resumes.get(position);
  }

  progressed(position: number, resume: string): Promise<void> {
    this.#inFlight.delete(position);
    this.#inFlightBefore.delete(position);
    this.#resumes.set(position, resume);
    this.#entries.push({ partial: position, resume, line: this.#checksums.get(position) });
    // Deduplicated, the record may be written again: it is enough that the process can be killed.
    return this.#write({ sync: !this.#deduplicate });
  }

  hasEndedRuns(position: number): boolean {
    return this.#mark.hasEndedRuns(position);
  }

  planning(position: number): void {
    this.#mark.planning(position);
  }

  planned(): void {
    this.#mark.planned();
  }

  begin(position: number, endOffset: number, checksum?: number): void {
    this.#offsets.set(position, endOffset);
    if (checksum !== undefined) this.#checksums.set(position, checksum);
    this.#watermark.begin(position);
  }

  attempt(position: number, isHarmless = false): Promise<void> {
    const nothingToNote = this.#deduplicate || isHarmless;
    if (nothingToNote && this.#lock.isFresh) return Promise.resolve();
    return this.#whileLocked(() => (nothingToNote ? Promise.resolve() : this.#attempt(position)));
  }

  /** Does something that only the holder of the lock may do: a process that stood still may have lost it. */
  async #whileLocked(work: () => Promise<void>): Promise<void> {
    if (!this.#lock.isFresh) await this.#lock.confirm();
    await work();
    if (!this.#lock.isFresh) await this.#lock.confirm();
  }

  #attempt(position: number): Promise<void> {
    if (this.#inFlight.has(position)) return Promise.resolve();
    this.#inFlight.add(position);
    this.#entries.push({ attempt: position, line: this.#checksums.get(position) });
    return this.#write({ sync: true });
  }

  beforeDeadLetter(): Promise<void> {
    // Nothing to write: a letter in a file names its journal and its position, by which a later run recognizes it.
    return Promise.resolve();
  }

  withdraw(position: number): void {
    if (this.#inFlight.delete(position)) this.#writeSoon({ withdrawn: position });
  }

  settle(position: number): void {
    this.#inFlight.delete(position);
    this.#inFlightBefore.delete(position);
    this.#settledBefore.delete(position);
    this.#resumes.delete(position);
    this.#mark.settled(position);
    this.#watermark.settle(position);
    this.#writeSoon({ settled: position, line: this.#checksums.get(position) });
    this.#forgetOffsets();
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      // Where that fails, what it did not write is in the checkpoint.
      await this.#write({ sync: true }).catch(() => undefined);
      await this.#checkpoint();
    } catch (error) {
      this.#fail(error);
    } finally {
      await this.#file?.close().catch(() => undefined);
      this.#mark.close();
      await this.#lock.release();
    }
  }

  /** For what may be lost in a crash: it is repeated then. A failure is told to the stream by `onError`. */
  #writeSoon(entry: Entry): void {
    this.#entries.push(entry);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write({ sync: false }).catch(() => undefined);
    }, WRITE_AFTER_MS);
  }

  #forgetOffsets(): void {
    for (const [position, offset] of this.#offsets) {
      if (position > this.#watermark.position) return;
      this.#offset = offset;
      this.#offsets.delete(position);
      this.#checksums.delete(position);
    }
  }

  /** Writes what has come together. Who comes while a write is under way goes along with the next one. */
  #write({ sync }: { readonly sync: boolean }): Promise<void> {
    this.#syncNext ||= sync;
    this.#nextWrite ??= this.#scheduleWrite();
    return this.#nextWrite;
  }

  #scheduleWrite(): Promise<void> {
    const write = this.#writing.then(async () => {
      // What a full disk cut off must not be continued by the next entry.
      if (this.#failure !== undefined) throw this.#failure.error;
      const sync = this.#syncNext;
      this.#nextWrite = undefined;
      this.#syncNext = false;
      const entries = this.#entries;
      this.#entries = [];
      if (entries.length > 0) await this.#file?.appendFile(entries.map((entry) => this.#seal.lineOf(entry)).join(""));
      if (sync) await this.#file?.datasync();
      this.#entriesSinceCheckpoint += entries.length;
      if (this.#entriesSinceCheckpoint >= CHECKPOINT_EVERY) await this.#checkpoint();
    });
    this.#writing = write.catch((error: unknown) => {
      this.#failure ??= { error };
      this.#fail(error);
    });
    return write.catch((error: unknown) => {
      throw this.#errorOf(error);
    });
  }

  /** Writes the file anew, beside the old one and in its place by a rename. */
  async #checkpoint(): Promise<void> {
    // All of one moment: what happens after it comes to the file as an entry.
    const position = this.#watermark.position;
    const beyond = [...this.#watermark.settledBeyond(), ...this.#settledBefore].filter((one) => one > position);
    const inFlight = [...this.#inFlight, ...this.#inFlightBefore];
    const fingerprint = await fingerprintFurtherOn(this.#input, this.#fingerprint, this.#offset);
    if (fingerprint === undefined) {
      this.#inputChanged = true;
      // What is noted of one file must not count for another, which may begin in the same way.
      await this.#file?.appendFile(`\n${this.#seal.lineOf({ inputChanged: true })}`).catch(() => undefined);
      throw new HaltError(
        "The file was changed while it was read, so that it is not known which of its lines are done. Begin anew with --restart.",
      );
    }
    const { id } = this;
    const kind = this.#kind;
    const deduplicate = this.#deduplicate;
    const partial = [...this.#resumes].filter(([one]) => one > position);
    const noted = [...beyond, ...inFlight, ...partial.map(([one]) => one)];
    const lines = noted.flatMap((one) => {
      const checksum = this.#checksums.get(one);
      return checksum === undefined ? [] : [one, checksum];
    });
    const state: Checkpoint = {
      version: 2,
      id,
      kind,
      deduplicate,
      fingerprint,
      position,
      beyond,
      inTheAir: inFlight,
      ...(partial.length > 0 && { partial }),
      lines,
    };
    const next = `${this.#path}.next`;
    const file = await openNewFile(next);
    const seal = new Seal();
    try {
      await file.writeFile(seal.lineOf(state));
      await file.sync();
      // What another process has put in its place by now is not ours to replace.
      await this.#lock.confirm();
      await rename(next, this.#path);
    } catch (error) {
      await file.close();
      await unlink(next).catch(() => undefined);
      throw error;
    }
    await this.#file?.close();
    this.#file = file;
    this.#seal = seal;
    this.#fingerprint = fingerprint;
    this.#entriesSinceCheckpoint = 0;
  }

  #fail(error: unknown): void {
    this.#onError(this.#errorOf(error));
  }

  #errorOf(error: unknown): HaltError {
    if (error instanceof HaltError) return error;
    return new HaltError(`Cannot write the journal ${this.#path}: ${fileErrorReason(error)}.`);
  }
}

/** Reads a journal; `undefined` if there is none. */
async function readJournal(path: string, advice: string): Promise<FoundJournal | undefined> {
  let text: string;
  try {
    // A device must not be read, which may have no end, and still less be replaced by a file.
    if (!(await stat(path)).isFile()) throw notAJournal(path, advice);
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const found = readJournalText(text);
  if (found === undefined) throw notAJournal(path, advice);
  return found;
}

/** What is said of a journal that is damaged; nothing where it is to be written anew, and certainly was a journal. */
function checkDamage(error: unknown, { path, restart, advice }: JournalOptions): void {
  if (!(error instanceof DamagedJournal)) throw error;
  if (error.isOurs && restart) return;
  const wayOut = error.isOurs
    ? "Restore it from a copy, or begin anew with --restart, which sends every event again."
    : `If it was the journal, remove it, and every event is sent again. If not: ${advice ?? DEFAULT_ADVICE}`;
  throw new UsageError(
    `The journal ${path} is damaged at line ${error.line}, so that it is not known what was delivered. Nothing was sent. ${wayOut}`,
  );
}

async function checkJournal(
  found: FoundJournal,
  { path, kind, input, deduplicate }: Pick<JournalOptions, "path" | "kind" | "input" | "deduplicate">,
): Promise<void> {
  if (kindOf(found) !== kind) {
    const what = kind === "events" ? "a replay of dead letters" : "a delivery of events";
    throw new UsageError(
      `${path} is the journal of ${what}, and does not tell which ${kind} were sent. Begin anew with --restart.`,
    );
  }
  if (found.inputChanged || !(await hasFingerprint(input, found.fingerprint))) {
    throw new UsageError(
      `${path} is the journal of another file, or this file has changed. Begin anew with --restart.`,
    );
  }
  const changed = await changedLine(input, found);
  if (changed !== undefined) {
    throw new UsageError(
      `This file has changed: line ${changed} is not the one that ${path} has noted, so that it is not known which lines are done. Nothing was sent. Undo the change, and put new events at the end or into another file; or begin anew with --restart, which sends every event again.`,
    );
  }
  if (found.deduplicate !== deduplicate) {
    const was = found.deduplicate ? "on" : "off";
    throw new UsageError(
      `${path} was begun with deduplication ${was}, and what was in the air cannot be told otherwise. Go on with it ${was}, or begin anew with --restart.`,
    );
  }
}

/** The first line beyond the watermark that is not the one that was settled or attempted; `undefined` if all are. */
async function changedLine(
  input: FileHandle,
  { position, fingerprint, lineChecksums }: FoundJournal,
): Promise<number | undefined> {
  const noted = [...lineChecksums.keys()].filter((one) => one > position);
  if (noted.length === 0) return undefined;
  const last = noted.reduce((one, other) => Math.max(one, other));
  const start = await afterLineFeed(input, { position, offset: fingerprint.offset });
  for await (const { number, checksum } of readLines(readInput(input, start.offset), start, 0)) {
    if (checksum !== (lineChecksums.get(number) ?? checksum)) return number;
    if (number >= last) return undefined;
  }
  return last;
}

function kindOf({ kind = "events" }: Checkpoint): JournalKind {
  return kind;
}

function notAJournal(path: string, advice: string): UsageError {
  return new UsageError(`${path} is not a journal. ${advice}`);
}
