import type { PlacesSource } from "./compiled-blueprint.js";
import { NOT_TEXT } from "./normalise/text.js";
import { readPath } from "./path.js";

/** A value that was found in an event. */
export interface Found<T> {
  /** The value as it was read; `NOT_TEXT` where it can be none. */
  readonly value: T | typeof NOT_TEXT;
  /** Where it stands, as the blueprint has it. */
  readonly path: string;
}

/**
 * Looks for the first value of a source that is not empty. A value that can be no text is passed over as long as there is
 * another, and returned where it is all there is.
 *
 * @param read what a value is; `undefined` if there is nothing in it
 */
export function findValue<T>(
  event: unknown,
  eventName: string,
  { places }: PlacesSource,
  read: (value: unknown) => T | undefined | typeof NOT_TEXT,
): Found<T> | undefined {
  let unreadable: Found<T> | undefined;
  for (const { path, ways, events } of places) {
    if (events && !events.has(eventName)) continue;
    for (const way of ways) {
      const value = read(readPath(event, way));
      if (value === NOT_TEXT) unreadable ??= { value, path };
      else if (value !== undefined) return { value, path };
    }
  }
  return unreadable;
}
