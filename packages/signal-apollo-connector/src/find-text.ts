import type { PlacesSource } from "./compiled-blueprint.js";
import { NOT_TEXT, readText } from "./normalise/text.js";
import { readPath } from "./path.js";

/** A value that was found in an event. */
export interface Found {
  /** The value as text, trimmed and not blank; `NOT_TEXT` where it can be none. */
  readonly text: string | typeof NOT_TEXT;
  /** The value as it stands in the event. */
  readonly value: unknown;
  /** Where it stands, as the blueprint has it. */
  readonly path: string;
}

/**
 * Looks for the first value of a source that is not empty. A value that can be no text is passed over as long as there is
 * another, and returned where it is all there is.
 */
export function findText(event: unknown, eventName: string, { places }: PlacesSource): Found | undefined {
  let unreadable: Found | undefined;
  for (const { path, ways, events } of places) {
    if (events && !events.has(eventName)) continue;
    for (const way of ways) {
      const value = readPath(event, way);
      const text = readText(value);
      if (typeof text === "string") return { text, value, path };
      if (text === NOT_TEXT) unreadable ??= { text, value, path };
    }
  }
  return unreadable;
}
