import type { Planner } from "@datafly/signal-connector-kit";

import type { DeadLetter } from "./dead-letter.js";

/** Where Datafly.js puts the address of an event's person, whatever a blueprint maps. */
const PLACES = [["traits"], ["context", "traits"]] as const;

/**
 * Whether a dead letter is of the person with an e-mail address: the address is where the blueprint takes it from, or if nothing is
 * there, among the traits. An address elsewhere does not make the letter that person's: it can be of a friend who was recommended, or of
 * an employee who entered the lead.
 *
 * @param email trimmed, in lower case
 */
export function isLetterOf({ event }: DeadLetter, email: string, planner: Planner): boolean {
  const mapped = (planner.trace?.(event) ?? []).filter(({ field }) => field === "email");
  const [inTraits] = PLACES.map((path) => valueAt(event, [...path, "email"])).filter((value) => value !== undefined);
  const addresses = mapped.length > 0 ? mapped.flatMap(({ found, sent }) => [found, sent]) : [inTraits];
  return addresses.some((value) => typeof value === "string" && foldedEmail(value) === email);
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
