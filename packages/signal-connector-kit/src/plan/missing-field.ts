import type { CompiledField, PlaceOption } from "../blueprint/compiled-blueprint.js";
import type { Issue } from "../decision/issue.js";
import type { Warning } from "../decision/warning.js";
import { readPath } from "../event/path.js";
import { readField, type FieldRule } from "../normalise/field-rule.js";
import { namePart, type NamePart } from "../normalise/name-part.js";
import { isObject } from "../object/is-object.js";
import { withoutSpelling } from "./spelling.js";

/** Other names of the traits, without their spelling. They are not guessed at, only named where a name is missing. */
const OTHER_TRAITS: Readonly<Record<NamePart, ReadonlySet<string>>> = {
  first: new Set(["firstname", "givenname", "forename", "fname"]),
  last: new Set(["lastname", "surname", "familyname", "lname"]),
};
const FULL_NAMES: ReadonlySet<string> = new Set(["name", "fullname", "displayname", "contactname"]);

/** A trait that can be a path of a blueprint, and is safe to show. */
const TRAIT = /^[A-Za-z_][\w -]{0,39}(?<! )$/;
/** So many traits are looked at. */
const MAX_TRAITS = 1_000;

/**
 * Explains why an event has no value for a required field, and names the trait that may hold it if it is a name. Holds no value of the
 * event.
 *
 * @param warnings those of the event, in which the field's own is looked for
 */
export function missingFieldIssue(
  event: unknown,
  { field, rule, source }: CompiledField,
  warnings: readonly Warning[],
): Issue {
  const places = source.flatMap((option) => (option.kind === "place" ? [option] : []));
  const paths = places.map(({ path }) => path);
  const path = paths
    // Another spelling of a name says nothing new.
    .filter((one, index) => !paths.slice(0, index).some((before) => isSpeltOtherwise(one, before)))
    .join(" | ");
  const isName = rule.placeholders === "name";
  const warning = warnings.find((one) => one.field === field);
  switch (warning?.code) {
    case "too_long":
      return { path, message: `too long: more than ${rule.maxLength} characters, blanks included` };
    case "placeholder":
      return {
        path,
        message: `a placeholder such as N/A, null or {{first_name}}, and not a ${isName ? "name" : "value"}`,
      };
  }
  if (!isName) {
    // The path is said already.
    return { path, message: warning?.message.slice((warning.source ?? field).length + 1) ?? "missing or blank" };
  }
  const hint = partHint(event, rule, places) ?? traitHint(event, field, rule, paths);
  return { path, message: `missing, blank, or without any letter${hint === undefined ? "" : `; ${hint}`}` };
}

function isSpeltOtherwise(path: string, before: string): boolean {
  return path !== before && withoutSpelling(path) === withoutSpelling(before);
}

/** A full name is there, and the part that the blueprint takes cannot be told. */
function partHint(event: unknown, rule: FieldRule, places: readonly PlaceOption[]) {
  for (const { path, ways, change } of places) {
    const part = change?.part;
    if (part === undefined) continue;
    const names = ways.map(({ steps }) => readField(rule, readPath(event, steps), {})?.value);
    if (names.some((name) => name !== undefined && namePart(name, part) === undefined)) {
      return `${path} is there, but its ${part} part cannot be told: it is a single word, or has a comma`;
    }
  }
  return undefined;
}

/** A trait of another name is there. */
function traitHint(event: unknown, field: string, rule: FieldRule, paths: readonly string[]): string | undefined {
  const { part } = rule;
  if (part === undefined) return undefined;
  const traits = traitsOf(event, rule).filter(([name]) => !paths.includes(`traits.${name}`));
  const [other] = traits.find(([name]) => OTHER_TRAITS[part].has(withoutSpelling(name))) ?? [];
  if (other !== undefined) return `traits.${other} is there, and a blueprint can name it for ${field}`;
  const [full, value] = traits.find(([name]) => FULL_NAMES.has(withoutSpelling(name))) ?? [];
  if (full === undefined || value === undefined) return undefined;
  return namePart(value, part) === undefined
    ? `traits.${full} is there, but its ${part} part cannot be told: it is a single word, or has a comma`
    : `traits.${full} is there, and a blueprint can take its ${part} part: { "path": "traits.${full}", "part": "${part}" }`;
}

/** The traits that hold something that could be a name. */
function traitsOf(event: unknown, rule: FieldRule): [name: string, value: string][] {
  return [["traits"], ["context", "traits"]].flatMap((steps) => {
    const traits = readPath(event, steps);
    if (!isObject(traits)) return [];
    return Object.keys(traits)
      .slice(0, MAX_TRAITS)
      .filter((name) => TRAIT.test(name))
      .flatMap((name): [string, string][] => {
        const value = readField(rule, (traits as Record<string, unknown>)[name], {})?.value;
        return value === undefined ? [] : [[name, value]];
      });
  });
}
