import { open, stat, type FileHandle } from "node:fs/promises";

import type { Vendor } from "@datafly/signal-connector-kit";

import { printable, printableJson } from "../text/printable.js";
import { fileErrorReason, UsageError } from "../usage-error.js";
import { HaltError } from "../halt-error.js";
import { GroupedWrites } from "./grouped-writes.js";
import type { DeliveryResult } from "./delivery-result.js";
import { lineFeedIfTorn } from "./torn-line.js";

/** How long lines are collected before they are written, in milliseconds. An event is settled only when its line is written. */
const COLLECT_MS = 10;

/** A file that says of each event why it was, or was not, delivered, one JSON object a line. No personal data. */
export class Audit {
  readonly #path: string;
  readonly #vendor: Vendor;
  readonly #handle: FileHandle;
  readonly #writes = new GroupedWrites((text) => this.#append(text), COLLECT_MS);

  private constructor(path: string, vendor: Vendor, handle: FileHandle) {
    this.#path = path;
    this.#vendor = vendor;
    this.#handle = handle;
  }

  /** @throws UsageError if the file cannot be written */
  static async open(path: string, vendor: Vendor): Promise<Audit> {
    try {
      // Of a pipe only the end to write to: it would be its own reader, and wait for itself.
      const isOther = await stat(path).then(
        (found) => !found.isFile(),
        () => false,
      );
      const handle = await open(path, isOther ? "a" : "a+", 0o600);
      if (!isOther) await closeToOthers(handle);
      return new Audit(path, vendor, handle);
    } catch (error) {
      throw new UsageError(
        `Cannot write the audit to ${printable(path)}: ${fileErrorReason(error)}. Choose another file with --audit.`,
      );
    }
  }

  /**
   * Records what became of an event.
   *
   * @throws HaltError if that is not possible
   */
  async record(event: DeliveryResult, atMs: number): Promise<void> {
    try {
      await this.#writes.add(printableJson(auditOf(event, this.#vendor, new Date(atMs).toISOString())));
    } catch (error) {
      throw new HaltError(`Cannot write the audit to ${printable(this.#path)}: ${fileErrorReason(error)}.`);
    }
  }

  async close(): Promise<void> {
    await this.#writes.idle();
    await this.#handle.close();
  }

  async #append(text: string): Promise<void> {
    await this.#handle.appendFile((await lineFeedIfTorn(this.#handle)) + text);
  }
}

/** One that was made by somebody else may be open to others, who would read what it is told. */
async function closeToOthers(handle: FileHandle): Promise<void> {
  try {
    // Windows has no such modes.
    if (process.platform !== "win32" && ((await handle.stat()).mode & 0o077) !== 0) await handle.chmod(0o600);
  } catch (error) {
    await handle.close();
    throw new Error(`others may read it, and its mode cannot be set to 0600 (${fileErrorReason(error)})`, {
      cause: error,
    });
  }
}

function auditOf(settled: DeliveryResult, { record }: Vendor, at: string): Record<string, unknown> {
  const { position, topic, partition, messageId, event, outcome, attempts, maybeDelivered } = settled;
  const { consent, storedConsent, failureClass } = settled;
  return {
    at,
    topic,
    partition,
    position,
    messageId,
    event,
    outcome: outcome.status,
    reason: outcome.status === "delivered" ? undefined : outcome.reason,
    class: failureClass,
    consent: { event: consent, store: storedConsent },
    [`${record}Id`]: outcome.status === "delivered" ? outcome.recordId : undefined,
    attempts,
    maybeDelivered,
  };
}
