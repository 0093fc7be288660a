import { emailOf, lead } from "../support/events.js";
import type { Random } from "./random.js";

/** What should become of a line: a contact; nothing, by design; a dead letter. */
export type Fate = "contact" | "dropped" | "rejected";

/** A line of a stream, and what should become of it. */
export interface StreamLine {
  readonly position: number;
  readonly text: string;
  readonly fate: Fate;
  readonly person: number;
  readonly email: string;
  /** Stands in the event's title and nowhere else in the stream, so that what was sent and stored can be told apart. */
  readonly title: string;
  /** Likewise, as a label. */
  readonly label: string;
}

const KINDS = ["nameless", "not_json", "denied", "missing_consent", "not_mapped"] as const;

/**
 * A stream in which each person has some four events, the later ones with newer values, and `mixture` of the lines are
 * something else: without consent, not mapped, without a name, no JSON.
 */
export function leadStream(count: number, random: Random, mixture = 0.3): StreamLine[] {
  const people = Math.ceil(count / 4);
  return Array.from({ length: count }, (_, index) => {
    const kind = random.chance(mixture) ? random.pick(KINDS) : "contact";
    return streamLine(index + 1, random.below(people), kind);
  });
}

/** The text of a stream, as it stands in a file. */
export function textOf(lines: readonly StreamLine[]): string {
  return lines.map(({ text }) => `${text}\n`).join("");
}

function streamLine(position: number, person: number, kind: "contact" | (typeof KINDS)[number]): StreamLine {
  const title = `Title ${position}`;
  const label = `Source ${position}`;
  const email = emailOf(person);
  const traits = { first_name: "Ada", last_name: `Byron${person}`, email, title };
  const event = lead(person, {
    traits,
    properties: { lead_source: label },
    anonymousId: anonymousIdOf(person),
    messageId: `message-${position}`,
  });
  const line = { position, person, email, title, label };
  const as = (fate: Fate, value: unknown): StreamLine => ({ ...line, fate, text: JSON.stringify(value) });
  const consent = (canonical: Record<string, unknown>) => ({ ...event, context: { consent: { canonical } } });
  switch (kind) {
    case "contact":
      return as("contact", event);
    case "denied":
      return as("dropped", consent({ marketing: false }));
    case "missing_consent":
      return as("dropped", consent({ marketing: "true" }));
    case "not_mapped":
      return as("dropped", { ...event, event: "Video Watched" });
    case "nameless":
      return as("rejected", { ...event, traits: { ...traits, last_name: "?" } });
    case "not_json":
      return { ...line, fate: "rejected", text: `{"type":"track","event":"Demo Requested","title":"${title}"` };
  }
}

/** Under which id a person's consent is stored. */
export function anonymousIdOf(person: number): string {
  return `visitor-${person}`;
}
