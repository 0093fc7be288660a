import { open, unlink, type FileHandle } from "node:fs/promises";

import { fileErrorReason, UsageError } from "../usage-error.js";
import type { DeadLetter } from "./dead-letter.js";

/** Dead letters could not be kept. The line must stop: what is not kept would be lost. */
export class DeadLetterError extends Error {
  override readonly name = "DeadLetterError";
}

/** A file of dead letters, one JSON object a line. It holds personal data, so only its owner may read it. */
export class DeadLetterFile {
  readonly path: string;
  readonly #handle: FileHandle;
  /** Whether to leave the file in place even if nothing is added to it. */
  readonly #keepEmpty: boolean;
  #writing: Promise<unknown> = Promise.resolve();
  #count = 0;
  #failure: { readonly error: unknown } | undefined;

  private constructor(path: string, handle: FileHandle, keepEmpty: boolean) {
    this.path = path;
    this.#handle = handle;
    this.#keepEmpty = keepEmpty;
  }

  /**
   * Opens a file to add to, or makes it.
   *
   * @throws UsageError if that is not possible: better now than with a dead letter in hand
   */
  static async open(path: string): Promise<DeadLetterFile> {
    try {
      const handle = await open(path, "a+", 0o600);
      const stat = await handle.stat();
      // A device or a pipe is somebody else's: it keeps its mode, and its place.
      if (!stat.isFile()) return new DeadLetterFile(path, handle, true);
      await handle.chmod(0o600);
      if (stat.size > 0) await endTornLine(handle, stat.size);
      return new DeadLetterFile(path, handle, stat.size > 0);
    } catch (error) {
      throw new UsageError(
        `Cannot write dead letters to ${path}: ${fileErrorReason(error)}. Choose another file with --dead-letters.`,
      );
    }
  }

  /** How many letters were added. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds a letter. Resolves when it is on disk.
   *
   * @throws DeadLetterError if it could not be kept
   */
  async add(letter: DeadLetter): Promise<void> {
    const write = this.#writing.then(() => this.#write(letter));
    this.#writing = write.catch(() => undefined);
    try {
      await write;
    } catch (error) {
      throw new DeadLetterError(`Cannot write dead letters to ${this.path}: ${fileErrorReason(error)}.`);
    }
    this.#count += 1;
  }

  /** Closes the file, and removes it if it was made for nothing. */
  async close(): Promise<void> {
    await this.#writing;
    const { size } = await this.#handle.stat();
    await this.#handle.close();
    if (size === 0 && !this.#keepEmpty) await unlink(this.path);
  }

  async #write(letter: DeadLetter): Promise<void> {
    // What a full disk cut off must not be continued by the next letter.
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      await this.#append(letter);
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  async #append(letter: DeadLetter): Promise<void> {
    await this.#handle.appendFile(`${JSON.stringify(letter)}\n`);
    await this.#handle.sync().catch((error: unknown) => {
      // Pipes and devices cannot be synced, and need not be.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EINVAL" && code !== "ENOTSUP") throw error;
    });
  }
}

/** A crash can leave half a line at the end; the next letter must not continue it. */
async function endTornLine(handle: FileHandle, size: number): Promise<void> {
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  if (last.toString() !== "\n") await handle.appendFile("\n");
}
