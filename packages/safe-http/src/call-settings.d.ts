/** Timers take no more than this many milliseconds, some 24 days. */
export declare const MAX_TIMER_MS: number;
/** How one call is made. */
export interface CallSettings {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly maxRetries: number;
}
/** @throws TypeError or RangeError that names the setting */
export declare function checkCallSettings(
  settings: {
    readonly [Name in keyof CallSettings]?: unknown;
  },
  defaults: Omit<CallSettings, "signal">,
): CallSettings;
export declare function checkTimeoutMs(timeoutMs: unknown): number;
export declare function checkMaxRetries(maxRetries: unknown): number;
export declare function checkNumber(name: string, value: unknown, min: number, max: number): number;
/** Whether a value, as a caller without types may give it, is a function. */
export declare function isFunction(value: unknown): value is (...values: never[]) => unknown;
//# sourceMappingURL=call-settings.d.ts.map
