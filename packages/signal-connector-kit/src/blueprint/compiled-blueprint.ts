import type { ConsentPurpose } from "../consent/consent.js";
import type { FieldRule } from "../normalise/field-rule.js";
import type { NamePart } from "../normalise/name-part.js";
import { addedWords, type AddedWords } from "../normalise/placeholder.js";
import { withoutInherited } from "../object/own-copy.js";
import {
  isFixedText,
  isList,
  type Blueprint,
  type BlueprintOf,
  type DetailedPlace,
  type FixedText,
  type Place,
  type Source,
} from "./blueprint.js";
import type { RecordDefinition } from "./record-definition.js";

/** A source with its paths taken apart: what is looked at, in order. */
export type CompiledSource = readonly (FixedOption | PlaceOption)[];

/** A text that does not depend on the event, but perhaps on a consent. */
export interface FixedOption {
  readonly kind: "fixed";
  readonly value: string;
  readonly consent: ConsentPurpose | undefined;
}

/** One place in the event. */
export interface PlaceOption {
  readonly kind: "place";
  /** As the blueprint has it. */
  readonly path: string;
  /** The ways to it: for a trait there are two. */
  readonly ways: readonly Way[];
  /** The events that it counts for, if not all. */
  readonly events: ReadonlySet<string> | undefined;
  /** What is done with the value before the field reads it; `undefined` if nothing is. */
  readonly change: ValueChange | undefined;
}

/** What is done with a value before the field reads it. */
export interface ValueChange {
  readonly part: NamePart | undefined;
  /** What is sent for a value; `null` for nothing. */
  readonly valueMap: ReadonlyMap<string, string | null>;
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
  readonly fields: readonly CompiledField[];
  readonly groups: readonly {
    readonly field: string;
    readonly sources: readonly (readonly [string, CompiledSource])[];
  }[];
  readonly lists: readonly {
    readonly field: string;
    readonly rule: FieldRule;
    readonly sources: readonly CompiledSource[];
  }[];
  readonly placeholders: AddedWords;
}

/** A field of a record that a blueprint fills. */
export interface CompiledField {
  readonly field: string;
  readonly rule: FieldRule;
  readonly source: CompiledSource;
}

/** Compiles a blueprint that is right. Nothing of it is shared with the result. */
export function compileBlueprint<D extends RecordDefinition>(
  { fields: rules, lists = {}, groups = {} }: D,
  blueprint: BlueprintOf<D>,
): CompiledBlueprint {
  const { events, consent, fields, placeholders, ...others }: Blueprint = withoutInherited(blueprint);
  const parts: Readonly<Record<string, unknown>> = withoutInherited(others);
  return {
    events: new Set(events),
    consent,
    fields: Object.entries<Source | undefined>(fields).flatMap(([field, source]) => {
      const rule = rules[field];
      return source === undefined || rule === undefined ? [] : [{ field, rule, source: compileSource(source) }];
    }),
    groups: Object.keys(groups).map((field) => ({
      field,
      sources: Object.entries((parts[field] ?? {}) as Readonly<Record<string, Source>>).map(
        ([id, source]) => [id, compileSource(source)] as const,
      ),
    })),
    lists: Object.entries(lists).map(([field, { part, rule }]) => ({
      field,
      rule,
      sources: ((parts[part] ?? []) as readonly Source[]).map(compileSource),
    })),
    placeholders: addedWords(placeholders),
  };
}

function compileSource(source: Source): CompiledSource {
  return (isList(source) ? source : [source]).map(compileOption);
}

function compileOption(option: Place | FixedText): FixedOption | PlaceOption {
  if (isFixedText(option)) {
    const { value, consent } = withoutInherited(option);
    return { kind: "fixed", value, consent };
  }
  const place: DetailedPlace = typeof option === "string" ? { path: option } : option;
  const { path, events, part, value_map: valueMap } = withoutInherited(place);
  // Datafly.js lets traits travel in the event or in its context; each trait counts from the event first.
  const paths = path.startsWith("traits.") ? [path, `context.${path}`] : [path];
  return {
    kind: "place",
    path,
    ways: paths.map((one) => ({ path: one, steps: one.split(".") })),
    events: events && new Set(events),
    change: part === undefined && valueMap === undefined ? undefined : { part, valueMap: mapOf(valueMap) },
  };
}

function mapOf(valueMap: Readonly<Record<string, string | null>> = {}): ReadonlyMap<string, string | null> {
  return new Map(Object.entries(valueMap));
}
