/** The traits of the seed's example. */
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
export const granted = { canonical: { essential: true, marketing: true } } as const;

/** An event that is delivered as it is, with parts of it replaced. */
export function demoRequested(parts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: "track",
    event: "Demo Requested",
    properties: { lead_source: "Website demo form" },
    traits: timsTraits,
    userId: "user_98765",
    anonymousId: "anon_a1b2c3d4",
    context: { consent: granted },
    timestamp: "2026-02-25T14:30:00.000Z",
    messageId: "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
    ...parts,
  };
}

/** The same with some traits replaced or added. */
export function withTraits(traits: Record<string, unknown>): Record<string, unknown> {
  return demoRequested({ traits: { ...timsTraits, ...traits } });
}
