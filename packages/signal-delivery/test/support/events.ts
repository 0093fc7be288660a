/** An event that is delivered as it is, of the person whom the number tells, with parts of it replaced. */
export function lead(person: number, parts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: "track",
    event: "Demo Requested",
    properties: { lead_source: "Website" },
    traits: traitsOf(person),
    context: { consent: { canonical: { marketing: true } } },
    messageId: `message-${person}`,
    ...parts,
  };
}

/** The same with some traits replaced or added. */
export function leadWith(person: number, traits: Record<string, unknown>): Record<string, unknown> {
  return lead(person, { traits: { ...traitsOf(person), ...traits } });
}

/** An event that is not one of those that become contacts. */
export const pageView = { type: "page", messageId: "page" } as const;

/** An event that should become a contact, and cannot. */
export const nameless = lead(0, { traits: { email: "nameless@lead.example" }, messageId: "nameless" });

export function emailOf(person: number): string {
  return `person${person}@lead.example`;
}

/** Some leads, each of another person. */
export function leads(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => lead(index + 1));
}

/** Events as NDJSON. A text stands for a line as it is. */
export function ndjson(events: readonly unknown[]): string {
  return events.map((event) => `${typeof event === "string" ? event : JSON.stringify(event)}\n`).join("");
}

function traitsOf(person: number) {
  return { first_name: "Ada", last_name: `Byron${person}`, email: emailOf(person) };
}
