import type { ConsentPurpose, SignalEvent } from "@datafly/signal-apollo-connector";

/** What Pelican stores of a subscriber. */
export interface Subscriber {
  readonly email: string;
  readonly name?: string;
  readonly topic?: string;
}

/** Brings a text to the form that Pelican wants; `undefined` if that cannot be done. */
type Normaliser = (text: string) => string | undefined;

interface Field {
  readonly part: "traits" | "properties";
  readonly name: string;
  readonly normalise: Normaliser;
}

interface Blueprint {
  readonly events: readonly string[];
  readonly consent: ConsentPurpose;
  readonly fields: Readonly<Record<keyof Subscriber, Field>>;
}

const asItIs: Normaliser = (text) => text;
const address: Normaliser = (text) => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? text.toLowerCase() : undefined);

/** Which events become subscribers, under which consent, with what in them. */
export const blueprint: Blueprint = {
  events: ["Newsletter Requested"],
  consent: "marketing",
  fields: {
    email: { part: "traits", name: "email", normalise: address },
    name: { part: "traits", name: "first_name", normalise: asItIs },
    topic: { part: "properties", name: "topic", normalise: asItIs },
  },
};

/** Maps an event to the fields that have a value. What is empty is left out. */
export function mapSubscriber(event: SignalEvent): Partial<Subscriber> {
  const entries = Object.entries(blueprint.fields).flatMap(([field, { part, name, normalise }]) => {
    const value = event[part]?.[name];
    const text = typeof value === "string" ? normalise(value.trim()) : undefined;
    return text ? [[field, text]] : [];
  });
  return Object.fromEntries(entries) as Partial<Subscriber>;
}
