import type { Decision, DeliverDecision } from "../decision/decision.js";
import type { MappedField } from "../decision/mapped-field.js";
import type { ConsentPurpose } from "../consent/consent.js";
import type { SendFailed, SendResult } from "./send-result.js";
import type { Vendor } from "./vendor.js";

/** Options of one call. */
export interface SendOptions {
  /** Ends the call. The result is then `failed`, with a reason of the class `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of a check. `ok` if the vendor would take calls, as far as can be told without writing anything. */
export type CheckResult = { readonly status: "ok" } | SendFailed;

/**
 * Everything that the delivery engine knows of a vendor: data, and two functions. Whoever writes a connector writes this; order, pace,
 * retries, progress, dead letters, consent at delivery, audit, metrics, Kafka and the command line are the engine's.
 *
 * A connector has its settings already, and is shared by all events.
 *
 * @typeParam Payload what is sent of an event
 */
export interface Connector<Payload = unknown> {
  /** The vendor's name and words. */
  readonly vendor: Vendor;
  /** The purpose without whose consent nothing is delivered. The engine asks a consent store for it before each call. */
  readonly purpose: ConsentPurpose;
  /**
   * Whether sending a payload twice leaves the vendor as sending it once would: an upsert, or an insert that deduplicates. Only then
   * does the engine retry a call whose fate is not known.
   */
  readonly idempotent: boolean;
  /**
   * Decides what is to be done with an event. Pure: no I/O, no clock, no change to the event; the same event always gives the same
   * decision, and no change of a decision changes another one. Never throws, whatever the event is.
   */
  plan(event: unknown): Decision<Payload>;
  /** Says value by value how `plan` comes to its payload. For previews; as pure as `plan`. */
  trace?(event: unknown): readonly MappedField[];
  /**
   * Makes **one** call, and retries nothing: the engine does, and asks consent and quota again each time. Resolves with what came of it,
   * failures included; rejects only if the connector itself is broken, which ends the worker.
   */
  send(decision: DeliverDecision<Payload>, options?: SendOptions): Promise<SendResult>;
  /** Looks whether address, key and permissions are right, as far as that can be told without writing anything. */
  check?(options?: SendOptions): Promise<CheckResult>;
}
