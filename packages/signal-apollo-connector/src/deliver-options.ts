import { isObject } from "@datafly/signal-connector-kit";

/** Options of one delivery, or of one check. */
export interface DeliverOptions {
  /** Ends the call, be it in the air or waiting for a repeat; the outcome is then `failed`, `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks the options before anything is decided by the event: a mistake must not wait for the first one that is sent.
 *
 * @param what whose options they are, as part of a sentence
 * @throws TypeError
 */
export function checkDeliverOptions(options: DeliverOptions, what = "a delivery"): DeliverOptions {
  if (!isObject(options)) throw new TypeError(`The options of ${what} must be an object.`);
  const { signal, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new TypeError(`There is no option ${JSON.stringify(unknown)} of ${what}. There is: signal.`);
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
