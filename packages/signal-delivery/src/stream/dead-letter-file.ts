import { constants } from "node:fs";
import { open, stat, unlink, type FileHandle } from "node:fs/promises";

import { printable, printableJson } from "../text/printable.js";
import { fileErrorReason, UsageError } from "../usage-error.js";
import { HaltError } from "../halt-error.js";
import { linesOf } from "./dead-letter-lines.js";
import type { DeadLetter, DeadLetters } from "./dead-letter.js";
import { GroupedWrites } from "./grouped-writes.js";
import { positionsOfLetters, withFile } from "./settled-letters.js";
import { lineFeedIfTorn } from "./torn-line.js";

/** A file of dead letters, one JSON object a line. It holds personal data, so only its owner may read it. */
export class DeadLetterFile implements DeadLetters {
  readonly path: string;
  /** Whether it is a file, in which letters can be looked up, and not a device or a pipe. */
  readonly #isFile: boolean;
  /** Whether to leave the file in place even if nothing is added to it: others may have it open, too. */
  readonly #keepEmpty: boolean;
  #handle: FileHandle;
  readonly #writes = new GroupedWrites((text) => this.#write(text));
  #count = 0;
  #failure: { readonly error: unknown } | undefined;

  private constructor(path: string, handle: FileHandle, facts: { isFile: boolean; keepEmpty: boolean }) {
    this.path = path;
    this.#handle = handle;
    this.#isFile = facts.isFile;
    this.#keepEmpty = facts.keepEmpty;
  }

  /**
   * Opens a file to add to, or makes it.
   *
   * @param advice what to do where that is not possible
   * @param options `followLinks: false` for a place that nobody has chosen: a link there is not meant
   * @throws UsageError if that is not possible: better now than with a dead letter in hand
   */
  static async open(
    path: string,
    advice = "Choose another file with --dead-letters.",
    { followLinks = true } = {},
  ): Promise<DeadLetterFile> {
    try {
      const { handle, made } = await openOrMake(path, followLinks);
      // A device or a pipe is somebody else's: it keeps its mode, and its place.
      if (!(await handle.stat()).isFile()) return new DeadLetterFile(path, handle, { isFile: false, keepEmpty: true });
      await handle.chmod(0o600);
      return new DeadLetterFile(path, handle, { isFile: true, keepEmpty: !made });
    } catch (error) {
      throw new UsageError(`Cannot write dead letters to ${printable(path)}: ${fileErrorReason(error)}. ${advice}`);
    }
  }

  /**
   * The positions of the letters that a journal's runs have left, in the file or where a replay has moved them. A line that is
   * torn is not a letter.
   */
  async positionsOf(journal: string): Promise<number[]> {
    return this.#isFile ? positionsOfLetters(this.path, journal) : [];
  }

  /** How many letters a journal's runs have left in the file and no replay has settled. */
  async countOf(journal: string): Promise<number> {
    let count = 0;
    if (!this.#isFile) return count;
    await withFile(this.path, async (file) => {
      for await (const { letter } of linesOf(file)) if (letter?.journal === journal) count += 1;
    });
    return count;
  }

  /** How many letters were added. */
  get count(): number {
    return this.#count;
  }

  /** Whether it is a file that has something in it, be it of earlier runs. */
  async holdsAny(): Promise<boolean> {
    return this.#isFile && (await this.#handle.stat()).size > 0;
  }

  /**
   * Adds a letter. Resolves when it is on disk.
   *
   * @throws HaltError if it could not be kept
   */
  async add(letter: DeadLetter): Promise<void> {
    try {
      await this.#writes.add(printableJson(letter));
    } catch (error) {
      throw new HaltError(`Cannot write dead letters to ${printable(this.path)}: ${fileErrorReason(error)}.`);
    }
    this.#count += 1;
  }

  /** Closes the file, and removes it if it was made for nothing. */
  async close(): Promise<void> {
    await this.#writes.idle();
    const { size } = await this.#handle.stat();
    const remove = size === 0 && !this.#keepEmpty && (await isInPlace(this.#handle, this.path));
    await this.#handle.close();
    if (remove) await unlink(this.path);
  }

  async #write(text: string): Promise<void> {
    // What a full disk cut off must not be continued by the next letters.
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      await this.#append(text);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  async #append(text: string): Promise<void> {
    if (!this.#isFile) return this.#appendToHandle(text);
    do {
      if (!(await isInPlace(this.#handle, this.path))) await this.#openAnew();
      await this.#appendToHandle(text);
      // A replay moves the file away and then reads it to its end. If that was before this write, it may have missed it: better
      // twice than not at all.
    } while (!(await isInPlace(this.#handle, this.path)));
  }

  async #appendToHandle(text: string): Promise<void> {
    const lineFeed = this.#isFile ? await lineFeedIfTorn(this.#handle) : "";
    await this.#handle.appendFile(lineFeed + text);
    await this.#handle.sync().catch((error: unknown) => {
      // Pipes and devices cannot be synced, and need not be.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EINVAL" && code !== "ENOTSUP") throw error;
    });
  }

  /** Somebody has moved or removed the file meanwhile: what is added to it now would be lost with it. */
  async #openAnew(): Promise<void> {
    // Opened before the old one is closed: where that fails, there is still one to close at the end.
    const anew = await open(this.path, "a+", 0o600);
    await this.#handle.close();
    this.#handle = anew;
  }
}

/** Whether a file that is open is still the one under its path. */
export async function isInPlace(file: FileHandle, path: string): Promise<boolean> {
  // As bigint: an inode of Windows is more than a number can tell.
  const [mine, there] = await Promise.all([
    file.stat({ bigint: true }),
    stat(path, { bigint: true }).catch(() => undefined),
  ]);
  return mine.dev === there?.dev && mine.ino === there.ino;
}

/** Opens a file to add to; tells whether it had to be made. */
async function openOrMake(path: string, followLinks: boolean): Promise<{ handle: FileHandle; made: boolean }> {
  try {
    return { handle: await open(path, "ax+", 0o600), made: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
    const flags = O_RDWR | O_APPEND | O_CREAT | (followLinks ? 0 : O_NOFOLLOW);
    return { handle: await open(path, flags, 0o600), made: false };
  }
}
