import { isJsonObject, type JsonObject } from "./json-object.js";
import { parseJson } from "./parsed-json.js";

/** Returns the first event of a text that holds several, one per line; `undefined` for any other text. */
export function firstOfSeveralEvents(text: string): JsonObject | undefined {
  const [first, second] = text.split("\n").filter((line) => line.trim() !== "");
  if (first === undefined || second === undefined) return undefined;
  const { value } = parseJson(first);
  return isJsonObject(value) ? value : undefined;
}
