import { isObject } from "@datafly/signal-connector-kit";

/** Options of one check. */
export interface CheckOptions {
  /** Ends the call, be it in the air or waiting for a repeat; the outcome is then `failed`, `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of one delivery. */
export interface DeliverOptions extends CheckOptions {
  /**
   * Apollo's id of the contact, if an earlier delivery of the same event has written it: `contactId` of its outcome. Only what is left
   * is then done: the contact is added to its lists, and not written again.
   */
  readonly contactId?: string | undefined;
}

/**
 * Checks the options of a delivery as {@link checkCheckOptions} does.
 *
 * @throws TypeError
 */
export function checkDeliverOptions(options: DeliverOptions): DeliverOptions {
  if (!isObject(options)) throw new TypeError("The options of a delivery must be an object.");
  const { contactId, ...others } = options;
  if (contactId !== undefined && (typeof contactId !== "string" || contactId === "")) {
    throw new TypeError("contactId must be an id of a contact.");
  }
  return { ...checkCheckOptions(others, "a delivery", "signal, contactId"), contactId };
}

/**
 * Checks the options before anything is decided by the event: a mistake must not wait for the first one that is sent.
 *
 * @param what whose options they are, as part of a sentence
 * @throws TypeError
 */
export function checkCheckOptions(options: CheckOptions, what = "a check", known = "signal"): CheckOptions {
  if (!isObject(options)) throw new TypeError(`The options of ${what} must be an object.`);
  const { signal, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new TypeError(`There is no option ${JSON.stringify(unknown)} of ${what}. There is: ${known}.`);
  }
  if (signal !== undefined && !isSignal(signal)) throw new TypeError("signal must be an AbortSignal.");
  return { signal };
}

/** Of any realm, so not by `instanceof`. */
function isSignal(value: unknown): boolean {
  const { aborted, addEventListener, removeEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return (
    typeof aborted === "boolean" && typeof addEventListener === "function" && typeof removeEventListener === "function"
  );
}
