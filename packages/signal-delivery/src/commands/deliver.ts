import type { ExitCode } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { FileJournal, type JournalOptions } from "../journal/file-journal.js";
import { MemoryJournal } from "../journal/memory-journal.js";
import { shellWord } from "../text/shell-word.js";
import type { SourceRecord } from "../stream/event-source.js";
import { withoutIncompleteLastLine } from "../file/incomplete-last-line.js";
import type { StartingPoint } from "../file/lines.js";
import { checkReadable, isStandardInput, openSource, type OpenSource } from "../source/open-source.js";
import { spool } from "../source/spool.js";
import { DeadLetterFile } from "../stream/dead-letter-file.js";
import { isDeadLetter } from "../stream/dead-letter-lines.js";
import { UsageError } from "../usage-error.js";
import { checkAudit, isSameFile } from "./check-audit.js";
import { runDelivery, type DeliveryFlags } from "./run-delivery.js";

/** The options of `deliver`. */
export interface DeliverFlags extends DeliveryFlags {
  readonly deadLetters?: string | undefined;
  /** Where to keep it; `false` for none. */
  readonly journal?: string | false | undefined;
  readonly spool?: string | undefined;
}

/** Delivers the events of a file or of standard input. */
export async function deliver(path: string | undefined, flags: DeliverFlags, io: CommandIo): Promise<ExitCode> {
  if (!isStandardInput(path)) {
    if (flags.spool !== undefined) throw new UsageError("--spool is for standard input; a file needs none.");
    // Before the key is asked for: a key that is missing as well would hide it.
    await checkReadable(path);
  }
  return runDelivery(flags, io, async ({ stop, disposables, deduplicate, onProblem, say }) => {
    const source = await open(path, flags, io, stop);
    disposables.add(() => source.close());
    // A file before anything is written beside it; a pipe can be read only once.
    if (source.file !== undefined) await onlyEvents(source, io).next();
    const deadLetters = await openDeadLetters(source, flags.deadLetters, io);
    disposables.add(() => deadLetters.close());
    const journal = await openJournal(source, deadLetters, flags, {
      deduplicate,
      onProblem,
      lock: { signal: stop, say, sleep: (ms, signal) => io.sleep(ms, signal) },
    });
    disposables.add(() => journal.close());
    await checkAudit(flags.audit, [
      [source.path, "that is being read"],
      [deadLetters.path, "of dead letters"],
      [journalPath(source, flags), "of the journal"],
    ]);
    const { file } = source;
    let incompleteLine: number | undefined;
    const events = (start?: StartingPoint) =>
      // Of a spool it is known that nothing more comes.
      file === undefined || flags.spool !== undefined
        ? onlyEvents(source, io, start)
        : withoutIncompleteLastLine(onlyEvents(source, io, start), file, (position) => (incompleteLine = position));
    return {
      events,
      rest: () => (incompleteLine === undefined ? undefined : restOfLine(incompleteLine)),
      journal,
      deadLetters,
      ...(journal instanceof FileJournal && { lettersOfTheJournal: () => deadLetters.countOf(journal.id) }),
      ...(journal instanceof MemoryJournal && { resumesIf: resumesIf(source) }),
    };
  });
}

function restOfLine(position: number): string {
  return `Line ${position}, the last, is only half there. If the file is still being written, wait for the rest; if not, end the line, and it becomes a dead letter.`;
}

/** With what a later run would go on by itself, where this one keeps no journal. */
function resumesIf({ path, file }: OpenSource): string {
  if (file !== undefined) return "Without --no-journal";
  return path === undefined ? "With --spool" : "As standard input, with --spool";
}

async function open(
  path: string | undefined,
  flags: DeliverFlags,
  io: CommandIo,
  stop: AbortSignal,
): Promise<OpenSource> {
  if (flags.spool === undefined) return openSource(path, io, stop);
  await spool(flags.spool, io, stop);
  return openSource(flags.spool, io, stop);
}

/**
 * Reads the events of a source.
 *
 * @throws UsageError if its first line is a dead letter: as an event it would be rejected, and the one in it not be sent
 */
async function* onlyEvents(
  source: OpenSource,
  { program }: CommandIo,
  start?: StartingPoint,
): AsyncGenerator<SourceRecord> {
  for await (const record of source.events(start)) {
    if (record.position === 1 && record.kind === "event" && isDeadLetter(record.event)) {
      const [what, file] =
        source.path === undefined ? ["Standard input", "FILE"] : [source.path, shellWord(source.path)];
      throw new UsageError(
        `${what} holds dead letters, not events. Nothing was sent. To send them again: ${program.name} dead-letters replay ${file}`,
      );
    }
    yield record;
  }
}

/** Where the journal is kept; `undefined` for nowhere. */
function journalPath({ file, path }: OpenSource, { journal }: DeliverFlags): string | undefined {
  if (journal === false) return undefined;
  return journal ?? (file === undefined ? undefined : `${path}.journal`);
}

function openJournal(
  source: OpenSource,
  deadLetters: DeadLetterFile,
  flags: DeliverFlags,
  {
    deduplicate,
    onProblem,
    lock,
  }: {
    readonly deduplicate: boolean;
    readonly onProblem: (problem: string) => void;
    readonly lock: NonNullable<JournalOptions["lock"]>;
  },
): Promise<FileJournal | MemoryJournal> {
  const path = journalPath(source, flags);
  if (path === undefined) return Promise.resolve(new MemoryJournal());
  if (source.file === undefined) {
    throw new UsageError("--journal needs a file to go on in. For standard input, use --spool.");
  }
  return FileJournal.open({
    path,
    kind: "events",
    input: source.file,
    deduplicate,
    restart: flags.restart === true,
    deadLetterPositions: (id) => deadLetters.positionsOf(id),
    onError: ({ message }) => {
      onProblem(message);
    },
    lock,
  });
}

async function openDeadLetters(
  source: OpenSource,
  path: string | undefined,
  { program }: CommandIo,
): Promise<DeadLetterFile> {
  const chosen = path ?? `${source.path ?? program.name}.dead-letters.ndjson`;
  if (source.path !== undefined && (await isSameFile(source.path, chosen))) {
    throw new UsageError(
      "The dead letters would go into the file that is being read. Choose another one with --dead-letters.",
    );
  }
  return DeadLetterFile.open(chosen);
}
