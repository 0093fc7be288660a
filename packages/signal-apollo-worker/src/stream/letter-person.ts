import type { Planner } from "@datafly/signal-connector-kit";

import type { DeadLetter } from "./dead-letter.js";

/** Where Datafly.js puts the address of an event's person, whatever a blueprint maps. */
const PLACES = [["traits"], ["context", "traits"]] as const;

/**
 * Whether a dead letter is of the person with an e-mail address: the address is where the blueprint takes it from, or among the traits.
 * One that stands elsewhere, as that of a friend who was recommended, makes the letter nobody else's.
 *
 * @param email trimmed, in lower case
 */
export function isLetterOf({ event }: DeadLetter, email: string, planner: Planner): boolean {
  const mapped = (planner.trace?.(event) ?? []).filter(({ field }) => field === "email");
  const traits = PLACES.map((path) => valueAt(event, [...path, "email"]));
  return [...mapped.flatMap(({ found, sent }) => [found, sent]), ...traits].some(
    (value) => typeof value === "string" && foldedEmail(value) === email,
  );
}

/** An address as it is compared. */
export function foldedEmail(text: string): string {
  return text.trim().toLowerCase();
}

function valueAt(event: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name)
        ? (value as Partial<Record<string, unknown>>)[name]
        : undefined,
    event,
  );
}
