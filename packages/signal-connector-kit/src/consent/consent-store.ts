import type { ConsentPurpose } from "./consent.js";

/** What a consent store says of a person's current consent to a purpose. */
export interface StoredConsent {
  /**
   * Whether the literal `true` is stored. Everything else is `false`: a stored `false`, no entry, a value of another kind,
   * an event that does not tell whose entry it would be.
   */
  readonly granted: boolean;
  /**
   * What was found, for logs: `redis canonical.marketing = false`, `redis: no entry`. Holds no personal data, neither the key
   * of the entry nor a stored value other than `true` and `false`.
   */
  readonly evidence: string;
}

/**
 * The consent of people as it is *now*, against which an event is checked just before each call. What the event itself says
 * of consent was true when it was collected, and may have been revoked since.
 *
 * A consent store can only take consent away: an event without consent of its own is dropped before a store is asked.
 */
export interface ConsentStore {
  /**
   * Asks for the consent of the person an event is about. Never answers from memory.
   *
   * @param event the event as it was read; may be of any shape
   * @throws {@link ConsentStoreError} if the store cannot be asked. Nothing is known then: the event is to wait, and to be
   * neither sent nor dropped. A later call can succeed.
   */
  check(event: unknown, purpose: ConsentPurpose): Promise<StoredConsent>;
  /** Lets go of connections. Does not wait for the store; a check that is under way fails. */
  close(): Promise<void>;
}

/**
 * The consent store cannot be asked. Its message is a sentence without its full stop; no password, no address, and no personal
 * data is in it.
 */
export class ConsentStoreError extends Error {
  /** The name of the class, as a literal. */
  override readonly name = "ConsentStoreError";
}
