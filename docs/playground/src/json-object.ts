/** What JSON calls an object. */
export type JsonObject = Record<string, unknown>;

/** Whether a value is what JSON calls an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
