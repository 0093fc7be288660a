import {
  isObject,
  namePart,
  readPath,
  withoutSpelling,
  type Issue,
  type NamePart,
} from "@datafly/signal-connector-kit";

import type { CompiledSource } from "./compiled-blueprint.js";
import { CONTACT_FIELDS, readField, type RequiredField } from "./contact-fields.js";
import type { Warning } from "./warning.js";

/** Other names of the traits, without their spelling. They are not guessed at, only named where a name is missing. */
const OTHER_TRAITS: Readonly<Record<RequiredField, ReadonlySet<string>>> = {
  first_name: new Set(["firstname", "givenname", "forename", "fname"]),
  last_name: new Set(["lastname", "surname", "familyname", "lname"]),
};
const FULL_NAMES: ReadonlySet<string> = new Set(["name", "fullname", "displayname", "contactname"]);
const PARTS: Readonly<Record<RequiredField, NamePart>> = { first_name: "first", last_name: "last" };

/** A trait that can be a path of a blueprint, and is safe to show. */
const TRAIT = /^[A-Za-z_][\w -]{0,39}(?<! )$/;
/** So many traits are looked at. */
const MAX_TRAITS = 1_000;

/** Explains why an event has no first or last name, and names the trait that may hold it. Holds no value of the event. */
export function missingNameIssue(
  event: unknown,
  field: RequiredField,
  source: CompiledSource,
  warnings: readonly Warning[],
): Issue {
  const places = source.flatMap((option) => (option.kind === "place" ? [option] : []));
  const paths = places.map(({ path }) => path);
  const path = paths
    // Another spelling of a name says nothing new.
    .filter((one, index) => !paths.slice(0, index).some((before) => isSpeltOtherwise(one, before)))
    .join(" | ");
  const code = warnings.find((warning) => warning.field === field)?.code;
  if (code === "too_long") {
    return { path, message: `too long: more than ${CONTACT_FIELDS[field].maxLength} characters, blanks included` };
  }
  if (code === "placeholder") {
    return { path, message: "a placeholder such as N/A, null or {{first_name}}, and not a name" };
  }
  const hint = partHint(event, places) ?? traitHint(event, field, paths);
  return { path, message: `missing, blank, or without any letter${hint === undefined ? "" : `; ${hint}`}` };
}

function isSpeltOtherwise(path: string, before: string): boolean {
  return path !== before && withoutSpelling(path) === withoutSpelling(before);
}

/** A full name is there, and the part that the blueprint takes cannot be told. */
function partHint(event: unknown, places: readonly Extract<CompiledSource[number], { kind: "place" }>[]) {
  for (const { path, ways, change } of places) {
    const part = change?.part;
    if (part === undefined) continue;
    const names = ways.map(({ steps }) => readField("first_name", readPath(event, steps), {})?.value);
    if (names.some((name) => name !== undefined && namePart(name, part) === undefined)) {
      return `${path} is there, but its ${part} part cannot be told: it is a single word, or has a comma`;
    }
  }
  return undefined;
}

/** A trait of another name is there. */
function traitHint(event: unknown, field: RequiredField, paths: readonly string[]): string | undefined {
  const traits = traitsOf(event).filter(([name]) => !paths.includes(`traits.${name}`));
  const [other] = traits.find(([name]) => OTHER_TRAITS[field].has(withoutSpelling(name))) ?? [];
  if (other !== undefined) return `traits.${other} is there, and a blueprint can name it for ${field}`;
  const [full, value] = traits.find(([name]) => FULL_NAMES.has(withoutSpelling(name))) ?? [];
  if (full === undefined || value === undefined) return undefined;
  const part = PARTS[field];
  return namePart(value, part) === undefined
    ? `traits.${full} is there, but its ${part} part cannot be told: it is a single word, or has a comma`
    : `traits.${full} is there, and a blueprint can take its ${part} part: { "path": "traits.${full}", "part": "${part}" }`;
}

/** The traits that hold something that could be a name. */
function traitsOf(event: unknown): [name: string, value: string][] {
  return [["traits"], ["context", "traits"]].flatMap((steps) => {
    const traits = readPath(event, steps);
    if (!isObject(traits)) return [];
    return Object.keys(traits)
      .slice(0, MAX_TRAITS)
      .filter((name) => TRAIT.test(name))
      .flatMap((name): [string, string][] => {
        const value = readField("first_name", (traits as Record<string, unknown>)[name], {})?.value;
        return value === undefined ? [] : [[name, value]];
      });
  });
}
