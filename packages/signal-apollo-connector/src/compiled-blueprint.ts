import { withoutInherited, type ConsentPurpose } from "@datafly/signal-connector-kit";

import { isFixedText, isPlaceList, type Blueprint, type Place, type Source } from "./blueprint.js";
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
  /** As the blueprint has it. */
  readonly path: string;
  /** The ways to it: for a trait there are two. */
  readonly ways: readonly Way[];
  /** The events that it counts for, if not all. */
  readonly events: ReadonlySet<string> | undefined;
}

/** Where a value can stand in an event, in dots, and the same as steps. */
export interface Way {
  readonly path: string;
  readonly steps: readonly string[];
}

/** A blueprint in the form that planning reads: nothing to be split or searched for each event. */
export interface CompiledBlueprint {
  readonly events: ReadonlySet<string>;
  readonly consent: ConsentPurpose;
  readonly fields: readonly (readonly [ContactField, CompiledSource])[];
  readonly customFields: readonly (readonly [string, CompiledSource])[];
  readonly labels: readonly CompiledSource[];
}

/** Compiles a blueprint that is right. Nothing of it is shared with the result. */
export function compileBlueprint(blueprint: Blueprint): CompiledBlueprint {
  const { events, consent, fields, typed_custom_fields: customFields = {}, labels } = withoutInherited(blueprint);
  return {
    events: new Set(events),
    consent,
    fields: (Object.entries(fields) as [ContactField, Source | undefined][]).flatMap(([field, source]) =>
      source === undefined ? [] : [[field, compileSource(source)] as const],
    ),
    customFields: Object.entries(customFields).map(([id, source]) => [id, compileSource(source)] as const),
    labels: labels.map(compileSource),
  };
}

function compileSource(source: Source): CompiledSource {
  if (isFixedText(source)) {
    const { value, consent } = withoutInherited(source);
    return { kind: "fixed", value, consent };
  }
  const places = isPlaceList(source) ? source : [source];
  return { kind: "places", places: places.map(compilePlace) };
}

function compilePlace(place: Place): CompiledPlace {
  const { path, events } = typeof place === "string" ? { path: place, events: undefined } : place;
  // Datafly.js lets traits travel in the event or in its context; each trait counts from the event first.
  const paths = path.startsWith("traits.") ? [path, `context.${path}`] : [path];
  const ways = paths.map((one) => ({ path: one, steps: one.split(".") }));
  return { path, ways, events: events && new Set(events) };
}
