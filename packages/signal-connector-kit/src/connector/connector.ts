import type { ConsentPurpose } from "../consent/consent.js";
import type { Decision, DeliverDecision } from "../decision/decision.js";
import type { MappedField } from "../decision/mapped-field.js";
import type { Remark } from "../decision/remark.js";
import type { NearMiss } from "../plan/near-miss.js";
import type { Finding } from "./finding.js";
import type { SendFailed, SendResult } from "./send-result.js";
import type { Vendor } from "./vendor.js";

/** Options of a check. */
export interface CheckOptions {
  /** Ends the call. The result is then `failed`, with a reason of the class `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of one call. */
export interface SendOptions extends CheckOptions {
  /**
   * What an earlier call for the same event returned as {@link SendPartial.resume}, be it of an earlier run: the record is written, and only
   * what is left is to be done. It can come from a dead letter that somebody has edited.
   */
  readonly resume?: string | undefined;
}

/** The result of a check. `ok` if the vendor would take calls, as far as can be told without writing anything. */
export type CheckResult = { readonly status: "ok" } | SendFailed;

/**
 * What decides about events, and calls nobody: enough for a preview, which needs no key.
 *
 * A planner has its settings already, and is shared by all events.
 *
 * @typeParam Payload what is sent of an event
 */
export interface Planner<Payload = unknown> {
  /** The vendor's name and words. */
  readonly vendor: Vendor;
  /** The purpose without whose consent nothing is delivered. The engine asks a consent store for it before each call. */
  readonly purpose: ConsentPurpose;
  /** The names of the events that become records, as the settings list them. For reports. */
  readonly events: readonly string[];
  /**
   * Decides what is to be done with an event. Pure: no I/O, no clock, no change to the event; the same event always gives the same
   * decision, and no change of a decision changes another one. Never throws, whatever the event is.
   */
  plan(event: unknown): Decision<Payload>;
  /** Says value by value how `plan` comes to its payload. For previews; as pure as `plan`. */
  trace?(event: unknown): readonly MappedField[];
  /** Finds what was most likely meant by an event that is not mapped. For reports; as pure as `plan`. */
  nearMiss?(event: unknown): NearMiss | undefined;
  /** Says what a person should know of a decision before it is delivered, beside its warnings. For previews. */
  remark?(decision: DeliverDecision<Payload>): Remark | undefined;
}

/**
 * Everything that the delivery engine knows of a vendor: data, and two functions. Whoever writes a connector writes this; order, pace,
 * retries, progress, dead letters, consent at delivery, audit, metrics, Kafka and the command line are the engine's.
 *
 * @typeParam Payload what is sent of an event
 */
export interface Connector<Payload = unknown> extends Planner<Payload> {
  /**
   * Whether sending a payload twice leaves the vendor as sending it once would: an upsert, or an insert that deduplicates. Only then
   * does the engine retry a call whose fate is not known.
   */
  readonly idempotent: boolean;
  /**
   * Makes **one** call, and retries nothing: the engine does, and asks consent and quota again each time. Resolves with what came of it,
   * failures included; rejects only if the connector itself is broken, which ends the worker.
   */
  send(decision: DeliverDecision<Payload>, options?: SendOptions): Promise<SendResult>;
  /**
   * Looks whether address, key and permissions are right, as far as that can be told without writing anything. The engine asks at the
   * start of a worker, and while the vendor is away. Without it, the next event is the probe.
   */
  check?(options?: CheckOptions): Promise<CheckResult>;
  /**
   * Asks for permissions that only a call can show, by calls that the vendor must refuse. Writes nothing, but may count against a quota;
   * so it is asked only for `check --probe-scope`. Takes the place of what `words.unknown` says of the same checks.
   */
  probeScope?(options?: CheckOptions): Promise<readonly Finding[]>;
}
