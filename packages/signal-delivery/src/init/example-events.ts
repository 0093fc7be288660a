const granted = { consent: { canonical: { marketing: true } } };

/** One event for each decision. The last name tells which: nobody of that name exists. */
const EXAMPLES = [
  {
    event: "Demo Requested",
    properties: { lead_source: "Website demo form" },
    traits: {
      first_name: "Dana",
      last_name: "Delivered",
      email: " Dana@Example.COM ",
      company: "Example Ltd",
      title: "Head of Growth",
      phone: "+1 (212) 555-0187",
      website: "www.example.com",
    },
    context: granted,
  },
  {
    event: "Lead Generated",
    properties: { lead_source: "Trade fair" },
    traits: { first_name: "Wanda", last_name: "Warning", email: "wanda@example.com", phone: "call the front desk" },
    context: granted,
  },
  {
    event: "Lead Generated",
    properties: {},
    traits: { first_name: "Nora", last_name: "NoConsent", email: "nora@example.com" },
    context: {},
  },
  {
    event: "Signed Up",
    properties: { method: "email" },
    traits: { first_name: "Dennis", last_name: "Denied", email: "dennis@example.com" },
    context: { consent: { canonical: { marketing: false } } },
  },
  {
    event: "Article Read",
    properties: {},
    traits: { first_name: "Nils", last_name: "NotMapped", email: "nils@example.com" },
    context: granted,
  },
  {
    event: "Signed Up",
    properties: { method: "google" },
    traits: { first_name: "Mia", email: "missing.last.name@example.com" },
    context: granted,
  },
];

/**
 * Some events of people who do not exist, as NDJSON: one for each decision that there can be.
 *
 * @param examples the connector's own. Default: events that most blueprints of Signal map
 */
export function exampleEvents(examples: readonly object[] = EXAMPLES): string {
  const events = examples.map((parts, index) => ({ type: "track", messageId: `example-${index + 1}`, ...parts }));
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}
