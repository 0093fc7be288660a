import { readPath } from "@datafly/signal-connector-kit";

import type { PlacesSource } from "./compiled-blueprint.js";
import type { Normalised } from "./normalise/normaliser.js";

/** What a field makes of a value; `undefined` if nothing is in it. */
export type Read<T> = (raw: unknown) => Normalised<T> | undefined;

/** A value that was found in an event. */
export interface Found<T> {
  /** What the field makes of it. */
  readonly normalised: Normalised<T>;
  /** The value as it stands in the event. */
  readonly raw: unknown;
  /** Where it stands in this event, in dots; `undefined` for what is not the event's. */
  readonly path: string | undefined;
}

/**
 * Looks for the first value of a source that the field takes. What it does not take, such as a name of `?`, hides no good value
 * further on; the first such is returned where there is nothing else.
 */
export function findValue<T>(
  event: unknown,
  eventName: string,
  { places }: PlacesSource,
  read: Read<T>,
): Found<T> | undefined {
  let refused: Found<T> | undefined;
  for (const { ways, events } of places) {
    if (events && !events.has(eventName)) continue;
    for (const { path, steps } of ways) {
      const raw = readPath(event, steps);
      const normalised = read(raw);
      if (normalised === undefined) continue;
      const found: Found<T> = { normalised, raw, path };
      if (normalised.value !== undefined) return found;
      refused ??= found;
    }
  }
  return refused;
}
