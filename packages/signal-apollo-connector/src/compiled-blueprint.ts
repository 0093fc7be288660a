import type { Blueprint, Place, Source } from "./blueprint.js";
import { isFixedText, isPlaceList } from "./blueprint.js";
import type { ConsentPurpose } from "./consent.js";
import type { ContactField } from "./contact-fields.js";

/** A source with its paths taken apart. */
export type CompiledSource = FixedSource | PlacesSource;

/** A text that does not depend on the event, but perhaps on a consent. */
export interface FixedSource {
  readonly kind: "fixed";
  readonly value: string;
  readonly consent: ConsentPurpose | undefined;
}

/** The places to look at, in order. */
export interface PlacesSource {
  readonly kind: "places";
  readonly places: readonly CompiledPlace[];
}

/** One place in the event. */
export interface CompiledPlace {
  /** As the blueprint has it, for warnings. */
  readonly path: string;
  /** The same as steps; for a trait there are two ways to it. */
  readonly ways: readonly (readonly string[])[];
  /** The events that it counts for, if not all. */
  readonly events: ReadonlySet<string> | undefined;
}

/** A blueprint in the form that planning reads: nothing to be split or searched for each event. */
export interface CompiledBlueprint {
  readonly events: ReadonlySet<string>;
  readonly consent: ConsentPurpose;
  readonly fields: readonly (readonly [ContactField, CompiledSource])[];
  readonly customFields: readonly (readonly [string, CompiledSource])[];
  readonly labels: readonly CompiledSource[];
}

const compiled = new WeakMap<Blueprint, CompiledBlueprint>();

/** Compiles a blueprint, once for each. */
export function compileBlueprint(blueprint: Blueprint): CompiledBlueprint {
  const known = compiled.get(blueprint);
  if (known) return known;
  const result: CompiledBlueprint = {
    events: new Set(blueprint.events),
    consent: blueprint.consent,
    fields: (Object.entries(blueprint.fields) as [ContactField, Source][]).map(([field, source]) => [
      field,
      compileSource(source),
    ]),
    customFields: Object.entries(blueprint.typed_custom_fields ?? {}).map(([id, source]) => [
      id,
      compileSource(source),
    ]),
    labels: blueprint.labels.map(compileSource),
  };
  compiled.set(blueprint, result);
  return result;
}

function compileSource(source: Source): CompiledSource {
  if (isFixedText(source)) return { kind: "fixed", value: source.value, consent: source.consent };
  const places = isPlaceList(source) ? source : [source];
  return { kind: "places", places: places.map(compilePlace) };
}

function compilePlace(place: Place): CompiledPlace {
  const { path, events } = typeof place === "string" ? { path: place, events: undefined } : place;
  const way = path.split(".");
  // Datafly.js lets traits travel in the event or in its context; each trait counts from the event first.
  const ways = way[0] === "traits" ? [way, ["context", ...way]] : [way];
  return { path, ways, events: events && new Set(events) };
}
