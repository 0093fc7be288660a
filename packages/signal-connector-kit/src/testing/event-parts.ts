import type { ConsentPurpose } from "../consent/consent.js";
import { readPath } from "../event/path.js";
import { isObject } from "../object/is-object.js";
import type { ConformanceEvent } from "./conformance-options.js";

/** A place in an event: the names on the way to it. */
export type Place = readonly string[];

/** The parts of an event that a record can be made of. */
const PARTS: readonly Place[] = [["traits"], ["properties"], ["context", "traits"]];

/** Returns the event with another value in one place. `undefined` takes the value away. */
export function withValue(event: ConformanceEvent, place: Place, value: unknown): ConformanceEvent {
  const [name, ...rest] = place;
  if (name === undefined) return event;
  const { [name]: inside, ...others } = event;
  if (rest.length > 0) return { ...others, [name]: withValue(isObject(inside) ? { ...inside } : {}, rest, value) };
  // In its old place: an event is the same with its names in another order, but that is not what is tried here.
  return value === undefined ? others : { ...event, [name]: value };
}

/** Returns the event with another `context.consent`. `undefined` takes it away. */
export function withConsent(event: ConformanceEvent, consent: unknown): ConformanceEvent {
  return withValue(event, ["context", "consent"], consent);
}

/** Returns the event with consent in Signal's canonical form: the flag of one purpose. */
export function withFlag(event: ConformanceEvent, purpose: ConsentPurpose, flag: unknown): ConformanceEvent {
  return withConsent(event, { canonical: { [purpose]: flag } });
}

/** Returns the event with nothing of the person in it, and its consent. */
export function withoutValues(event: ConformanceEvent): ConformanceEvent {
  return PARTS.reduce((one, part) => withValue(one, part, undefined), event);
}

/** The places of all texts and numbers that a record can be made of. */
export function valuePlaces(event: ConformanceEvent): readonly Place[] {
  return PARTS.flatMap((part) => placesIn(readPath(event, part), part));
}

function placesIn(value: unknown, place: Place): readonly Place[] {
  if (typeof value === "string" || typeof value === "number") return [place];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inside]) => placesIn(inside, [...place, name]));
}

/** All objects and lists within a value, the value first. */
export function objectsIn(value: unknown, seen = new Set<object>()): Set<object> {
  if (typeof value !== "object" || value === null || seen.has(value)) return seen;
  seen.add(value);
  for (const one of Object.values(value)) objectsIn(one, seen);
  return seen;
}

/** All texts within a value, not the names of its entries. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
