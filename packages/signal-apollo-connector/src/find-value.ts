import type { PlacesSource } from "./compiled-blueprint.js";
import { NOT_TEXT } from "./normalise/text.js";
import { readPath } from "./path.js";

/** What is in a value; `undefined` if nothing is. */
export type Read<T> = (value: unknown) => T | undefined | typeof NOT_TEXT;

/** A value that was found in an event. */
export interface Found<T> {
  /** The value as it was read; `NOT_TEXT` where it can be none. */
  readonly value: T | typeof NOT_TEXT;
  /** The value as it stands in the event. */
  readonly raw: unknown;
  /** Where it stands, as the blueprint has it. */
  readonly path: string;
  /** Where it stands in this event, as steps; `undefined` for what is not the event's. */
  readonly way: readonly string[] | undefined;
}

/**
 * Looks for the first value of a source that is not empty. A value that can be no text is passed over as long as there is
 * another, and returned where it is all there is.
 */
export function findValue<T>(
  event: unknown,
  eventName: string,
  { places }: PlacesSource,
  read: Read<T>,
): Found<T> | undefined {
  let unreadable: Found<T> | undefined;
  for (const { path, ways, events } of places) {
    if (events && !events.has(eventName)) continue;
    for (const way of ways) {
      const raw = readPath(event, way);
      const value = read(raw);
      if (value === undefined) continue;
      const found: Found<T> = { value, raw, path, way };
      if (value !== NOT_TEXT) return found;
      unreadable ??= found;
    }
  }
  return unreadable;
}
