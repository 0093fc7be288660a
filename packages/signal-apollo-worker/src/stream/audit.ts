import { open, type FileHandle } from "node:fs/promises";

import { fileErrorReason, UsageError } from "../usage-error.js";
import { AuditError } from "./audit-error.js";
import { GroupedWrites } from "./grouped-writes.js";
import type { SettledEvent } from "./settled-event.js";

/** A file that says of each event why it was, or was not, delivered, one JSON object a line. No personal data. */
export class Audit {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #writes: GroupedWrites;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
    this.#writes = new GroupedWrites((text) => handle.appendFile(text));
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
    try {
      await this.#writes.add(JSON.stringify(auditOf(event, new Date(atMs).toISOString())));
    } catch (error) {
      throw new AuditError(`Cannot write the audit to ${this.#path}: ${fileErrorReason(error)}.`);
    }
  }

  async close(): Promise<void> {
    await this.#writes.idle();
    await this.#handle.close();
  }
}

function auditOf(settled: SettledEvent, at: string): Record<string, unknown> {
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
    contactId: outcome.status === "delivered" ? outcome.contactId : undefined,
    attempts,
    maybeDelivered,
  };
}
