/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Tells a JSON object from arrays, `null` and plain values. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deep nesting overflows the stack of whatever walks it, so it is refused where text becomes a value. */
const maxNesting = 100;

/** Parses JSON text. Text that is not JSON, or is nested too deeply, gives `undefined`, which no JSON text means. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isNestedDeeperThan(maxNesting, value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function isNestedDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isNestedDeeperThan(levels - 1, member));
}
