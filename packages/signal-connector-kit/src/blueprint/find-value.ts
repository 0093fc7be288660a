import { readConsent } from "../consent/consent.js";
import { readPath } from "../event/path.js";
import type { Normalised } from "../normalise/normaliser.js";
import { changedValue } from "./changed-value.js";
import type { CompiledSource } from "./compiled-blueprint.js";

/**
 * What a field makes of a value; `undefined` if nothing is in it.
 *
 * @param isFixed whether it is a fixed text of the blueprint, and not a value of the event
 */
export type Read<T> = (raw: unknown, isFixed: boolean) => Normalised<T, string> | undefined;

/** A value that was found in an event, or a fixed text of the blueprint. */
export interface Found<T> {
  /** What the field makes of it. */
  readonly normalised: Normalised<T, string>;
  /** The value as it stands in the event. */
  readonly raw: unknown;
  /** Where it stands in this event, in dots; `undefined` for what is not the event's. */
  readonly path: string | undefined;
  /** The event's own value, which the field does not take, and which a fixed text takes the place of. */
  readonly refused: Found<T> | undefined;
}

/**
 * Looks for the first value of a source that the field takes. What it does not take, such as a name of `?`, hides no good value
 * further on; the first such is returned where there is nothing else, and along with a fixed text: a default value must not hide
 * what was discarded.
 */
export function findValue<T>(
  event: unknown,
  eventName: string,
  source: CompiledSource,
  read: Read<T>,
): Found<T> | undefined {
  let refused: Found<T> | undefined;
  for (const option of source) {
    if (option.kind === "fixed") {
      if (option.consent !== undefined && readConsent(event, option.consent) !== "granted") continue;
      const normalised = read(option.value, true);
      if (normalised !== undefined) return { normalised, raw: option.value, path: undefined, refused };
      continue;
    }
    const { ways, events, change } = option;
    if (events && !events.has(eventName)) continue;
    for (const { path, steps } of ways) {
      const raw = readPath(event, steps);
      const normalised = read(change === undefined ? raw : changedValue(raw, change), false);
      if (normalised === undefined) continue;
      const found: Found<T> = { normalised, raw, path, refused: undefined };
      if (normalised.value !== undefined) return found;
      refused ??= found;
    }
  }
  return refused;
}
