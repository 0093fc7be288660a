/** Timers take no more than this many milliseconds, some 24 days. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** How one call is made. */
export interface CallSettings {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly maxRetries: number;
}

/** @throws TypeError or RangeError that names the setting */
export function checkCallSettings(
  settings: { readonly [Name in keyof CallSettings]?: unknown },
  defaults: Omit<CallSettings, "signal">,
): CallSettings {
  // Defaults replace what is undefined only: a null, as of a setting that was not found, is a mistake.
  const { signal, timeoutMs = defaults.timeoutMs, maxRetries = defaults.maxRetries } = settings;
  return {
    signal: checkSignal(signal),
    timeoutMs: checkTimeoutMs(timeoutMs),
    maxRetries: checkMaxRetries(maxRetries),
  };
}

export function checkTimeoutMs(timeoutMs: unknown): number {
  return checkNumber("timeoutMs", timeoutMs, 1, MAX_TIMER_MS);
}

export function checkMaxRetries(maxRetries: unknown): number {
  if (Number.isSafeInteger(maxRetries) && (maxRetries as number) >= 0) return maxRetries as number;
  throw rangeError("maxRetries", maxRetries, "a whole number, 0 or more");
}

export function checkNumber(name: string, value: unknown, min: number, max: number): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw rangeError(name, value, `a number from ${min} to ${max}`);
}

/** Of any realm, so not by `instanceof`. */
function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return signal;
  const { aborted, addEventListener, removeEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  const isOne = isFunction(addEventListener) && isFunction(removeEventListener) && typeof aborted === "boolean";
  must(isOne, "signal", "an AbortSignal");
  return signal as AbortSignal;
}

/** @throws TypeError that names a setting, if it is not as it must be */
export function must(isRight: boolean, name: string, be: string): asserts isRight {
  if (!isRight) throw new TypeError(`${name} must be ${be}.`);
}

/** Whether a value, as a caller without types may give it, is a function. */
export function isFunction(value: unknown): value is (...values: never[]) => unknown {
  return typeof value === "function";
}

function rangeError(name: string, value: unknown, expected: string): RangeError {
  return new RangeError(`${name} must be ${expected}${typeof value === "string" ? ", and not a text" : ""}.`);
}
