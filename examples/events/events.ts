// Builders of Signal's events: for the examples, for the tests, and for the contract of what Signal sends.

/** Any part of an event can be replaced by anything, as it can be on the wire. */
export type EventParts = Readonly<Record<string, unknown>>;

/** The traits of a person who is known well. */
export const timsTraits = {
  first_name: "Tim",
  last_name: "Zheng",
  email: "tim@apollo.io",
  company: "Apollo",
  title: "Head of Growth",
  phone: "+15553031234",
  website: "https://www.apollo.io/",
} as const;

/** Consent to marketing, as Signal's events carry it. */
export const granted = {
  categories: { necessary: true, marketing: true },
  canonical: { essential: true, functional: true, analytics: false, marketing: true },
} as const;

/** Marketing refused, and nothing else. */
export const denied = {
  categories: { necessary: true, marketing: false },
  canonical: { essential: true, functional: true, analytics: true, marketing: false },
} as const;

/** An event of any name, of a person without traits who has consented, with parts of it replaced. */
export function trackEvent(event: string, parts: EventParts = {}): Record<string, unknown> {
  return {
    type: "track",
    event,
    properties: {},
    userId: "user_98765",
    anonymousId: "anon_a1b2c3d4",
    context: { consent: granted },
    timestamp: "2026-02-25T14:30:00.000Z",
    messageId: "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
    ...parts,
  };
}

/** Tim asks for a demo. All is well with it: each value is delivered as it is. */
export function demoRequested(parts: EventParts = {}): Record<string, unknown> {
  return trackEvent("Demo Requested", {
    properties: { lead_source: "Website demo form" },
    traits: timsTraits,
    ...parts,
  });
}

/** The same with some traits replaced or added. */
export function withTraits(traits: EventParts): Record<string, unknown> {
  return demoRequested({ traits: { ...timsTraits, ...traits } });
}
