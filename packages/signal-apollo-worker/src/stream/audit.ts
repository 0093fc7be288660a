import { open, type FileHandle } from "node:fs/promises";

import { fileErrorReason, UsageError } from "../usage-error.js";
import type { SettledEvent } from "./settled-event.js";

/** The audit can no longer be written. The line must stop: what is not recorded cannot be answered for. */
export class AuditError extends Error {
  override readonly name = "AuditError";
}

/** A file that says of each event why it was, or was not, delivered, one JSON object a line. No personal data. */
export class Audit {
  readonly #path: string;
  readonly #handle: FileHandle;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** @throws UsageError if the file cannot be written */
  static async open(path: string): Promise<Audit> {
    try {
      return new Audit(path, await open(path, "a", 0o600));
    } catch (error) {
      throw new UsageError(
        `Cannot write the audit to ${path}: ${fileErrorReason(error)}. Choose another file with --audit.`,
      );
    }
  }

  /**
   * Records what became of an event.
   *
   * @throws AuditError if that is not possible
   */
  async record(event: SettledEvent, atMs: number): Promise<void> {
    const line = `${JSON.stringify(auditOf(event, new Date(atMs).toISOString()))}\n`;
    const write = this.#writing.then(() => this.#handle.appendFile(line));
    this.#writing = write.catch(() => undefined);
    try {
      await write;
    } catch (error) {
      throw new AuditError(`Cannot write the audit to ${this.#path}: ${fileErrorReason(error)}.`);
    }
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#handle.close();
  }
}

function auditOf(settled: SettledEvent, at: string): Record<string, unknown> {
  const { position, messageId, event, outcome, attempts, consent, storedConsent, failureClass } = settled;
  return {
    at,
    position,
    messageId,
    event,
    outcome: outcome.status,
    reason: outcome.status === "delivered" ? undefined : outcome.reason,
    class: failureClass,
    consent: { event: consent, store: storedConsent },
    contactId: outcome.status === "delivered" ? outcome.contactId : undefined,
    attempts,
  };
}
