/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Tells a JSON object from arrays, `null` and plain values. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deep nesting overflows the stack of whatever walks it, so it is refused where a value comes in. */
export const maxNesting = 100;

/** Parses JSON text. Text that is not JSON, or is nested too deeply, gives `undefined`, which no JSON text means. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether JSON can hold the value: no functions and the like, and neither a circle nor nested too deeply. */
export function isJson(value: unknown, levels = maxNesting): boolean {
  if (typeof value !== "object" || value === null) return !["function", "symbol", "bigint"].includes(typeof value);
  return levels > 0 && Object.values(value).every((member) => isJson(member, levels - 1));
}
